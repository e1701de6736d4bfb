"""Every call of the server, one noun a file."""

from forecastle.client.calls import (
    datasets,
    exploration,
    forecasts,
    jobs,
    models,
    overrides,
    prediction,
    recipes,
    server,
    tabular,
    versions,
)

__all__ = [
    "datasets",
    "exploration",
    "forecasts",
    "jobs",
    "models",
    "overrides",
    "prediction",
    "recipes",
    "server",
    "tabular",
    "versions",
]
