"""Forecasts of series and of their totals that agree: the whole is the sum of its parts."""
