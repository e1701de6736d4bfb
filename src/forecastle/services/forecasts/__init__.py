"""Forecasts: of executions, of stored series, and of series that come with a request."""
