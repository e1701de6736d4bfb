"""Networks over all series: one harness that prepares, trains, exports and serves whatever network it is given."""
