"""Boosted trees: one model over all series, in units that suit each of them."""
