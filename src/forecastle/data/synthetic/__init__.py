"""Synthetic sales with a known truth, and look-alikes of real ones: for tests, demonstrations and small data."""
