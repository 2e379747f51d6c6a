"""Measurements beside what others use; nothing here is part of the running portal."""
