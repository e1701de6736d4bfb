"""Recipes, and what they do or would do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.server.api.answers.datasets import VERSION, VersionAnswer
from forecastle.services.datasets.trials import Cleaned, Trial

STEPS: list[dict[str, Any]] = [
    {"step": "outliers", "method": "hampel", "action": "replace"},
    {"step": "missing", "method": "seasonal"},
    {"step": "resample", "freq": "W-MON"},
]
RECIPE: dict[str, Any] = {
    "name": "weekly sales",
    "steps": STEPS,
    "saved_at": "2026-11-22T06:00:00Z",
    "by": "api",
    "note": "What the planners look at.",
}
CHANGE: dict[str, Any] = {
    "position": 1,
    "step": "missing",
    "says": "Missing values of the targets are filled with the median of their series.",
    "rows_before": 61412,
    "rows_after": 61412,
    "rows_removed": 0,
    "rows_added": 0,
    "series_before": 120,
    "series_after": 120,
    "cells": {"volume": 318},
    "found": {},
    "columns_added": [],
    "columns_removed": [],
    "examples": [{"series": "SKU-1", "time": "2026-03-02", "column": "volume", "before": None, "after": 41.0}],
    "rows_example": None,
}
TRIAL: dict[str, Any] = {
    "dataset": "retail",
    "version": 1,
    "steps": [{"step": "missing", "method": "median"}],
    "says": [CHANGE["says"]],
    "changes": [CHANGE],
    "rows_before": 61412,
    "rows_after": 61412,
    "reused": False,
    "engine": "this machine",
}
KIND: dict[str, Any] = {
    "step": "missing",
    "title": "Missing values",
    "description": "Fill or drop missing values, series by series.",
    "reversible": False,
    "fields": [
        {
            "name": "method",
            "kind": "choice",
            "description": "How.",
            "required": False,
            "default": "interpolate",
            "choices": ["interpolate", "mean"],
            "minimum": None,
            "maximum": None,
        }
    ],
    "schema": {"type": "object"},
}


class FieldAnswer(BaseModel):
    """One field of a kind of step, for forms."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    kind: str = Field(description="`text`, `number`, `whole number`, `choice`, `list`, `table` or `moment`.")
    description: str
    required: bool
    default: Any
    choices: Sequence[str]
    minimum: float | None
    maximum: float | None


class KindAnswer(BaseModel):
    """A kind of step that describes itself."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True, populate_by_name=True)

    step: str
    title: str
    description: str
    reversible: bool = Field(description="Whether there is an exact way back.")
    fields_: Sequence[FieldAnswer] = Field(alias="fields", description="What can be said about it.")
    schema_: Mapping[str, Any] = Field(alias="schema", description="JSON Schema of a step.")


class KindList(BaseModel):
    """Every kind of step, in the order in which they are usually taken."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"steps": [KIND]}]})

    steps: Sequence[KindAnswer]


class RecipeAnswer(BaseModel):
    """Steps under a name."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [RECIPE]})

    name: str
    steps: Sequence[Mapping[str, Any]]
    saved_at: datetime
    by: str
    note: str


class RecipeList(BaseModel):
    """Recipes, by name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"recipes": [RECIPE]}]})

    recipes: Sequence[RecipeAnswer]


class ChangeAnswer(BaseModel):
    """What one step did, or would do."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    step: str
    says: str = Field(description="The step in one sentence.")
    rows_before: int
    rows_after: int
    rows_removed: int
    rows_added: int
    series_before: int
    series_after: int
    cells: Mapping[str, int] = Field(description="How many values changed, by column.")
    found: Mapping[str, int] = Field(description="How many were found and stay as they are, by column.")
    columns_added: Sequence[str]
    columns_removed: Sequence[str]
    examples: Sequence[Mapping[str, Any]] = Field(description="Up to ten of these values, before and after.")
    rows_example: Mapping[str, Any] | None = Field(
        description="Where rows came or went: the first rows of one series, before and after."
    )


class TrialAnswer(BaseModel):
    """What a recipe would do to a version of a dataset."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRIAL]})

    dataset: str
    version: int
    steps: Sequence[Mapping[str, Any]]
    says: Sequence[str]
    changes: Sequence[ChangeAnswer]
    rows_before: int
    rows_after: int
    reused: bool = Field(description="Whether it was known already, so that nothing was computed.")
    engine: str = Field(description="Who worked on it: `this machine`, `dask`, `ray` or `spark`.")

    @classmethod
    def of(cls, trial: Trial, dataset: str) -> "TrialAnswer":
        """The account as an answer. dataset: the name of the dataset."""
        return cls(
            dataset=dataset,
            version=trial.version.number,
            steps=trial.steps,
            says=trial.says,
            changes=[ChangeAnswer.model_validate(change) for change in trial.changes],
            rows_before=trial.rows_before,
            rows_after=trial.rows_after,
            reused=trial.reused,
            engine=trial.engine,
        )


class CleanedAnswer(BaseModel):
    """The version that a recipe made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": VERSION, "did": TRIAL, "reused": False}]})

    version: VersionAnswer
    did: TrialAnswer
    reused: bool = Field(description="Whether it had been made before, so that nothing was computed.")

    @classmethod
    def of(cls, cleaned: Cleaned, dataset: str) -> "CleanedAnswer":
        """The version as an answer. dataset: the name of its dataset."""
        return cls(
            version=VersionAnswer.of(cleaned.version, dataset),
            did=TrialAnswer.of(cleaned.trial, dataset),
            reused=cleaned.reused,
        )


class StateRows(BaseModel):
    """Rows of one series as they are (`before`) and as they would be (`after`), in the user's columns."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "series": "SKU-1",
                    "rows": [
                        {"state": "before", "week": "2026-03-02", "sku": "SKU-1", "volume": None},
                        {"state": "after", "week": "2026-03-02", "sku": "SKU-1", "volume": 41.0},
                    ],
                }
            ]
        }
    )

    series: str
    rows: Sequence[Mapping[str, Any]]
