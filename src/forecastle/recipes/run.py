"""Carrying out a recipe: piece by piece, with an account of every change."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import polars as pl

from forecastle.core.errors import DataError, ForecastleError
from forecastle.core.progress import Progress, part_of, silent
from forecastle.data.dataset import Dataset
from forecastle.recipes.learning import Values
from forecastle.recipes.piece import OURS, SERIES, Piece
from forecastle.recipes.recipe import Recipe, kind_of
from forecastle.recipes.step import LEARNED, Step, nothing_learned
from forecastle.recipes.steps.transforms import Transform, Undo

log = logging.getLogger(__name__)

PIECE_ROWS = 2_000_000
"""Rows worked on at a time; what a step needs beside them is gone before the next ones."""

EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one step did, or would do.

    says: the step in a sentence. cells: how many values changed, by column; found: how many were found and stay as
    they are. columns_added, columns_removed: by name. examples: up to ten of these cells, each `series`, `time`,
    `column`, `before` and `after`. rows_example: where rows came or went, the first rows of one series `before` and
    `after`.
    """

    position: int
    step: str
    says: str
    rows_before: int
    rows_after: int
    series_before: int
    series_after: int
    cells: Mapping[str, int] = field(default_factory=dict)
    found: Mapping[str, int] = field(default_factory=dict)
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    rows_example: Mapping[str, Any] | None = None

    @property
    def rows_removed(self) -> int:
        """Rows fewer than before; no step both adds and removes rows."""
        return max(0, self.rows_before - self.rows_after)

    @property
    def rows_added(self) -> int:
        """Rows more than before."""
        return max(0, self.rows_after - self.rows_before)

    def __add__(self, other: "Change") -> "Change":
        """The same step on further series."""
        return replace(
            self,
            rows_before=self.rows_before + other.rows_before,
            rows_after=self.rows_after + other.rows_after,
            series_before=self.series_before + other.series_before,
            series_after=self.series_after + other.series_after,
            cells=_sums(self.cells, other.cells),
            found=_sums(self.found, other.found),
            examples=(*self.examples, *other.examples)[:EXAMPLES],
            rows_example=self.rows_example or other.rows_example,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a recipe. learned: as `step.LEARNED`, with what was known before."""

    dataset: Dataset
    changes: tuple[Change, ...]
    learned: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What came of a recipe for some series."""

    piece: Piece
    changes: tuple[Change, ...]
    learned: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The same work for every piece. before: steps that were taken already. known: what steps have learned of old."""

    recipe: Recipe
    before: Recipe = Recipe(())  # noqa: RUF009 - immutable
    known: pl.DataFrame = field(default_factory=nothing_learned)

    def work(self, piece: Piece, progress: Progress = silent) -> Worked:
        """Take every step.

        Raises:
            Cancelled: the progress said so.
            ForecastleError: a step cannot be taken; its position and kind are named.
        """
        changes: list[Change] = []
        learned: list[pl.DataFrame] = []
        for number, step in enumerate(self.recipe.steps):
            progress(number / len(self.recipe.steps), step.sentence)
            with _named(number, step):
                after, lesson = self._take(number, piece, learned)
                changes.append(_change(number + 1, step, piece, after))
            learned.append(lesson)
            piece = after
        return Worked(piece=piece, changes=tuple(changes), learned=pl.concat([nothing_learned(), *learned]))

    def alike(self, piece: Piece) -> pl.DataFrame:
        """What steps learn of all series alike, as `step.LEARNED`. piece: all of them.

        Raises:
            ForecastleError: a step cannot be taken; its position and kind are named.
        """
        learned = [nothing_learned()]
        last = max((number for number, step in enumerate(self.recipe.steps) if step.whole), default=-1)
        for number, step in enumerate(self.recipe.steps[: last + 1]):
            with _named(number, step):
                if number == last and isinstance(step, Transform):
                    learned.append(self._lesson(step, piece, len(self.before.steps) + number))
                else:
                    piece, lesson = self._take(number, piece, learned)
                    learned.append(lesson)
        return pl.concat(learned).filter(pl.col("series").is_null())

    def check_order(self) -> None:
        """Refuse steps that mean nothing after a transform.

        Raises:
            InputError: there is one.
        """
        (self.before + self.recipe).check_order(len(self.before.steps))

    def _take(self, number: int, piece: Piece, lessons: Sequence[pl.DataFrame]) -> tuple[Piece, pl.DataFrame]:
        """One step, after those before it. lessons: what these learned; answers with the piece and what it learned."""
        step, position = self.recipe.steps[number], len(self.before.steps) + number
        if isinstance(step, Undo):
            old = self.known.filter(pl.col("position") < len(self.before.steps))
            trail = self.before + Recipe(self.recipe.steps[:number])
            return _undone(piece, trail, pl.concat([old, *lessons])), nothing_learned()
        if isinstance(step, Transform):
            lesson = self._lesson(step, piece, position)
            return step.transformed(piece, Values(lesson)), lesson
        return step.apply(piece), nothing_learned()

    def _lesson(self, step: Transform, piece: Piece, position: int) -> pl.DataFrame:
        """What a step knows of old, and learns of what it did not know."""
        known = self.known.filter(pl.col("position") == position).drop("position")
        lessons = []
        for name in step.numbers(piece):
            old = known.filter(pl.col("column") == name)
            new = step.learn(piece, name).with_columns(pl.lit(name).alias("column"))
            lessons += [old, new.join(old, on="series", how="anti", nulls_equal=True).select(old.columns)]
        return pl.concat(lessons).select(pl.lit(position, pl.Int64).alias("position"), pl.all()).select([*LEARNED])


Map = Callable[[Task, Iterator[Piece]], Sequence[Worked]]
"""Whoever does the same work on every piece, here or elsewhere; answers in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """One piece after the other, each on all cores of this machine. rows: of all of them."""

    rows: int
    progress: Progress = silent

    def __call__(self, task: Task, pieces: Iterator[Piece]) -> Sequence[Worked]:
        """Work on the pieces, and say how far that is."""
        done, worked = 0, []
        for piece in pieces:
            height = piece.frame.height
            share, end = done / max(self.rows, 1), (done + height) / max(self.rows, 1)
            worked.append(task.work(piece, part_of(self.progress, share, end)))
            done += height
        return worked


def run(
    recipe: Recipe,
    dataset: Dataset,
    *,
    before: Recipe = Recipe(()),  # noqa: B008 - immutable
    known: pl.DataFrame | None = None,
    rows: int = PIECE_ROWS,
    each: Map | None = None,
) -> Outcome:
    """Carry out a recipe on a dataset, which stays as it is.

    before: the steps that made the dataset. known: what steps learned of old, theirs and those of this recipe; what
    is known is used, what is not is learned from the dataset. each: who works on the pieces; None: this machine.

    Raises:
        ForecastleError: a step cannot be taken, or nothing is left.
    """
    known = nothing_learned() if known is None else known
    task = Task(recipe=recipe, before=before, known=known)
    task.check_order()
    piece = Piece.of(dataset)
    pieces = iter([piece]) if any(step.whole for step in recipe.steps) else piece.parts(rows)
    done = (each or InTurn(rows=dataset.frame.height))(task, pieces)
    changes = [reduce(Change.__add__, of_step) for of_step in zip(*(part.changes for part in done), strict=True)]
    result = Piece.joined([part.piece for part in done])
    if result.frame.is_empty():
        raise DataError("No row would be left.", hint="Look at the steps that leave rows out.")
    learned = pl.concat([known.filter(pl.col("position") < len(before.steps)), *(part.learned for part in done)])
    return Outcome(dataset=result.dataset(dataset), changes=tuple(changes), learned=learned.unique(maintain_order=True))


@contextmanager
def _named(number: int, step: Step) -> Iterator[None]:
    """Errors of a step name its position and kind."""
    try:
        yield
    except ForecastleError as error:
        message = f"Step {number + 1} ({kind_of(step)}): {error.message}"
        raise type(error)(message, hint=error.hint, **error.fields) from error


def _undone(piece: Piece, trail: Recipe, learned: pl.DataFrame) -> Piece:
    """The piece on the scale before the transforms of its trail. learned: with the positions of the trail."""
    for position, step in reversed(trail.pending):
        lessons = learned.filter(pl.col("position") == position)
        there = [name for name in lessons["column"].unique(maintain_order=True) if name in piece.frame.columns]
        if there:
            piece = step.model_copy(update={"columns": tuple(there)}).undone(piece, Values(lessons))
    return piece


def _change(position: int, step: Step, before: Piece, after: Piece) -> Change:
    """What a step did to a piece."""
    names = [name for name in before.frame.columns if name not in OURS]
    left = [name for name in after.frame.columns if name not in OURS]
    moved = before.frame.height != after.frame.height
    masks = {} if moved else {name: _differs(before, after, name) for name in step.changed(before) if name in left}
    counts = _counts(masks) if masks else step.adjusted(before)
    found = step.found(before, after)
    return Change(
        position=position,
        step=kind_of(step),
        says=step.sentence,
        rows_before=before.frame.height,
        rows_after=after.frame.height,
        series_before=before.frame[SERIES].n_unique(),
        series_after=after.frame[SERIES].n_unique(),
        cells={name: count for name, count in counts.items() if count},
        found=_counts(found),
        columns_added=tuple(name for name in left if name not in names),
        columns_removed=tuple(name for name in names if name not in left),
        examples=tuple(_examples(before, after, {} if moved else {**found, **masks}))[:EXAMPLES],
        rows_example=_rows_example(before, after) if moved else None,
    )


def _counts(masks: Mapping[str, pl.Series]) -> dict[str, int]:
    return {name: int(mask.sum()) for name, mask in masks.items()}


def _sums(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {name: some.get(name, 0) + others.get(name, 0) for name in {**some, **others}}


def _differs(before: Piece, after: Piece, name: str) -> pl.Series:
    old, new = before.frame[name], after.frame[name]
    if old.dtype != new.dtype:
        old = old.cast(new.dtype, strict=False) if old.dtype.is_numeric() else old.cast(pl.String)
        new = new if old.dtype == new.dtype else new.cast(pl.String)
    return old.ne_missing(new)


def _examples(before: Piece, after: Piece, masks: Mapping[str, pl.Series]) -> Iterator[Mapping[str, Any]]:
    for name, mask in masks.items():
        for row in mask.arg_true().head(EXAMPLES):
            yield {
                "series": before.ids[before.frame[SERIES][row]],
                "time": before.frame[before.roles.time][row],
                "column": name,
                "before": before.frame[name][row],
                "after": after.frame[name][row],
            }


def _rows_example(before: Piece, after: Piece) -> Mapping[str, Any] | None:
    """The first series whose number of rows changed; without columns of bytes, which nobody can read."""
    counts = before.frame.group_by(SERIES, maintain_order=True).len("before")
    counts = counts.join(after.frame.group_by(SERIES).len("after"), on=SERIES, how="left", maintain_order="left")
    moved = counts.filter(pl.col("before").ne_missing(pl.col("after")))[SERIES]
    if moved.is_empty():
        return None
    first = pl.col(SERIES) == moved[0]
    readable = pl.selectors.exclude(OURS) - pl.selectors.binary()
    rows = (piece.frame.filter(first).select(readable).head(EXAMPLES).to_dicts() for piece in (before, after))
    return {"series": before.ids[moved[0]], **dict(zip(("before", "after"), rows, strict=True))}
