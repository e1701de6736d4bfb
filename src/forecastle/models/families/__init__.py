"""The model families, one file each: how a kernel becomes a forecaster with a name."""
