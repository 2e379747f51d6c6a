"""People and groups, as administrators see and change them."""
