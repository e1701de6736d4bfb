"""Which columns a model may look at: never what names a row, and never what is only known afterwards."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import RolesError
from forecastle.core.findings import Finding, Findings, Severity

MOST_CATEGORIES = 200
"""Distinct texts beyond which a column is no category."""

UNIQUE = 0.9
"""Share of distinct values from which a column names rows, if its name or kind agrees."""

SAME = 0.995
"""Correlation, of values or of ranks, from which a column is the target under another name."""

IDENTIFIER = re.compile(r"(^|[_ .-])(id|ids|uuid|guid|key|index|nr|no|number|code)$|^(id|uuid|guid)([_ .-]|$)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The columns that are looked at. identifier: the one that names things which may have several rows."""

    columns: tuple[str, ...]
    identifier: str | None
    findings: Findings


def choose(
    table: pl.DataFrame,
    target: str,
    *,
    wanted: Collection[str] = (),
    unwanted: Collection[str] = (),
    key: str | None = None,
) -> Chosen:
    """Leave out what would leak the answer or cannot be looked at; each with a finding.

    wanted: these alone, also where they look like a leak, which is then only said. key: the join key, always kept.

    Raises:
        RolesError: the target or a named column is not there, or nothing is left.
    """
    for name in (target, *wanted, *unwanted):
        if name not in table.columns:
            raise RolesError(f"There is no column {name!r}.", hint=f"The columns are: {', '.join(table.columns)}.")
    candidates = [name for name in table.columns if name not in (target, *unwanted) and (not wanted or name in wanted)]
    doubts = {name: doubt for name in candidates if name != key and (doubt := _doubt(table[name], table[target]))}
    kept = tuple(name for name in candidates if name not in doubts or (wanted and not doubts[name].useless))
    if not kept:
        raise RolesError(
            "No column is left to learn from.", hint="; ".join(f"{n}: {d.message}" for n, d in doubts.items())
        )
    findings = tuple(doubt.finding(name, kept=name in kept) for name, doubt in doubts.items())
    return Chosen(columns=kept, identifier=_identifier(table, target), findings=Findings(findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """Why a column should not be looked at. useless: it cannot be, whoever wants it."""

    code: str
    message: str
    severity: Severity = Severity.INFO
    useless: bool = False

    def finding(self, name: str, *, kept: bool) -> Finding:
        severity = Severity.WARNING if kept else self.severity
        return Finding(
            code=self.code,
            severity=severity,
            message=f"{name!r} {self.message}.",
            action="kept, because it was asked for" if kept else "left out",
        )


def _doubt(values: pl.Series, target: pl.Series) -> _Doubt | None:
    return _leaking(values, target) or _useless(values)


def _useless(values: pl.Series) -> _Doubt | None:
    """Why nobody can learn from a column."""
    kind, distinct = values.dtype, values.drop_nulls().n_unique()
    if distinct < 2:
        return _Doubt(code="constant_column", message="is the same in every row", useless=True)
    if kind.is_temporal():
        told = "is a moment, which is not known when the question is asked"
        return _Doubt(code="leak_moment", message=told, useless=True)
    if kind.is_nested() or kind in (pl.Object, pl.Binary):
        return _Doubt(code="unusable_column", message=f"holds {kind} values", useless=True)
    if kind == pl.String and distinct > MOST_CATEGORIES:
        return _Doubt(code="too_many_categories", message=f"has {distinct:,} distinct texts", useless=True)
    return None


def _leaking(values: pl.Series, target: pl.Series) -> _Doubt | None:
    """Why learning from a column would be cheating."""
    if names_rows(values):
        told = f"names rows: {values.n_unique():,} distinct values in {len(values):,}"
        return _Doubt(code="leak_identifier", message=told, useless=_useless(values) is not None)
    if values.dtype.is_numeric() and (alike := _likeness(values, target)) >= SAME:
        told = f"is nearly the target itself (correlation {alike:.4f}); is it known beforehand?"
        return _Doubt(code="leak_target", message=told, severity=Severity.WARNING)
    return None


def names_rows(values: pl.Series) -> bool:
    """Whether a column is an identifier: (almost) every value once, and text, numbered in order, or called so."""
    if not (values.dtype.is_integer() or values.dtype == pl.String):
        return False
    if values.n_unique() < UNIQUE * len(values):
        return False
    if values.dtype == pl.String or IDENTIFIER.search(values.name):
        return True
    steps = values.diff().drop_nulls()
    return len(steps) > 1 and bool((steps == steps[0]).all())


def _identifier(table: pl.DataFrame, target: str) -> str | None:
    """Several rows of one thing, such as a house sold twice, must not be learned from and asked about."""
    return next((name for name in table.columns if name != target and names_rows(table[name])), None)


def _likeness(values: pl.Series, target: pl.Series) -> float:
    pair = pl.DataFrame({"x": values.cast(pl.Float64), "y": target.cast(pl.Float64)}).drop_nulls()
    if pair.height < 3:
        return 0.0
    both = (pl.corr("x", "y").alias("values"), pl.corr("x", "y", method="spearman").alias("ranks"))
    found = np.abs(np.nan_to_num(pair.select(both).to_numpy()))
    return float(found.max())
