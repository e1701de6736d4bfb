"""Checking and cleaning a long frame: an ordered list of steps, each of which says what it found and did."""
