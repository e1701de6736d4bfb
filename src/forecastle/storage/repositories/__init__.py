"""The ports of `core.ports` on the tables, one noun a file."""
