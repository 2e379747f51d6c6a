"""How days, times and numbers are written in each language, where that differs from Django's own way."""
