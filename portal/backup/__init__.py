"""Copies of the whole portal: made while it runs, checked, and brought back."""
