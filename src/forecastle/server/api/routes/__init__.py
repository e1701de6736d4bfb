"""The calls, one noun a file: each parses, calls a service and renders."""
