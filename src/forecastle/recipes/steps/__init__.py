"""The steps a recipe is made of, one noun a file."""
