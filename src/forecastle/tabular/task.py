"""From a table to what is to be learned: rows with an answer, completed from the reference, and as numbers."""

from dataclasses import dataclass

import polars as pl

from forecastle.core.errors import DataError, RolesError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.tabular.columns import Chosen, choose
from forecastle.tabular.folds import Split, split
from forecastle.tabular.matrix import matrix_of
from forecastle.tabular.plan import Plan
from forecastle.tabular.reference import Reference
from forecastle.tabular.regressors import Lesson
from forecastle.tabular.spec import Feature, Source, Spec

FEWEST = 50
"""Rows that are needed to learn anything that can be measured."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be learned, from which rows, and which are kept back. findings: what was left out."""

    spec: Spec
    lesson: Lesson
    split: Split
    findings: Findings

    @classmethod
    def of(cls, table: pl.DataFrame, plan: Plan, reference: Reference | None) -> "Task":
        """The table as a task.

        Raises:
            RolesError: a column that was named is not there, or nothing is left to learn from.
            DataError: too few rows have an answer, or the target holds no numbers.
        """
        rows, findings = _answered(table, plan.target)
        joined: tuple[str, ...] = ()
        key = reference.key if reference else None
        if reference is not None:
            rows, left_out = reference.joined(rows)
            findings, joined = findings + left_out, tuple(reference.columns)
        if rows.height < FEWEST:
            raise DataError(f"{rows.height} rows have an answer; at least {FEWEST} are needed.", rows=rows.height)
        if missing := [name for name in plan.required if name not in table.columns]:
            known = ", ".join(table.columns)
            raise RolesError(f"There is no column {missing[0]!r}.", hint=f"The columns are: {known}.")
        wanted = (*plan.columns, *joined, *([key] if key else ())) if plan.columns else ()
        chosen = choose(rows, plan.target, wanted=wanted, unwanted=plan.drop, key=key)
        features = tuple(_feature(rows[name], plan, joined, key) for name in chosen.columns)
        spec = Spec(target=plan.target, features=features, key=key)
        answers = rows[plan.target].cast(pl.Float64).to_numpy()
        values = matrix_of(rows, features)
        return cls(
            spec=spec,
            lesson=Lesson(values=values, answers=answers, categorical=spec.categorical, seed=plan.seed),
            split=split(_things(rows, chosen), held_out=plan.held_out, folds=plan.folds, seed=plan.seed),
            findings=findings + chosen.findings,
        )


def _feature(values: pl.Series, plan: Plan, joined: tuple[str, ...], key: str | None) -> Feature:
    source = Source.JOINED if values.name in joined else Source.CALLER
    is_key = values.name == key
    required = source is Source.JOINED or is_key or values.name in plan.required
    return Feature.seen_in(values, source=source, required=required, is_key=is_key)


def _answered(table: pl.DataFrame, target: str) -> tuple[pl.DataFrame, Findings]:
    """The rows with a finite answer."""
    if target not in table.columns:
        raise RolesError(f"There is no column {target!r}.", hint=f"The columns are: {', '.join(table.columns)}.")
    if not table.schema[target].is_numeric():
        raise DataError(f"The target {target!r} holds {table.schema[target]} values.", hint="Name a column of numbers.")
    usable = table[target].is_finite().fill_null(value=False)
    if usable.all():
        return table, Findings()
    count = int((~usable).sum())
    message = f"{count:,} rows have no number in {target!r}."
    finding = Finding(code="no_answer", severity=Severity.WARNING, message=message, action="left out", count=count)
    return table.filter(usable), Findings((finding,))


def _things(rows: pl.DataFrame, chosen: Chosen) -> pl.Series:
    """What each row is about; a row without a name is about itself."""
    own = pl.int_range(pl.len()).cast(pl.String)
    if chosen.identifier is None or chosen.identifier not in rows.columns:
        return rows.select(own.alias("thing")).to_series()
    named = pl.concat_str(pl.lit("#"), pl.col(chosen.identifier).cast(pl.String))
    return rows.select(pl.coalesce(named, own).alias("thing")).to_series()
