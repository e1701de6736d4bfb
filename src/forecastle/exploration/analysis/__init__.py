"""What a series is made of, and what tests say about it."""
