"""Regression on rows that stand for themselves: from a table to a model that answers what one row is worth."""
