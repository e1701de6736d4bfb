"""From a table to a trained model: columns, split, cross-validation, ranges, and the measure on rows held out."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from forecastle.core.errors import DataError, RolesError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.panel import Floats
from forecastle.core.progress import Progress, part_of, silent
from forecastle.models.boosting.workers import side_by_side
from forecastle.tabular.columns import Chosen, choose
from forecastle.tabular.folds import Split, split
from forecastle.tabular.matrix import matrix_of
from forecastle.tabular.model import Member, TabularModel
from forecastle.tabular.ranges import Ranges
from forecastle.tabular.reference import Reference
from forecastle.tabular.regressors import BASELINES, DEFAULT, Lesson, Regressor, kind_named
from forecastle.tabular.regressors.lesson import Tell
from forecastle.tabular.scores import held, scores
from forecastle.tabular.spec import Feature, Source, Spec

FEWEST = 50
"""Rows that are needed to learn anything that can be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a model is trained.

    columns: what it may look at; all that do not leak when empty. drop: what it may not. required: what every row must
    have, the rest being optional; everything when empty. held_out: share of the rows that the model is measured on.
    coverage: share of what turns out that its ranges are to hold.
    """

    target: str
    model: str = DEFAULT
    columns: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    held_out: float = 0.2
    folds: int = 5
    coverage: float = 0.8
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model, and how good it is: on the rows held out, and (`cv_…`) on those that folds were asked about."""

    model: TabularModel
    metrics: dict[str, float | None]
    findings: Findings


def train(
    table: pl.DataFrame, plan: Plan, *, reference: Reference | None = None, progress: Progress = silent
) -> Trained:
    """Learn what a row is worth. What is kept has learned from all rows; its measures are of a model that had not.

    reference: joined by its key, which the table must have.

    Raises:
        RolesError: a column that was named is not there, or nothing is left to learn from.
        DataError: too few rows have an answer, or the target holds no numbers.
        ModelError: there is no such model, or its extra is not installed.
        Cancelled: `progress` said so.
    """
    kind_named(plan.model)
    task, findings = _task(table, plan, reference)
    everything = tuple(range(len(task.spec.features)))
    core = tuple(place for place, one in enumerate(task.spec.features) if one.required)
    half = 0.75 if len(core) == len(everything) else 0.4
    full = _Course(task=task, plan=plan, columns=everything).taken(part_of(progress, 0.0, half))
    lean = None
    if len(core) < len(everything):
        lean = _Course(task=task, plan=plan, columns=core).taken(part_of(progress, half, 0.8))
    compared = _baselines(task, plan, part_of(progress, 0.8, 0.98))
    board = _leaderboard(plan, full, lean, compared)
    findings += _beaten(plan.model, full, compared)
    progress(1.0, f"R² {full.metrics['r2'] or 0:.3f} on {len(task.split.held_out):,} rows held out")
    model = TabularModel(
        spec=task.spec,
        algorithm=plan.model,
        full=full.member,
        core=lean.member if lean else None,
        reference=_kept(reference, task.spec),
        never_negative=bool((task.lesson.answers >= 0).all()),
        coverage=plan.coverage,
        evidence=full.evidence,
        leaderboard=board,
        findings=tuple(asdict(finding) for finding in findings),
    )
    extra = {f"core_{name}": value for name, value in lean.metrics.items()} if lean else {}
    return Trained(model=model, metrics=full.metrics | extra, findings=findings)


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What is to be learned, from which rows, and which are kept back."""

    spec: Spec
    lesson: Lesson
    split: Split


def _task(table: pl.DataFrame, plan: Plan, reference: Reference | None) -> tuple[_Task, Findings]:
    rows, findings = _answered(table, plan.target)
    joined: tuple[str, ...] = ()
    key = reference.key if reference else None
    if reference is not None:
        rows, left_out = reference.joined(rows)
        findings, joined = findings + left_out, tuple(reference.columns)
    if rows.height < FEWEST:
        raise DataError(f"{rows.height} rows have an answer; at least {FEWEST} are needed.", rows=rows.height)
    if missing := [name for name in plan.required if name not in table.columns]:
        raise RolesError(f"There is no column {missing[0]!r}.", hint=f"The columns are: {', '.join(table.columns)}.")
    wanted = (*plan.columns, *joined, *([key] if key else ())) if plan.columns else ()
    chosen = choose(rows, plan.target, wanted=wanted, unwanted=plan.drop, key=key)
    features = tuple(_feature(rows[name], plan, joined, key) for name in chosen.columns)
    answers = rows[plan.target].cast(pl.Float64).to_numpy()
    spec = Spec(target=plan.target, features=features, key=key)
    lesson = Lesson(values=matrix_of(rows, features), answers=answers, categorical=spec.categorical, seed=plan.seed)
    dealt = split(_things(rows, chosen), held_out=plan.held_out, folds=plan.folds, seed=plan.seed)
    return _Task(spec=spec, lesson=lesson, split=dealt), findings + chosen.findings


def _feature(values: pl.Series, plan: Plan, joined: tuple[str, ...], key: str | None) -> Feature:
    source = Source.JOINED if values.name in joined else Source.CALLER
    required = source is Source.JOINED or values.name == key or not plan.required or values.name in plan.required
    return Feature.seen_in(values, source=source, required=required, is_key=values.name == key)


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


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """What came of a course. evidence: answers to the rows held out."""

    member: Member
    metrics: dict[str, float | None]
    evidence: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class _Course:
    """Cross-validation, ranges, the measure, and the model that is kept; of some of the features."""

    task: _Task
    plan: Plan
    columns: tuple[int, ...]

    def taken(self, progress: Progress) -> _Taken:
        """Folds first, then the model that is measured and the one that is kept."""
        task, lesson = self.task, self.task.lesson.looking_at(self.columns)
        folds, predicted = cross_validated(lesson, task.split, self.plan, part_of(progress, 0.0, 0.6))
        early = task.split.early
        ranges = Ranges.of(predicted[early], lesson.answers[early], coverage=self.plan.coverage)
        sized = replace(lesson, size=round(float(np.median([fold.size for fold in folds]))))
        fit = kind_named(self.plan.model).fit
        measured, kept = side_by_side(
            [lambda tell: fit(sized.of(early), tell=tell), lambda tell: fit(sized, tell=tell)],
            threads=self.plan.threads,
            progress=part_of(progress, 0.6, 1.0),
            message="learning from all rows",
        )
        member = Member(columns=self.columns, regressor=kept, ranges=ranges)
        cross = {f"cv_{name}": value for name, value in scores(lesson.answers[early], predicted[early]).items()}
        evidence = _evidence(lesson, task.split, measured, ranges)
        return _Taken(member=member, metrics=_measures(evidence) | cross, evidence=evidence)


def cross_validated(
    lesson: Lesson, dealt: Split, plan: Plan, progress: Progress = silent
) -> tuple[Sequence[Regressor], Floats]:
    """A regressor a fold, and what each said of the rows that it had not seen; NaN for the rows held out."""
    kind = kind_named(plan.model)

    def fitted(fold: int) -> Callable[[Tell], Regressor]:
        return lambda tell: kind.fit(lesson.of(dealt.without(fold)), trial=lesson.of(dealt.parts[fold]), tell=tell)

    numbers = range(len(dealt.parts))
    message = f"{plan.model}: learning from {len(numbers)} folds"
    folds = side_by_side([fitted(fold) for fold in numbers], threads=plan.threads, progress=progress, message=message)
    predicted = np.full(len(lesson.answers), np.nan)
    for fold, rows in zip(folds, dealt.parts, strict=True):
        predicted[rows] = fold.predict(lesson.values[rows])
    return folds, predicted


def _evidence(lesson: Lesson, dealt: Split, measured: Regressor, ranges: Ranges) -> pl.DataFrame:
    rows = dealt.held_out
    predicted = measured.predict(lesson.values[rows])
    lower, upper = ranges.around(predicted)
    actual = lesson.answers[rows]
    return pl.DataFrame({"row": rows, "actual": actual, "predicted": predicted, "lower": lower, "upper": upper})


def _measures(evidence: pl.DataFrame) -> dict[str, float | None]:
    actual, predicted, lower, upper = (evidence[name].to_numpy() for name in ("actual", "predicted", "lower", "upper"))
    return scores(actual, predicted) | {
        "coverage": held(actual, lower, upper),
        "width": float(np.mean(upper - lower)),
        "rows": float(len(actual)),
    }


def _baselines(task: _Task, plan: Plan, progress: Progress) -> dict[str, dict[str, float | None]]:
    """The cross-validated measures of the simple models."""
    others = [name for name in BASELINES if name != plan.model]
    found = {}
    for number, name in enumerate(others):
        tell = part_of(progress, number / len(others), (number + 1) / len(others))
        _, predicted = cross_validated(task.lesson, task.split, replace(plan, model=name), tell)
        early = task.split.early
        found[name] = scores(task.lesson.answers[early], predicted[early])
    return found


def _leaderboard(
    plan: Plan, full: _Taken, lean: _Taken | None, compared: dict[str, dict[str, float | None]]
) -> tuple[dict[str, Any], ...]:
    """Cross-validated measures, the best first."""

    def crossed(taken: _Taken) -> dict[str, float | None]:
        return {name.removeprefix("cv_"): value for name, value in taken.metrics.items() if name.startswith("cv_")}

    rows: list[dict[str, Any]] = [{"model": plan.model, **crossed(full)}]
    if lean is not None:
        rows.append({"model": f"{plan.model}, required columns only", **crossed(lean)})
    rows += [{"model": name, **measures} for name, measures in compared.items()]
    return tuple(sorted(rows, key=lambda row: row["rmse"]))


def _beaten(name: str, full: _Taken, compared: dict[str, dict[str, float | None]]) -> Findings:
    """A baseline that is better is worth knowing of."""
    ours = full.metrics["cv_rmse"] or 0.0
    better = [other for other, measures in compared.items() if (measures["rmse"] or 0.0) < ours]
    return Findings(
        tuple(
            Finding(
                code="beaten_by_baseline",
                severity=Severity.WARNING,
                message=f"{other} errs less than {name} on folds: RMSE {compared[other]['rmse']:.4g}, not {ours:.4g}.",
                action=f"train with {other} to keep it",
            )
            for other in better
        )
    )


def _kept(reference: Reference | None, spec: Spec) -> Reference | None:
    """Only the columns that are looked at."""
    if reference is None:
        return None
    names = [feature.name for feature in spec.joined]
    return replace(reference, frame=reference.frame.select(reference.key, *names))
