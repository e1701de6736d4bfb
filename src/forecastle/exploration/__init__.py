"""What a dataset looks like before anything is forecast: rows, columns, series, charts and tests."""
