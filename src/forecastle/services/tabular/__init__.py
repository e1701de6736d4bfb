"""Tabular models as use cases: trained as jobs, kept as versions, answered at once."""
