"""Ridge regression on level and shape."""
