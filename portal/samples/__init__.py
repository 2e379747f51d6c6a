"""The handbook of an invented company as a sample library, with questions it does and does not answer."""
