"""What is known about tabular models."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from forecastle.server.api.answers.models import ModelAnswer
from forecastle.server.api.answers.rows import LABEL
from forecastle.services.models.models import Standing
from forecastle.services.tabular.drift import Drift
from forecastle.services.tabular.models import Evidence
from forecastle.services.tabular.serving import Served
from forecastle.tabular.spec import Feature, Source

FEATURE: dict[str, Any] = {
    "name": "sqft_living", "type": "integer", "source": "caller", "required": True, "nullable": False,
    "minimum": 290, "maximum": 13540, "categories": [],
}  # fmt: skip


class FeatureAnswer(BaseModel):
    """One feature. source: `caller`, or `joined` here by the key. nullable: may be null. minimum, maximum: as seen."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    name: str
    type: str = Field(validation_alias="kind")
    source: Source
    required: bool
    nullable: bool
    minimum: float | None
    maximum: float | None
    categories: Sequence[str]


class FeatureList(BaseModel):
    """What a model looks at, in its order.

    required: what every row must have; optional: what it may. joined: what is added here, by `key`.
    """

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "model": "houses", "model_version": LABEL, "target": "price", "key": "zipcode",
                    "required": ["sqft_living", "zipcode"], "optional": ["grade"], "joined": ["medn_hshld_incm_amt"],
                    "features": [FEATURE],
                }
            ]
        },
    )  # fmt: skip

    model: str
    model_version: str
    target: str
    key: str | None
    required: Sequence[str]
    optional: Sequence[str]
    joined: Sequence[str]
    features: Sequence[FeatureAnswer]

    @classmethod
    def of(cls, served: Served) -> Self:
        """What the version that answers looks at."""
        spec = served.model.spec

        def names(*, required: bool) -> list[str]:
            return [one.name for one in spec.asked if _must(one) is required]

        return cls(
            model=served.name,
            model_version=served.version.label,
            target=spec.target,
            key=spec.key,
            required=names(required=True),
            optional=names(required=False),
            joined=[one.name for one in spec.joined],
            features=[FeatureAnswer.model_validate(one) for one in spec.features],
        )


def _must(feature: Feature) -> bool:
    return feature.required and not feature.nullable


class TabularModelAnswer(ModelAnswer):
    """A tabular model: who answers, and its versions, the newest first."""

    called: str = Field(description="The name in the paths below `/tabular`.")

    @classmethod
    def named(cls, called: str, standing: Standing) -> Self:
        """The model under the name that people gave it."""
        return cls(called=called, **dict(ModelAnswer.of(standing)))


class TabularList(BaseModel):
    """Every tabular model, the one trained first before the others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "models": [
                        {
                            "called": "houses", "name": "tabular_houses_price", "dataset": "houses", "champion": None,
                            "versions": [],
                        }
                    ]
                }
            ]
        }
    )  # fmt: skip

    models: Sequence[TabularModelAnswer]


class EvidenceAnswer(BaseModel):
    """How good a version is.

    leaderboard: cross-validated measures of the model and of simple ones, the best first. residuals: the rows held
    out, a list a column.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": LABEL,
                    "metrics": {"mae": 65101.0, "rmse": 118757.0, "mape": 0.123, "r2": 0.889, "coverage": 0.79},
                    "leaderboard": [{"model": "lightgbm", "r2": 0.9, "rmse": 115804.0}, {"model": "knn", "r2": 0.83}],
                    "residuals": {
                        "row": [7], "actual": [538000.0], "predicted": [541200.0], "lower": [450000.0],
                        "upper": [640000.0],
                    },
                    "findings": [{"code": "leak_identifier", "message": "'id' names rows."}],
                }
            ]
        }
    )  # fmt: skip

    version: str
    metrics: Mapping[str, float | None]
    leaderboard: Sequence[Mapping[str, Any]]
    residuals: Mapping[str, Sequence[float]]
    findings: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """The evidence as an answer."""
        return cls(
            version=evidence.version.label,
            metrics=evidence.version.metrics,
            leaderboard=evidence.leaderboard,
            residuals=evidence.residuals.to_dict(as_series=False),
            findings=evidence.findings,
        )


class DriftAnswer(BaseModel):
    """What this server counted since it began, for the version that answers.

    outside: rows beyond what was seen in training, by feature; shares: the same of all rows. missing: rows without an
    optional feature.
    """

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "model_version": LABEL, "rows": 1000, "refused": 3, "outside": {"sqft_living": 20},
                    "shares": {"sqft_living": 0.02}, "missing": {"grade": 15},
                }
            ]
        },
    )  # fmt: skip

    model_version: str
    rows: int
    refused: int
    outside: Mapping[str, int]
    shares: Mapping[str, float]
    missing: Mapping[str, int]

    @classmethod
    def of(cls, served: Served, drift: Drift) -> Self:
        """The counts as an answer."""
        outside = dict(drift.outside)
        return cls(
            model_version=served.version.label,
            rows=drift.rows,
            refused=drift.refused,
            outside=outside,
            shares={name: count / drift.rows for name, count in outside.items()},
            missing=dict(drift.missing),
        )


class Reloaded(BaseModel):
    """The version that answers now."""

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={"examples": [{"status": "reloaded", "model": "houses", "model_version": LABEL}]},
    )

    status: str
    model: str
    model_version: str
