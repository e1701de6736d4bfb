"""Every table of the database, one noun a file. A change here needs a migration; a test compares the two."""

from forecastle.storage.tables.access import API_KEY, AUDIT_EVENT
from forecastle.storage.tables.datasets import DATASET, DATASET_VERSION, PRODUCT, RECIPE
from forecastle.storage.tables.executions import EXECUTION, EXECUTION_FILES
from forecastle.storage.tables.jobs import JOB, JOB_EVENT
from forecastle.storage.tables.metadata import METADATA
from forecastle.storage.tables.models import FORECAST_MODEL, MODEL_ALIAS
from forecastle.storage.tables.overrides import OVERRIDE
from forecastle.storage.tables.rows import (
    CLASSES,
    FORECAST_METRIC,
    FORECAST_RESULT,
    FORECAST_TOTAL,
    LEADERBOARD,
    METRICS,
    QUANTILES,
    RANKED,
    ROWS_OF_EXECUTION,
    SERIES_CLASSIFICATION,
    STATISTICS,
)

__all__ = [
    "API_KEY",
    "AUDIT_EVENT",
    "CLASSES",
    "DATASET",
    "DATASET_VERSION",
    "EXECUTION",
    "EXECUTION_FILES",
    "FORECAST_METRIC",
    "FORECAST_MODEL",
    "FORECAST_RESULT",
    "FORECAST_TOTAL",
    "JOB",
    "JOB_EVENT",
    "LEADERBOARD",
    "METADATA",
    "METRICS",
    "MODEL_ALIAS",
    "OVERRIDE",
    "PRODUCT",
    "QUANTILES",
    "RANKED",
    "RECIPE",
    "ROWS_OF_EXECUTION",
    "SERIES_CLASSIFICATION",
    "STATISTICS",
]
