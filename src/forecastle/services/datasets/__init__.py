"""Datasets: brought in, looked at, mended, and kept in versions."""
