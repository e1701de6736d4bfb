"""The doors of the house that answer over HTTP."""
