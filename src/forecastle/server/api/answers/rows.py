"""What rows are worth."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from forecastle.services.tabular.prediction import RowAnswer as Said
from forecastle.services.tabular.prediction import TableAnswer

LABEL = "tabular_houses_price_v3_20261127"
"""In examples."""

ANSWER: dict[str, Any] = {
    "prediction": 538000.0,
    "interval": {"lower": 451000.0, "upper": 640000.0, "coverage": 0.8},
    "model": "houses",
    "model_version": LABEL,
    "features_used": ["bedrooms", "sqft_living", "zipcode", "medn_hshld_incm_amt"],
    "missing": [],
    "complete": True,
    "ignored": ["id"],
    "outside": [{"name": "sqft_living", "minimum": 290, "maximum": 13540}],
    "cached": False,
    "duration_ms": 1.7,
    "explanation": None,
}


class Interval(BaseModel):
    """The range around an answer. coverage: the share of what turns out that such ranges hold."""

    lower: float
    upper: float
    coverage: float


class Outside(BaseModel):
    """A feature beyond what was seen in training. minimum, maximum: what was; null for categories."""

    name: str
    minimum: float | None
    maximum: float | None


class Contribution(BaseModel):
    """What a feature adds to the answer. value: of the feature, in this row; null where it adds what is expected."""

    feature: str
    value: int | float | str | bool | None
    adds: float


class Explanation(BaseModel):
    """How an answer comes about: `base`, and what each feature adds to it, the strongest first (Shapley values)."""

    base: float
    contributions: Sequence[Contribution]


class RowAnswer(BaseModel):
    """What one row is worth.

    missing: optional features that were not given; the range is as wide as they matter. complete: whether there are
    none. ignored: columns that were sent and are not looked at. outside: features beyond what was seen in training;
    take care. cached: the same row was answered before. explanation: where it was asked for.
    """

    model_config = ConfigDict(protected_namespaces=(), json_schema_extra={"examples": [ANSWER]})

    prediction: float
    interval: Interval
    model: str
    model_version: str
    features_used: Sequence[str]
    missing: Sequence[str]
    complete: bool
    ignored: Sequence[str]
    outside: Sequence[Outside]
    cached: bool
    duration_ms: float
    explanation: Explanation | None = None

    @classmethod
    def of(cls, said: Said) -> Self:
        """The answer of the service."""
        told = None
        if said.base is not None:
            parts = said.contributions.items()
            told = Explanation(
                base=said.base,
                contributions=[Contribution(feature=name, value=said.values[name], adds=adds) for name, adds in parts],
            )
        return cls(
            prediction=said.prediction,
            interval=Interval(lower=said.lower, upper=said.upper, coverage=said.served.model.coverage),
            model=said.served.name,
            model_version=said.served.version.label,
            features_used=said.features,
            missing=said.row.missing,
            complete=not said.row.missing,
            ignored=said.row.ignored,
            outside=[Outside(name=one.name, minimum=one.minimum, maximum=one.maximum) for one in said.outside],
            cached=said.cached,
            duration_ms=said.milliseconds,
            explanation=told,
        )


class RowOfBatch(BaseModel):
    """One row of a batch, from 0. error: why there is no answer."""

    row: int
    prediction: float | None
    lower: float | None
    upper: float | None
    error: str | None


class BatchAnswer(BaseModel):
    """What many rows are worth.

    outside: rows beyond what was seen in training, by feature. missing: rows without an optional feature.
    """

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "predictions": [
                        {"row": 0, "prediction": 538000.0, "lower": 451000.0, "upper": 640000.0, "error": None},
                        {
                            "row": 1,
                            "prediction": None,
                            "lower": None,
                            "upper": None,
                            "error": "zipcode: unknown",
                        },
                    ],
                    "model": "houses",
                    "model_version": LABEL,
                    "coverage": 0.8,
                    "succeeded": 1,
                    "failed": 1,
                    "ignored": [],
                    "outside": {"sqft_living": 1},
                    "missing": {"grade": 2},
                    "duration_ms": 3.1,
                }
            ]
        },
    )

    predictions: Sequence[RowOfBatch] = ()
    model: str
    model_version: str
    coverage: float
    succeeded: int
    failed: int
    ignored: Sequence[str]
    outside: Mapping[str, int]
    missing: Mapping[str, int]
    duration_ms: float

    @classmethod
    def of(cls, said: TableAnswer) -> Self:
        """Everything but the rows."""
        return cls(
            model=said.served.name,
            model_version=said.served.version.label,
            coverage=said.served.model.coverage,
            succeeded=said.rows.height - said.failed,
            failed=said.failed,
            ignored=said.ignored,
            outside=said.outside,
            missing=said.missing,
            duration_ms=said.milliseconds,
        )
