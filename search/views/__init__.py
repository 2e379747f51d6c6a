"""Pages of the search, one module per kind of page. Every document is fetched through the access rule."""
