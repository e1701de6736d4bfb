"""Recipes: ordered steps that clean and transform a dataset, tried before they are carried out, and undone exactly."""
