"""Everything about a dataset on one page: columns, series, classes, covariates, and what to look at first."""
