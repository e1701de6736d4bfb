"""What tests say about a series. Columns are lists of equal length; null is no value."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from forecastle.exploration.analysis.decomposition import Method
from forecastle.server.api.answers.frames import Columns


def _like(example: Mapping[str, Any]) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [dict(example)]})


class FrequencyAnswer(BaseModel):
    """How far apart the periods of a dataset are."""

    model_config = _like(
        {
            "freq": "W-MON",
            "confidence": 0.99,
            "share_on_grid": 1.0,
            "regular": True,
            "reason": "100% of the dates are where W-MON puts them",
            "n_irregular": 0,
            "irregular": [],
        }
    )

    freq: str = Field(description="As every call with `freq` takes it.")
    confidence: float
    share_on_grid: float = Field(description="Rows exactly where the frequency puts them.")
    regular: bool = Field(description="False for the times of single sales.")
    reason: str
    n_irregular: int
    irregular: Sequence[str] = Field(description="Some rows that are elsewhere.")

    @field_validator("freq", mode="before")
    @classmethod
    def _written(cls, value: object) -> str:
        return str(value)


class DecompositionAnswer(BaseModel):
    """Trend, seasons and remainder, which add up to the series."""

    model_config = _like(
        {
            "points": {"ds": ["2026-11-02"], "y": [41.0], "trend": [39.5], "season_7": [1.0], "remainder": [0.5]},
            "method": "stl",
            "seasons": [7],
            "trend_strength": 0.8,
            "seasonal_strength": {"7": 0.6},
            "filled": 0,
            "thinned": False,
        }
    )

    points: Columns = Field(description="`ds`, `y`, `trend`, one `season_…` a season, `remainder`.")
    method: Method
    seasons: Sequence[int]
    trend_strength: float = Field(description="How much of what is not seasonal the trend explains, 0 to 1.")
    seasonal_strength: Mapping[int, float] = Field(description="By season: how much of what is not trend it explains.")
    filled: int = Field(description="Periods without a value, on straight lines between their neighbours.")
    thinned: bool


class ComponentsPage(BaseModel):
    """Trend, seasons and remainder of many series, a row for each of their periods."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "freq": "D",
                    "seasons": [7],
                    "total": 11804,
                    "limit": 1000,
                    "offset": 0,
                    "rows": [
                        {
                            "series_id": "SKU-1",
                            "ds": "2026-11-02",
                            "y": 41.0,
                            "trend": 39.5,
                            "season_7": 1.0,
                            "remainder": 0.5,
                        }
                    ],
                }
            ]
        }
    )

    freq: str
    seasons: Sequence[int]
    total: int = Field(description="Rows of all pages.")
    limit: int
    offset: int
    rows: Sequence[Mapping[str, Any]] = Field(
        description="`series_id`, `ds`, `y`, `trend`, one `season_…` a season, `remainder`; the parts add up to `y`, "
        "which is null where nothing was observed."
    )


class StationarityAnswer(BaseModel):
    """Whether a series keeps its level."""

    model_config = _like(
        {
            "tests": {
                "differences": [0, 1],
                "adf": [-1.2, -9.1],
                "adf_p": [0.7, 0.0],
                "kpss": [1.4, 0.1],
                "kpss_p": [0.01, 0.1],
            },
            "differences": 1,
            "seasonal_differences": 0,
            "season": 7,
            "verdict": "unit_root",
            "advice": "Its level wanders: both tests agree. Model its changes instead of its values.",
            "filled": 0,
        }
    )

    tests: Columns = Field(description="`differences`, `adf`, `adf_p`, `kpss`, `kpss_p`.")
    differences: int = Field(description="Ordinary ones needed.")
    seasonal_differences: int = Field(description="Of `season`, before the others.")
    season: int | None
    verdict: str = Field(description="`stationary`, `unit_root`, `trend_or_break` or `unclear`.")
    advice: str
    filled: int


class SeasonalityAnswer(BaseModel):
    """Which seasons a series has."""

    model_config = _like(
        {
            "seasons": {
                "season": [7],
                "strength": [0.7],
                "autocorrelation": [0.6],
                "limit": [0.1],
                "kruskal": [80.1],
                "kruskal_p": [0.0],
                "verdict": ["strong"],
            },
            "peaks": {"period": [7.0], "share": [0.4]},
            "advice": "It repeats after 7 periods (strong): choose a model that knows seasons.",
        }
    )

    seasons: Columns = Field(
        description="`season`, `strength`, `autocorrelation` and its `limit`, `kruskal`, `kruskal_p`, `verdict`."
    )
    peaks: Columns = Field(description="`period`, `share`: the largest of the spectrum.")
    advice: str


class ChangePointsAnswer(BaseModel):
    """Where the level changes for good."""

    model_config = _like(
        {
            "changes": {"ds": ["2026-03-02"], "before": [40.0], "after": [55.0], "change": [15.0], "size": [5.1]},
            "levels": {"begin": ["2025-01-06"], "end": ["2026-02-23"], "mean": [40.0], "periods": [60]},
            "left_out": 0,
        }
    )

    changes: Columns = Field(description="`ds`, `before`, `after`, `change`, `size` in deviations of the noise.")
    levels: Columns = Field(description="`begin`, `end`, `mean`, `periods`.")
    left_out: int = Field(description="Older periods that were not looked at.")


class AnomaliesAnswer(BaseModel):
    """Periods that trend and seasons do not explain, the farthest first."""

    model_config = _like(
        {
            "points": {"ds": ["2026-11-02"], "y": [410.0], "expected": [41.0], "score": [17.2]},
            "deviation": 2.1,
            "count": 1,
        }
    )

    points: Columns = Field(description="`ds`, `y`, `expected`, `score`.")
    deviation: float = Field(description="One robust standard deviation.")
    count: int = Field(description="All there are; at most 1,000 are listed.")


class HolidaysAnswer(BaseModel):
    """What public holidays do to a series, the surest first."""

    model_config = _like(
        {
            "effects": {
                "holiday": ["Christmas Day"],
                "offset": [0],
                "days": [5],
                "effect": [-35.2],
                "share": [-0.85],
                "t": [-21.0],
            },
            "country": "US",
            "deviation": 3.7,
        }
    )

    effects: Columns = Field(
        description="`holiday`, `offset` in days, `days`, `effect`, `share` of the mean, `t` (over its error)."
    )
    country: str
    deviation: float = Field(description="Of periods without a holiday.")
