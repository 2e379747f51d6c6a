"""The sample library: the handbook of an invented company, and questions that its documents do and do not answer."""
