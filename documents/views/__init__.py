"""Pages of the library, one module per kind of page. Every object is fetched through the access rule."""
