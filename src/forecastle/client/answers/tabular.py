"""Answers to rows, and the tabular models that give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forecastle.client.answers.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The range around an answer. coverage: the share of what turns out that such ranges hold."""

    lower: float
    upper: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnswer:
    """What one row is worth.

    missing: optional features that were not given; complete: there are none. ignored: columns that are not looked at.
    outside: features beyond what was seen in training. explanation: `base` and `contributions`, where it was asked for.
    """

    prediction: float
    interval: Interval
    model: str
    model_version: str
    features_used: tuple[str, ...]
    missing: tuple[str, ...]
    complete: bool
    ignored: tuple[str, ...]
    outside: tuple[Mapping[str, Any], ...]
    cached: bool
    duration_ms: float
    explanation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a model looks at. required: of every row; optional: what rows may have. joined: by the server, by `key`."""

    model: str
    model_version: str
    target: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    joined: tuple[str, ...]
    features: tuple[Mapping[str, Any], ...]
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TabularModel:
    """A tabular model. called: its name in the other calls. versions: the newest first."""

    called: str
    name: str
    dataset: str
    champion: ModelVersion | None
    versions: tuple[ModelVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How good a version is. residuals: of the rows held out, a tuple a column. leaderboard: on folds, best first."""

    version: str
    metrics: Mapping[str, float | None]
    leaderboard: tuple[Mapping[str, Any], ...]
    residuals: Mapping[str, tuple[float, ...]]
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What was counted since the server began. outside, shares: rows beyond what was seen, by feature.

    missing: rows without an optional feature.
    """

    model_version: str
    rows: int
    refused: int
    outside: Mapping[str, int]
    shares: Mapping[str, float]
    missing: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The version that answers now."""

    status: str
    model: str
    model_version: str
