"""Every call of the server, one noun a file."""

from forecastle.client.calls import (
    analysis,
    charts,
    columns,
    datasets,
    forecasts,
    jobs,
    models,
    overrides,
    prediction,
    previews,
    profiles,
    recipes,
    server,
    tabular,
    versions,
)

__all__ = [
    "analysis",
    "charts",
    "columns",
    "datasets",
    "forecasts",
    "jobs",
    "models",
    "overrides",
    "prediction",
    "previews",
    "profiles",
    "recipes",
    "server",
    "tabular",
    "versions",
]
