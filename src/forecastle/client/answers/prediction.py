"""Forecasts that are answered at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesForecast:
    """The forecast of one series, a value a period. quantiles: `p10` … `p90`, the same; None unless asked for."""

    predictions: tuple[float, ...]
    model_version: str
    quantiles: Mapping[str, tuple[float, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextValue:
    """The value after a window."""

    prediction: float
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextValues:
    """The value after each window."""

    predictions: tuple[float, ...]
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredForecast:
    """Where the forecasts of stored series are. summary: series by model, and in `unknown` those nobody knows."""

    execution_id: str
    results_count: int
    duration_ms: float
    summary: Mapping[str, Any]
