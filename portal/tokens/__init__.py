"""Personal access tokens: what programs show in place of a password, and the pages on which people manage them."""
