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
from forecastle.tabular.ranges import Ranges
from forecastle.tabular.reference import Reference
from forecastle.tabular.regressors import Regressor, kind_named
from forecastle.tabular.spec import Source, Spec

FORMAT = "forecastle-tabular-1"
FACTS, REFERENCE, EVIDENCE = "model.json", "reference.parquet", "evidence.parquet"
FULL, CORE = "full", "core"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One regressor with the features that it looks at, as places in the specification, and its ranges."""

    columns: tuple[int, ...]
    regressor: Regressor
    ranges: Ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Answers to n rows, in units of the target. core: rows answered from the required features alone."""

    prediction: Floats
    lower: Floats
    upper: Floats
    core: Flags


@dataclass(frozen=True, kw_only=True)
class TabularModel:
    """What answers rows.

    algorithm: the kind of regressor. full: looks at everything; core: at what every row must have; None where that is
    everything. never_negative: no answer learned from was. coverage: the share that ranges are to hold.
    evidence: the rows held out, as `row`, `actual`, `predicted`, `lower`, `upper`. leaderboard: what was compared.
    """

    spec: Spec
    algorithm: str
    full: Member
    core: Member | None
    reference: Reference | None
    never_negative: bool
    coverage: float
    evidence: pl.DataFrame
    leaderboard: tuple[dict[str, Any], ...] = ()
    findings: tuple[dict[str, Any], ...] = ()

    @cached_property
    def optional(self) -> tuple[int, ...]:
        """Places of features whose absence makes a row one for `core`."""
        return tuple(place for place, one in enumerate(self.spec.features) if not one.required and not one.nullable)

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
        lacking = np.asarray(np.isnan(values[:, self.optional]).any(axis=1))
        if self.core is None:
            lacking = np.zeros(len(values), dtype=bool)
        made = np.empty((3, len(values)))
        for member, rows in ((self.full, ~lacking), (self.core, lacking)):
            if member is not None and rows.any():
                made[:, rows] = self._said(member, values if rows.all() else values[rows])
        return Said(prediction=made[0], lower=made[1], upper=made[2], core=lacking)

    def contributions(self, row: Floats) -> dict[str, float] | None:
        """What each feature adds to the answer of one row, the strongest first, and under `""` what all begin with.

        None where the algorithm cannot tell.
        """
        lacks = self.core is not None and bool(np.isnan(row[list(self.optional)]).any())
        member = self.core if lacks and self.core is not None else self.full
        told = member.regressor.contributions(row[None, list(member.columns)])
        if told is None:
            return None
        names = [self.spec.names[place] for place in member.columns]
        parts = dict(zip(names, told[0, :-1].tolist(), strict=True))
        return {"": float(told[0, -1])} | dict(sorted(parts.items(), key=lambda part: -abs(part[1])))

    def save(self, folder: Path) -> None:
        """Write everything into a folder; equal models give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        self.spec.save(folder)
        facts = {
            "format": FORMAT,
            "algorithm": self.algorithm,
            "never_negative": self.never_negative,
            "coverage": self.coverage,
            "members": {name: {"columns": one.columns, "ranges": one.ranges.facts()} for name, one in self._members()},
            "leaderboard": self.leaderboard,
            "findings": self.findings,
        }
        (folder / FACTS).write_text(json.dumps(facts, indent=2, ensure_ascii=False), encoding="utf-8")
        self.evidence.write_parquet(folder / EVIDENCE)
        if self.reference is not None:
            self.reference.frame.write_parquet(folder / REFERENCE)
        for name, member in self._members():
            (folder / name).mkdir(exist_ok=True)
            member.regressor.save(folder / name)

    def _members(self) -> list[tuple[str, Member]]:
        return [(FULL, self.full)] + ([(CORE, self.core)] if self.core else [])

    def _said(self, member: Member, values: Floats) -> tuple[Floats, Floats, Floats]:
        everything = len(member.columns) == values.shape[1]
        looked_at = values if everything else np.ascontiguousarray(values[:, member.columns])
        predicted = member.regressor.predict(looked_at)
        lower, upper = member.ranges.around(predicted)
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
        model.predict(np.zeros((1, len(model.spec.features))))
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
    members = {
        name: Member(
            columns=tuple(told["columns"]), regressor=kind.load(folder / name), ranges=Ranges.read(told["ranges"])
        )
        for name, told in facts["members"].items()
    }
    joined = folder / REFERENCE
    return TabularModel(
        spec=spec,
        algorithm=facts["algorithm"],
        full=members[FULL],
        core=members.get(CORE),
        reference=Reference(key=spec.key, frame=pl.read_parquet(joined)) if spec.key and joined.exists() else None,
        never_negative=facts["never_negative"],
        coverage=facts["coverage"],
        evidence=pl.read_parquet(folder / EVIDENCE),
        leaderboard=tuple(facts["leaderboard"]),
        findings=tuple(facts["findings"]),
    )
