"""How the portal is used and how it stands: figures of a chosen time, as a page and as a file."""
