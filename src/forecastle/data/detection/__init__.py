"""Which column is what: weak hints from names in many languages, strong evidence from values."""
