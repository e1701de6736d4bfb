"""Executions, which forecasts are of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run of the pipeline, or one prediction from kept models. kind: `train`, `forecast`, `backtest`, `predict`.

    manifest: what is needed to repeat it. steps: the ten, with what each did. Both are empty in a list of executions.
    """

    execution_id: str
    kind: str
    created_at: datetime
    horizon: int
    freq: str
    targets: tuple[str, ...]
    series: int
    duration_seconds: float
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any] | None = None
    steps: tuple[Mapping[str, Any], ...] = ()
