"""From a table to a trained model, measured on rows held out and beside simple ones."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.progress import Progress, part_of, silent
from forecastle.tabular.courses import foretold, on_folds, partial, whole
from forecastle.tabular.model import TabularModel
from forecastle.tabular.plan import Plan
from forecastle.tabular.reference import Reference
from forecastle.tabular.regressors import BASELINES, kind_named
from forecastle.tabular.scores import scores
from forecastle.tabular.spec import Spec
from forecastle.tabular.task import Task

__all__ = ["Plan", "Trained", "train"]

Measures = Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model, and how good it is on the rows held out.

    Measures named `cv_…` are of rows that folds were asked about; `partial_…` of the rows held out while they lack some
    of the optional columns, any number as often as another.
    """

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
    task = Task.of(table, plan, reference)
    full = whole(task, plan, part_of(progress, 0.0, 0.25))
    lacking, measures = None, dict[str, float | None]()
    if task.spec.lackable:
        lacking, measures = partial(task, plan, full, part_of(progress, 0.25, 0.8))
    compared = _baselines(task, plan, part_of(progress, 0.8, 0.98))
    findings = task.findings + _beaten(plan.model, full.metrics, compared)
    progress(1.0, f"R² {full.metrics['r2'] or 0:.3f} on {len(task.split.held_out):,} rows held out")
    model = TabularModel(
        spec=task.spec,
        algorithm=plan.model,
        full=full.member,
        partial=lacking,
        reference=_kept(reference, task.spec),
        never_negative=bool((task.lesson.answers >= 0).all()),
        coverage=plan.coverage,
        evidence=full.evidence,
        leaderboard=_leaderboard(plan.model, full.metrics, compared),
        findings=tuple(asdict(finding) for finding in findings),
    )
    extra = {f"partial_{name}": value for name, value in measures.items()}
    return Trained(model=model, metrics=full.metrics | extra, findings=findings)


def _baselines(task: Task, plan: Plan, progress: Progress) -> dict[str, Measures]:
    """The cross-validated measures of the simple models."""
    others = [name for name in BASELINES if name != plan.model]
    found: dict[str, Measures] = {}
    early = task.split.early
    for number, name in enumerate(others):
        tell = part_of(progress, number / len(others), (number + 1) / len(others))
        folds = on_folds(task.lesson.of, task.split, replace(plan, model=name), tell)
        found[name] = scores(task.lesson.answers[early], foretold(folds, task.lesson, task.split)[early])
    return found


def _leaderboard(name: str, metrics: Measures, compared: Mapping[str, Measures]) -> tuple[dict[str, Any], ...]:
    """Cross-validated measures, the best first."""
    crossed = {key.removeprefix("cv_"): value for key, value in metrics.items() if key.startswith("cv_")}
    rows: list[dict[str, Any]] = [{"model": name, **crossed}]
    rows += [{"model": other, **measures} for other, measures in compared.items()]
    return tuple(sorted(rows, key=lambda row: row["rmse"]))


def _beaten(name: str, metrics: Measures, compared: Mapping[str, Measures]) -> Findings:
    """A baseline that is better is worth knowing of."""
    ours = metrics["cv_rmse"] or 0.0
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
