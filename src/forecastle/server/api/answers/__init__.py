"""What the calls answer, one noun a file."""
