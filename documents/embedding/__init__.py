"""Embedding models: what is known of them, and how texts become vectors."""
