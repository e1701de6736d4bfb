"""From what a source had to columns with headers and types."""
