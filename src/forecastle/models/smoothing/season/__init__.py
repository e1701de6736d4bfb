"""Seasons: finding them, taking them out, and putting them back."""
