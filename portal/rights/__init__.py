"""Pages that tell who may read what, and why; and on which rights are given and taken."""
