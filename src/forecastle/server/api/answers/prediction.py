"""Forecasts that are answered at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class SeriesAnswer(BaseModel):
    """The forecast of the series in the request. quantiles: `p10` … `p90`, a value a period, when asked for."""

    model_config = ConfigDict(
        from_attributes=True,
        protected_namespaces=(),
        json_schema_extra={"examples": [{"predictions": [14.2, 14.6, 15.1], "model_version": "ets@0.1.0"}]},
    )

    predictions: Sequence[float] = Field(validation_alias="mean")
    model_version: str
    quantiles: Mapping[str, Sequence[float]] | None = None


class NextAnswer(BaseModel):
    """The value after a window, in units of the series."""

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={"examples": [{"prediction": 15.3, "model_version": "cnn_lstm_volume_v1_20261122"}]},
    )

    prediction: float
    model_version: str


class NextAnswers(BaseModel):
    """The value after each window."""

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={"examples": [{"predictions": [15.3, 2.1], "model_version": "cnn_lstm_volume_v1_20261122"}]},
    )

    predictions: Sequence[float]
    model_version: str


class StoredAnswer(BaseModel):
    """Where the forecasts of stored series are: at `/forecasts/{execution_id}`.

    summary: series by model (`ets_count`), and in `unknown` the series nobody knows.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execution_id": "0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11",
                    "results_count": 26,
                    "duration_ms": 41.8,
                    "summary": {"ets_count": 1, "croston_count": 1, "unknown": ["SKU-404"]},
                }
            ]
        },
    )

    execution_id: str
    results_count: int = Field(description="Rows: one a series, target and period.")
    duration_ms: float
    summary: Mapping[str, Any]
