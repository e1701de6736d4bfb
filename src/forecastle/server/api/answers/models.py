"""Models, their versions, and who leads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.services.models.models import Standing

VERSION: dict[str, Any] = {
    "id": "9a3a8f64-5a6e-4b9f-8a39-5b1c5be0f0de",
    "label": "ets_volume_v3_20261122",
    "version": 3,
    "family": "ets",
    "target": "volume",
    "execution_id": "0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11",
    "created_at": "2026-11-22T06:00:00Z",
    "metrics": {"wape": 0.182, "mape": 0.214},
    "parameters": {"horizon": 13},
    "libraries": {"numpy": "2.4.0"},
    "data_hash": "3b5d5c3712955042212316173ccf37be",
    "pruned_at": None,
}
DECISION: dict[str, Any] = {
    "id": 7,
    "at": "2026-11-22T06:00:17Z",
    "action": "promote",
    "version_id": "9a3a8f64-5a6e-4b9f-8a39-5b1c5be0f0de",
    "challenger_id": "9a3a8f64-5a6e-4b9f-8a39-5b1c5be0f0de",
    "metric": "mape",
    "champion_value": 0.231,
    "challenger_value": 0.214,
    "by": "backtest",
    "reason": "mape 21.4 % instead of 23.1 %",
}


class VersionAnswer(BaseModel):
    """One fitted model. metrics: its row on the leaderboard. pruned_at: when its files were let go."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, json_schema_extra={"examples": [VERSION]})

    id: str
    label: str
    version: int = Field(validation_alias="number")
    family: str
    target: str
    execution_id: str
    created_at: datetime
    metrics: Mapping[str, float | None]
    parameters: Mapping[str, Any]
    libraries: Mapping[str, str]
    data_hash: str = Field(description="SHA-256 of the panel it learned from.")
    pruned_at: datetime | None


class ModelAnswer(BaseModel):
    """A model of one dataset: who leads, and its versions, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "ets_volume", "dataset": "retail", "champion": VERSION, "versions": [VERSION]}]
        }
    )

    name: str
    dataset: str
    champion: VersionAnswer | None
    versions: Sequence[VersionAnswer]

    @classmethod
    def of(cls, standing: Standing) -> "ModelAnswer":
        """The model as an answer."""
        return cls(
            name=standing.name,
            dataset=standing.dataset.name,
            champion=VersionAnswer.model_validate(standing.champion) if standing.champion else None,
            versions=[VersionAnswer.model_validate(version) for version in standing.versions],
        )


class ModelList(BaseModel):
    """Every model."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"models": [{"name": "ets_volume", "dataset": "retail", "champion": VERSION, "versions": [VERSION]}]}
            ]
        }
    )

    models: Sequence[ModelAnswer]


class DecisionAnswer(BaseModel):
    """One line of the log of who leads.

    action: `promote`, `keep` (the challenger was not better) or `rollback`. version_id: the champion from then on.
    champion_value, challenger_value: `metric` of both. by: who or what decided.
    """

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [DECISION]})

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


class DecisionList(BaseModel):
    """The log of a model, the newest line first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decisions": [DECISION]}]})

    decisions: Sequence[DecisionAnswer]


class Importance(BaseModel):
    """How much of its attention to variables of a kind (past, future, static) a model gives to one of them."""

    model: str
    kind: str
    feature: str
    weight: float


class Attention(BaseModel):
    """How much the forecast of a step looks at the period `lag` periods before it; 0 is its own, with its plan."""

    model: str
    step: int
    lag: int
    weight: float


class ExplanationAnswer(BaseModel):
    """What a model looks at. The importances of a kind add up to 1, and so does the attention of a step."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "tft_volume@3",
                    "importances": [{"model": "tft", "kind": "future", "feature": "promotion", "weight": 0.61}],
                    "attention": [{"model": "tft", "step": 1, "lag": 52, "weight": 0.23}],
                }
            ]
        }
    )

    version: str
    importances: Sequence[Importance]
    attention: Sequence[Attention]
