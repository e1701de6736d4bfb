"""The profile of a dataset, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.core.findings import Finding
from forecastle.exploration.profile.profile import Profile, TargetProfile
from forecastle.exploration.profile.warnings import Ranked
from forecastle.server.api.answers.frames import Columns, Rows
from forecastle.server.api.answers.previews import STATISTICS, ColumnStatisticsAnswer
from forecastle.services.datasets.problems import Problem

NAMED = 20
"""Series named in a warning; `count` says how many there are."""

WARNING: dict[str, Any] = {
    "code": "gaps",
    "severity": "warning",
    "message": "12 periods without a row, in 3 series.",
    "action": "taken as not observed",
    "count": 12,
    "series": ["A"],
    "rows": [],
    "weight": 0.2,
}
PROBLEM: dict[str, Any] = {name: value for name, value in WARNING.items() if name != "weight"} | {
    "target": "volume",
    "remedies": [{"says": "Count them as no sale", "steps": [{"step": "align", "absent": "zero"}]}],
}
TARGET: dict[str, Any] = {
    "target": "volume",
    "freq": "W-MON",
    "series": 1234,
    "patterns": [{"pattern": "smooth", "series": 1000, "share": 0.9}],
    "classes": [{"abc": "A", "xyz": "X", "series": 200, "share": 0.6}],
    "measures": [
        {"measure": "length", "count": 1234, "p5": 40.0, "p25": 104.0, "p50": 104.0, "p75": 104.0, "p95": 104.0}
    ],
    "correlations": [
        {"covariate": "price", "known": True, "series": 900, "lower": -0.6, "median": -0.3, "upper": 0.1, "strong": 0.2}
    ],
    "together": {"ds": ["2026-11-02"], "y": [41200.0]},
}


class FindingAnswer(BaseModel):
    """Something that was found in the data."""

    code: str
    severity: str
    message: str
    action: str = Field(description="What was done about it, where anything was.")
    count: int
    series: Sequence[str] = Field(description="Some of the series concerned.")
    rows: Sequence[str] = Field(description="Examples.")


class WarningAnswer(FindingAnswer):
    """Something to look at."""

    model_config = ConfigDict(json_schema_extra={"examples": [WARNING]})

    weight: float = Field(description="Share of the total, or of the rows, that it concerns.")

    @classmethod
    def of(cls, ranked: Ranked) -> "WarningAnswer":
        """The finding as an answer."""
        return cls(**_told(ranked.finding), weight=ranked.weight)


class RemedyAnswer(BaseModel):
    """What could be done about a problem."""

    says: str = Field(description="In words.")
    steps: Sequence[Mapping[str, Any]] = Field(description="As steps of a recipe.")


class ProblemAnswer(FindingAnswer):
    """Something that is wrong with the data, or was."""

    target: str = Field(description="The target whose values it is about; empty: the data as a whole.")
    remedies: Sequence[RemedyAnswer] = Field(description="What could be done about it; none where nothing needs to be.")

    @classmethod
    def of(cls, problem: Problem) -> "ProblemAnswer":
        """The problem as an answer."""
        remedies = [RemedyAnswer(says=says, steps=steps) for says, steps in problem.remedies.items()]
        return cls(**_told(problem.finding), target=problem.target, remedies=remedies)


class ProblemList(BaseModel):
    """The worst first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"problems": [PROBLEM]}]})

    problems: Sequence[ProblemAnswer]


def _told(finding: Finding) -> dict[str, Any]:
    return asdict(finding) | {"series": finding.series[:NAMED]}


class TargetProfileAnswer(BaseModel):
    """One target; its series are at `/profile/series`."""

    model_config = ConfigDict(json_schema_extra={"examples": [TARGET]})

    target: str
    freq: str
    series: int
    patterns: Rows = Field(description="`pattern`, `series`, `share` of the total.")
    classes: Rows = Field(description="`abc`, `xyz`, `series`, `share`.")
    measures: Rows = Field(description="`measure`, `count`, and its quantiles over the series, `p5` to `p95`.")
    correlations: Rows = Field(description="Of covariates with the target within a series: quantiles over the series.")
    together: Columns = Field(description="`ds`, `y`: the sum of all series.")

    @classmethod
    def of(cls, target: TargetProfile) -> "TargetProfileAnswer":
        """The target as an answer."""
        return cls(
            target=target.target,
            freq=str(target.freq),
            series=len(target.series),
            patterns=target.patterns,
            classes=target.classes,
            measures=target.measures,
            correlations=target.correlations,
            together=target.together,
        )


class ProfileAnswer(BaseModel):
    """A dataset: columns, targets, and what to look at, the most important first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "sales.csv",
                    "rows": 61412,
                    "transactions": False,
                    "identical": 0,
                    "warnings": [WARNING],
                    "columns": [STATISTICS],
                    "targets": [TARGET],
                }
            ]
        }
    )

    source: str
    rows: int
    transactions: bool = Field(description="Whether rows are single sales.")
    identical: int = Field(description="Rows that repeat another in every column.")
    warnings: Sequence[WarningAnswer]
    columns: Sequence[ColumnStatisticsAnswer]
    targets: Sequence[TargetProfileAnswer]

    @classmethod
    def of(cls, profile: Profile) -> "ProfileAnswer":
        """The profile as an answer."""
        return cls(
            source=profile.source,
            rows=profile.rows,
            transactions=profile.transactions,
            identical=profile.identical,
            warnings=[WarningAnswer.of(each) for each in profile.warnings],
            columns=[ColumnStatisticsAnswer.model_validate(column) for column in profile.columns],
            targets=[TargetProfileAnswer.of(target) for target in profile.targets],
        )


class SeriesProfileList(BaseModel):
    """Series in numbers. total: how many there are."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 1234,
                    "series": [
                        {
                            "series_id": "A",
                            "length": 104,
                            "zero_share": 0.1,
                            "pattern": "smooth",
                            "forecastability": 0.4,
                        }
                    ],
                }
            ]
        }
    )

    total: int
    series: Rows
