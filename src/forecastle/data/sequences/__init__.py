"""Histories as pairs of windows, scaled: what sequence models learn from."""
