"""Cross-validation, ranges, the measure, and what is kept: of whole rows, and of rows that lack some columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from forecastle.core.panel import Floats, Integers
from forecastle.core.progress import Progress, part_of
from forecastle.models.boosting.workers import side_by_side
from forecastle.tabular.folds import Split
from forecastle.tabular.gaps import Gaps, incomplete
from forecastle.tabular.model import Member, Partial
from forecastle.tabular.plan import Plan
from forecastle.tabular.ranges import Ranges
from forecastle.tabular.regressors import Lesson, Regressor, kind_named
from forecastle.tabular.regressors.lesson import Tell
from forecastle.tabular.scores import held, scores
from forecastle.tabular.task import Task

COPIES, MOST = 4, 400_000
"""How often a row is learned from, each time lacking other columns; and rows at most that this makes."""

LessonOf = Callable[[Integers], Lesson]
"""What is learned from these rows, or asked about."""


@dataclass(frozen=True, kw_only=True)
class Grown:
    """Regressors that learned from all rows but those of a fold; from all but those held out; and from all."""

    folds: Sequence[Regressor]
    measured: Regressor
    kept: Regressor


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Of whole rows. evidence: answers to the rows held out."""

    grown: Grown
    member: Member
    evidence: pl.DataFrame
    metrics: dict[str, float | None]


def whole(task: Task, plan: Plan, progress: Progress) -> Whole:
    """Learn from whole rows."""
    lesson, dealt = task.lesson, task.split
    made = _grown(lesson.of, dealt, plan, progress)
    predicted = foretold(made.folds, lesson, dealt)
    early, rows = dealt.early, dealt.held_out
    ranges = Ranges.of(predicted[early], lesson.answers[early], coverage=plan.coverage)
    asked = lesson.of(rows)
    said = made.measured.predict(asked.values)
    evidence = _evidence(rows, asked.answers, said, ranges.around(said))
    crossed = {f"cv_{name}": value for name, value in scores(lesson.answers[early], predicted[early]).items()}
    member = Member(regressor=made.kept, ranges=ranges)
    return Whole(grown=made, member=member, evidence=evidence, metrics=_measures(evidence) | crossed)


def partial(task: Task, plan: Plan, of_whole: Whole, progress: Progress) -> tuple[Partial, dict[str, float | None]]:
    """Learn what to say of rows that lack some columns; and how good it is, where any number lacks as often as another.

    Regressors without steps need no more than what is to be expected of the columns that are lacking.
    """
    lesson, dealt, spec = task.lesson, task.split, task.spec
    copies = max(1, min(COPIES, MOST // len(lesson.answers)))
    key = spec.names.index(spec.key) if spec.key else -1
    early = Gaps.of(lesson.of(dealt.early), spec.told, key)

    def lacking(rows: Integers) -> tuple[Lesson, Floats]:
        return incomplete(lesson.of(rows), early, spec.lackable, copies=copies, seed=plan.seed)

    made = of_whole.grown
    if kind_named(plan.model).steps:
        made = _grown(lambda rows: lacking(rows)[0], dealt, plan, progress)
    parts = [lacking(part) for part in dealt.parts]
    predicted = [fold.predict(part.values) for fold, (part, _) in zip(made.folds, parts, strict=True)]
    ranges = Ranges.of(
        np.concatenate(predicted),
        np.concatenate([part.answers for part, _ in parts]),
        coverage=plan.coverage,
        doubts=np.concatenate([doubts for _, doubts in parts]),
    )
    asked, doubts = lacking(dealt.held_out)
    said = made.measured.predict(asked.values)
    evidence = _evidence(np.tile(dealt.held_out, copies), asked.answers, said, ranges.around(said, doubts))
    kept = Partial(regressor=made.kept, ranges=ranges, gaps=Gaps.of(lesson, spec.told, key))
    return kept, _measures(evidence)


def on_folds(lesson_of: LessonOf, dealt: Split, plan: Plan, progress: Progress) -> Sequence[Regressor]:
    """A regressor a fold, which has not seen the rows of it."""
    kind = kind_named(plan.model)

    def fitted(fold: int) -> Callable[[Tell], Regressor]:
        return lambda tell: kind.fit(lesson_of(dealt.without(fold)), trial=lesson_of(dealt.parts[fold]), tell=tell)

    numbers = range(len(dealt.parts))
    message = f"{plan.model}: learning from {len(numbers)} folds"
    return side_by_side([fitted(fold) for fold in numbers], threads=plan.threads, progress=progress, message=message)


def foretold(folds: Sequence[Regressor], lesson: Lesson, dealt: Split) -> Floats:
    """What each said of the rows that it had not seen; NaN for the rows held out."""
    predicted = np.full(len(lesson.answers), np.nan)
    for fold, rows in zip(folds, dealt.parts, strict=True):
        predicted[rows] = fold.predict(lesson.values[rows])
    return predicted


def _grown(lesson_of: LessonOf, dealt: Split, plan: Plan, progress: Progress) -> Grown:
    """Folds first, which find out about the size; then the one that is measured and the one that is kept."""
    folds = on_folds(lesson_of, dealt, plan, part_of(progress, 0.0, 0.6))
    size = round(float(np.median([fold.size for fold in folds])))
    everything = np.sort(np.concatenate([dealt.early, dealt.held_out]))

    def fitted(rows: Integers) -> Callable[[Tell], Regressor]:
        return lambda tell: kind_named(plan.model).fit(replace(lesson_of(rows), size=size), tell=tell)

    measured, kept = side_by_side(
        [fitted(dealt.early), fitted(everything)],
        threads=plan.threads,
        progress=part_of(progress, 0.6, 1.0),
        message=f"{plan.model}: learning from all rows",
    )
    return Grown(folds=folds, measured=measured, kept=kept)


def _evidence(rows: Integers, actual: Floats, said: Floats, ends: tuple[Floats, Floats]) -> pl.DataFrame:
    lower, upper = ends
    return pl.DataFrame({"row": rows, "actual": actual, "predicted": said, "lower": lower, "upper": upper})


def _measures(evidence: pl.DataFrame) -> dict[str, float | None]:
    actual, predicted, lower, upper = (evidence[name].to_numpy() for name in ("actual", "predicted", "lower", "upper"))
    return scores(actual, predicted) | {
        "coverage": held(actual, lower, upper),
        "width": float(np.mean(upper - lower)),
        "rows": float(len(actual)),
    }
