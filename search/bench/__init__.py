"""Embedding models side by side: how well each finds what the company's own questions ask for, and what it costs."""
