"""The pages, one a file: each asks services and shows what they answer."""
