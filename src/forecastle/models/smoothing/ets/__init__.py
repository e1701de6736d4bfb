"""Exponential smoothing: every form of the family, searched for a whole block of series at once."""
