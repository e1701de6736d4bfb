"""What charts draw. Columns are lists of equal length; null is not observed."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.server.api.answers.frames import Columns


def _like(example: Mapping[str, Any]) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [dict(example)]})


class SeriesChartAnswer(BaseModel):
    """A series over time."""

    model_config = _like(
        {"points": {"ds": ["2026-11-02", "2026-11-09"], "y": [41, None]}, "periods": 2, "observed": 1, "thinned": False}
    )

    points: Columns = Field(description="`ds`, `y`.")
    periods: int
    observed: int = Field(description="Periods with a value.")
    thinned: bool = Field(description="Whether points were left out that change nothing in how the line looks.")


class ComparisonChartAnswer(BaseModel):
    """A series in two versions; periods are counted, thinned or not."""

    model_config = _like(
        {
            "points": {"ds": ["2026-11-02"], "before": [410], "after": [41]},
            "periods": 1,
            "changed": 1,
            "appeared": 0,
            "vanished": 0,
            "thinned": False,
        }
    )

    points: Columns = Field(description="`ds`, `before`, `after`.")
    periods: int
    changed: int
    appeared: int
    vanished: int
    thinned: bool


class DistributionChartAnswer(BaseModel):
    """A histogram and a box."""

    model_config = _like(
        {
            "bins": {"begin": [0.0, 10.0], "end": [10.0, 20.0], "count": [30, 12]},
            "box": {"least": 0.0, "lower": 4.0, "median": 8.0, "upper": 12.0, "greatest": 19.0},
            "whiskers": [0.0, 19.0],
            "beyond": 0,
            "mean": 8.4,
            "count": 42,
            "missing": 0,
        }
    )

    bins: Columns = Field(description="`begin`, `end`, `count`.")
    box: Mapping[str, float]
    whiskers: Sequence[float] = Field(
        min_length=2, max_length=2, description="The last values within 1.5 quartile distances of the box."
    )
    beyond: int = Field(description="Values outside of the whiskers.")
    mean: float
    count: int
    missing: int


class AutocorrelationChartAnswer(BaseModel):
    """Autocorrelations and partial ones."""

    model_config = _like({"lags": {"lag": [1], "acf": [0.6], "pacf": [0.6]}, "bound": 0.2, "observed": 96, "filled": 0})

    lags: Columns = Field(description="`lag`, `acf`, `pacf`.")
    bound: float = Field(description="What chance seldom exceeds.")
    observed: int
    filled: int = Field(description="Periods without a value, which count as the mean.")


class SeasonalChartAnswer(BaseModel):
    """Season upon season, and the places of a season side by side."""

    model_config = _like(
        {
            "season": 12,
            "values": {"cycle": ["2025", "2025"], "position": [1, 2], "y": [40.0, 44.0]},
            "positions": {"position": [1], "mean": [40.0], "least": [38.0], "greatest": [42.0], "count": [3]},
        }
    )

    season: int
    values: Columns = Field(description="`cycle`, `position` in it from 1, `y`.")
    positions: Columns = Field(description="`position`, `mean`, `least`, `greatest`, `count` over the cycles.")


class CalendarChartAnswer(BaseModel):
    """A map of the calendar."""

    model_config = _like(
        {
            "rows": "weekday",
            "columns": "week",
            "cells": {"row": [1], "column": ["2026-11-02"], "ds": ["2026-11-02"], "y": [41.0]},
            "left_out": 0,
        }
    )

    rows: str = Field(description="What a row is, such as `weekday`.")
    columns: str = Field(description="What a column is, such as `week`, named by its Monday.")
    cells: Columns = Field(description="`row`, `column`, `ds` (its first period), `y`.")
    left_out: int = Field(description="Older cells for which there was no room.")
