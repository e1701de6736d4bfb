"""The words every room uses: columns, frequency, panel, quantiles, errors, ports."""
