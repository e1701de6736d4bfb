"""Fitted models, who leads, and what they look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One fitted model. metrics: its row on the leaderboard. pruned_at: when its files were let go."""

    id: str
    label: str
    version: int
    family: str
    target: str
    execution_id: str
    created_at: datetime
    metrics: Mapping[str, float | None]
    parameters: Mapping[str, Any]
    libraries: Mapping[str, str]
    data_hash: str
    pruned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of one dataset: who leads, and its versions, the newest first."""

    name: str
    dataset: str
    champion: ModelVersion | None
    versions: tuple[ModelVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much of its attention to variables of a kind (past, future, static) a model gives to one of them."""

    model: str
    kind: str
    feature: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """How much the forecast of a step looks at the period `lag` periods before it; 0 is its own, with its plan."""

    model: str
    step: int
    lag: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a model looks at. The importances of a kind add up to 1, and so does the attention of a step."""

    version: str
    importances: tuple[Importance, ...]
    attention: tuple[Attention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the log of who leads.

    action: `promote`, `keep` or `rollback`. version_id: the champion from then on. champion_value, challenger_value:
    `metric` of both; None where undefined. by: who or what decided.
    """

    id: int
    at: datetime
    action: str
    version_id: str
    challenger_id: str | None
    metric: str
    champion_value: float | None
    challenger_value: float | None
    by: str
    reason: str
