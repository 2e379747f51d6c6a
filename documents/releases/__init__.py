"""Releases: a new generation is built beside the one that answers, takes its place, and can be undone."""
