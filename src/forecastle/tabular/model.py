"""A trained tabular model: answers rows with ranges, explains them, and keeps itself as a folder of open formats."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Floats
from forecastle.models.forecasts import Flags
from forecastle.tabular.gaps import Gaps
from forecastle.tabular.ranges import Ranges
from forecastle.tabular.reference import Reference
from forecastle.tabular.regressors import Regressor, kind_named
from forecastle.tabular.spec import Source, Spec

FORMAT = "forecastle-tabular-2"
FACTS, REFERENCE, EVIDENCE = "model.json", "reference.parquet", "evidence.parquet"
FULL, PARTIAL = "full", "partial"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A regressor and its ranges."""

    regressor: Regressor
    ranges: Ranges


@dataclass(frozen=True, kw_only=True)
class Partial(Member):
    """What answers rows that lack some columns, once they are filled in with what is to be expected."""

    gaps: Gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Answers to n rows, in units of the target."""

    prediction: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, kw_only=True)
class TabularModel:
    """What answers rows.

    algorithm: the kind of regressor. full: answers whole rows; partial: those that lack something; None where nothing
    may lack. never_negative: no answer learned from was. coverage: the share that ranges are to hold.
    evidence: the rows held out, as `row`, `actual`, `predicted`, `lower`, `upper`. leaderboard: what was compared.
    """

    spec: Spec
    algorithm: str
    full: Member
    partial: Partial | None
    reference: Reference | None
    never_negative: bool
    coverage: float
    evidence: pl.DataFrame
    leaderboard: tuple[dict[str, Any], ...] = ()
    findings: tuple[dict[str, Any], ...] = ()

    @cached_property
    def joined(self) -> Floats:
        """Keys × joined features of the reference."""
        if self.reference is None:
            return np.empty((0, 0))
        return self.reference.matrix(self.spec.joined)

    @cached_property
    def joined_places(self) -> tuple[int, ...]:
        """Where the joined features are in the specification."""
        return tuple(place for place, one in enumerate(self.spec.features) if one.source is Source.JOINED)

    def predict(self, values: Floats) -> Said:
        """Answer n × p rows, as the specification orders them; NaN for what is not known."""
        lacking = self._lacking(values)
        made = np.empty((3, len(values)))
        if not lacking.all():
            rows = values if not lacking.any() else values[~lacking]
            made[:, ~lacking] = self._ranged(self.full, rows)
        if self.partial is not None and lacking.any():
            filled, doubts = self.partial.gaps.filled(values[lacking])
            made[:, lacking] = self._ranged(self.partial, filled, doubts)
        return Said(prediction=made[0], lower=made[1], upper=made[2])

    def contributions(self, row: Floats) -> dict[str, float]:
        """What each feature adds to the answer of one row, the strongest first, and under `""` what all begin with.

        A feature that lacks adds what is to be expected of it, given the others.
        """
        member, values = self.full, row[None]
        if self.partial is not None and self._lacking(values)[0]:
            member, values = self.partial, self.partial.gaps.filled(values)[0]
        told = member.regressor.contributions(values)[0].tolist()
        parts = dict(zip(self.spec.names, told, strict=False))
        return {"": told[-1]} | dict(sorted(parts.items(), key=lambda part: -abs(part[1])))

    def save(self, folder: Path) -> None:
        """Write everything into a folder; equal models give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        self.spec.save(folder)
        facts = {
            "format": FORMAT,
            "algorithm": self.algorithm,
            "never_negative": self.never_negative,
            "coverage": self.coverage,
            "ranges": {name: member.ranges.facts() for name, member in self._members()},
            "leaderboard": self.leaderboard,
            "findings": self.findings,
        }
        (folder / FACTS).write_text(json.dumps(facts, indent=2, ensure_ascii=False), encoding="utf-8")
        self.evidence.write_parquet(folder / EVIDENCE)
        if self.reference is not None:
            self.reference.frame.write_parquet(folder / REFERENCE)
        for name, member in self._members():
            if member is self.full or member.regressor is not self.full.regressor:
                (folder / name).mkdir(exist_ok=True)
                member.regressor.save(folder / name)
        if self.partial is not None:
            self.partial.gaps.save(folder)

    def _members(self) -> list[tuple[str, Member]]:
        return [(FULL, self.full)] + ([(PARTIAL, self.partial)] if self.partial else [])

    def _lacking(self, values: Floats) -> Flags:
        if self.partial is None:
            return np.zeros(len(values), dtype=bool)
        return np.asarray(np.isnan(values[:, self.spec.told]).any(axis=1))

    def _ranged(self, member: Member, values: Floats, doubts: Floats | None = None) -> tuple[Floats, Floats, Floats]:
        predicted = member.regressor.predict(values)
        lower, upper = member.ranges.around(predicted, doubts)
        if self.never_negative:
            return np.maximum(predicted, 0.0), np.maximum(lower, 0.0), np.maximum(upper, 0.0)
        return predicted, lower, upper


def load_tabular(folder: Path) -> TabularModel:
    """Read back what `TabularModel.save` wrote, and have it answer once, so that what cannot is found now.

    Raises:
        ArtifactError: the folder holds no such model, one of another format, or one that cannot answer.
        ModelError: the extra of its algorithm is not installed.
    """
    try:
        model = _loaded(folder)
        for empty in (0.0, np.nan):
            model.predict(np.full((1, len(model.spec.features)), empty))
    except (OSError, ValueError, KeyError, TypeError, IndexError, pl.exceptions.PolarsError) as error:
        raise ArtifactError(
            f"The tabular model in {str(folder)!r} cannot be read: {error}.", hint="Train it again."
        ) from error
    return model


def _loaded(folder: Path) -> TabularModel:
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    if facts["format"] != FORMAT:
        raise ArtifactError(
            f"The model is of format {facts['format']!r}; this version reads {FORMAT!r}.",
            hint="Train again, or use the version of Forecastle that wrote it.",
        )
    spec = Spec.load(folder)
    kind = kind_named(facts["algorithm"])
    ranges = {name: Ranges.read(told) for name, told in facts["ranges"].items()}
    full = Member(regressor=kind.load(folder / FULL), ranges=ranges[FULL])
    partial = None
    if PARTIAL in ranges:
        regressor = kind.load(folder / PARTIAL) if kind.steps else full.regressor
        partial = Partial(regressor=regressor, ranges=ranges[PARTIAL], gaps=Gaps.load(folder))
    joined = folder / REFERENCE
    return TabularModel(
        spec=spec,
        algorithm=facts["algorithm"],
        full=full,
        partial=partial,
        reference=Reference(key=spec.key, frame=pl.read_parquet(joined)) if spec.key and joined.exists() else None,
        never_negative=facts["never_negative"],
        coverage=facts["coverage"],
        evidence=pl.read_parquet(folder / EVIDENCE),
        leaderboard=tuple(facts["leaderboard"]),
        findings=tuple(facts["findings"]),
    )
