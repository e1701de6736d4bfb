"""Batched smoothing: exponential smoothing, Theta, intermittent demand, seasons, for a whole panel at once."""
