"""Some series of a dataset on their way through a recipe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any, Self

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import DataError
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Floats, Integers
from forecastle.data.aggregation import series_name
from forecastle.data.dataset import Dataset, Guess, Role, Roles
from forecastle.data.frequency import infer_frequency
from forecastle.features.seasonality import PERIODS_LOOKED_AT, seasons_in

SERIES = "__series"
"""Which series a row belongs to: its place in `Piece.ids`."""
STEP = "__step"
"""The step number of a row's moment (see `core.frequency`)."""
OURS = (SERIES, STEP)
SPARSE = 100_000_000
"""Cells of an array from which one in twenty has to have a row."""

ONE_VALUE = {Role.PRICE: "price", Role.CLOSED: "closed"}
MANY = {
    Role.TARGET: "targets", Role.PROMOTION: "promotion", Role.KNOWN: "known", Role.PAST: "past",
    Role.STATIC: "static", Role.IGNORED: "ignored",
}  # fmt: skip
"""The field of `Roles` that names columns of a role."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some series of a dataset, or all of them, sorted by series and time.

    frame: the user's columns, `__series` (UInt32) and `__step` (Int64). ids: the name of every series of the whole
    dataset. start, end: the first and last step number of the whole dataset. transactions: several rows of a series in
    one period are normal, and a period without a row had no sale. seasons: periods after which the first target
    repeats, shortest first: the usual ones of the frequency, or of numbered periods those that the values show.
    """

    frame: pl.DataFrame
    roles: Roles
    freq: Frequency
    ids: pl.Series
    start: int
    end: int
    transactions: bool
    seasons: tuple[int, ...]

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """A whole dataset. Rows of one series and moment keep their order."""
        roles, freq = dataset.roles, infer_frequency(dataset).freq
        order = (*roles.keys, roles.time)
        frame = dataset.frame if _is_sorted(dataset.frame, order) else dataset.frame.sort(order, maintain_order=True)
        frame = frame.with_columns(_numbers(roles.keys).alias(SERIES), _steps(roles, freq))
        firsts = frame.filter(pl.col(SERIES).ne_missing(pl.col(SERIES).shift()))
        target = roles.targets[0] if roles.targets else ""
        ids = firsts.select(series_name(roles, target).alias(SERIES_ID)).to_series()
        start, end = frame.select(pl.col(STEP).min().alias("start"), pl.col(STEP).max().alias("end")).row(0)
        return cls(
            frame=frame,
            roles=roles,
            freq=freq,
            ids=ids,
            start=start or 0,
            end=end or 0,
            transactions=dataset.transactions,
            seasons=freq.seasons or _seasons_of(frame, target),
        )

    def dataset(self, before: Dataset) -> Dataset:
        """The series as a dataset again; `before`: whose they were."""
        return replace(before, frame=self.frame.drop(OURS), roles=self.roles, transactions=self.transactions)

    def parts(self, rows: int) -> Iterator["Piece"]:
        """The series in pieces of about so many rows; a series is in one piece as a whole."""
        if self.frame.height <= rows:
            yield self
            return
        series = self.frame[SERIES].to_numpy()
        begins = np.flatnonzero(np.diff(series, prepend=-1))
        wanted = np.arange(rows, self.frame.height, rows)
        cuts = begins[np.minimum(np.searchsorted(begins, wanted), len(begins) - 1)]
        edges = [0, *dict.fromkeys(int(cut) for cut in cuts if cut > 0), self.frame.height]
        for first, last in pairwise(edges):
            yield self.with_frame(self.frame.slice(first, last - first))

    @classmethod
    def joined(cls, parts: Sequence["Piece"]) -> "Piece":
        """Pieces put together again, in their order."""
        if len(parts) == 1:
            return parts[0]
        return parts[0].with_frame(pl.concat([part.frame for part in parts], how="vertical_relaxed"))

    def with_frame(self, frame: pl.DataFrame) -> "Piece":
        """The same with other rows."""
        return replace(self, frame=frame)

    def with_rows_of(self, series_id: str, rows: pl.DataFrame) -> "Piece":
        """The same with the rows of one series only, as the dataset has them."""
        place = pl.lit(self.ids.index_of(series_id), pl.UInt32).alias(SERIES)
        rising = rows.sort(self.roles.time, maintain_order=True)
        return self.with_frame(rising.with_columns(place, _steps(self.roles, self.freq)))

    def with_column(self, name: str, role: Role, reason: str) -> "Piece":
        """The same with a role for a column that the frame has already; a known column keeps the role it has."""
        if any(guess.column == name for guess in self.roles.guesses):
            return self
        guess = Guess(column=name, role=role, confidence=1.0, reason=reason)
        field = ONE_VALUE.get(role) or MANY[role]
        value: Any = name if role in ONE_VALUE else (*getattr(self.roles, field), name)
        fields: dict[str, Any] = {"guesses": (*self.roles.guesses, guess), field: value}
        return replace(self, roles=replace(self.roles, **fields))

    @property
    def season(self) -> int:
        """The shortest season; 1 for none."""
        return next(iter(self.seasons), 1)

    def in_seasons(self, seasons: tuple[int, ...]) -> "Piece":
        """The same with the seasons that somebody named, shortest first; as it is where none are."""
        return replace(self, seasons=tuple(sorted(set(seasons)))) if seasons else self

    def without(self, columns: Sequence[str]) -> "Piece":
        """The same without the roles of columns that the frame no longer has."""
        gone, roles = set(columns), self.roles
        fields: dict[str, Any] = {name: None for name in ONE_VALUE.values() if getattr(roles, name) in gone}
        for name in MANY.values():
            fields[name] = tuple(column for column in getattr(roles, name) if column not in gone)
        fields["guesses"] = tuple(guess for guess in roles.guesses if guess.column not in gone)
        return replace(self, roles=replace(roles, **fields))

    def with_freq(self, freq: Frequency) -> "Piece":
        """The same on the grid of another frequency."""
        ends = pl.DataFrame({STEP: [self.start, self.end]}).select(self.freq.moments(pl.col(STEP)))
        start, end = ends.select(freq.steps(pl.first())).to_series()
        steps = freq.steps(pl.col(self.roles.time)).alias(STEP)
        frame = self.frame.with_columns(steps)
        return replace(self, freq=freq, start=start, end=end, seasons=freq.seasons, frame=frame)

    @property
    def closed(self) -> pl.Expr:
        """Whether the shop was closed or the shelf empty."""
        if self.roles.closed is None:
            return pl.lit(value=False)
        return (pl.col(self.roles.closed).cast(pl.Boolean) == self.roles.closed_value).fill_null(value=False)

    def names(self) -> pl.Series:
        """The name of the series of each row."""
        return self.ids.gather(self.frame[SERIES])

    def grid(self, column: str) -> "Cells":
        """One column as an array."""
        return Cells.of(self.frame, column)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A column as a right-aligned array, n × T, NaN where there is no value; of several rows in a period the last.

    rows, places: where in the array each row of the frame is.
    """

    values: Floats
    rows: Integers
    places: Integers

    @classmethod
    def of(cls, frame: pl.DataFrame, column: str) -> Self:
        """From rows sorted by series and time.

        Raises:
            DataError: they lie so far apart that the array would fill the memory.
        """
        row = frame[SERIES].rle_id().to_numpy().astype(np.int64)
        step = frame[STEP].to_numpy()
        ends = np.flatnonzero(np.diff(row, append=-1))
        begins = np.flatnonzero(np.diff(row, prepend=-1))
        width = int((step[ends] - step[begins]).max(initial=-1)) + 1
        if width * len(ends) > max(SPARSE, 20 * len(frame)):
            raise DataError(
                f"The rows of a series lie up to {width:,} periods apart, while all series have {len(frame):,} rows.",
                hint="Leave the stray rows out first: a filter by time.",
            )
        place = width - 1 - (step[ends][row] - step)
        values = np.full((len(ends), width), np.nan)
        values[row, place] = frame[column].cast(pl.Float64).to_numpy()
        return cls(values=values, rows=row, places=place)

    def back(self, array: Floats) -> Floats:
        """What an array of the same shape says of each row of the frame."""
        return np.asarray(array[self.rows, self.places])


def _steps(roles: Roles, freq: Frequency) -> pl.Expr:
    """The step number of each row."""
    return freq.steps(pl.col(roles.time)).alias(STEP)


def _seasons_of(frame: pl.DataFrame, target: str) -> tuple[int, ...]:
    """The seasons that a target of numbered periods shows."""
    if target not in frame.columns or not frame.schema[target].is_numeric():
        return ()
    newest = frame.filter(pl.col(STEP) > pl.col(STEP).max().over(SERIES) - PERIODS_LOOKED_AT)
    return tuple(seasons_in(Cells.of(newest, target).values))


def _numbers(keys: tuple[str, ...]) -> pl.Expr:
    """Counts the series, in rows sorted by their keys."""
    if not keys:
        return pl.lit(0, pl.UInt32)
    begins = reduce(or_, (pl.col(key).ne_missing(pl.col(key).shift()) for key in keys))
    first = pl.int_range(pl.len()) == 0
    return ((begins | first).cast(pl.UInt32).cum_sum() - 1).cast(pl.UInt32)


def _is_sorted(frame: pl.DataFrame, order: tuple[str, ...]) -> bool:
    """Whether the rows run by these columns, the first of them first."""
    if any(frame[name].null_count() for name in order):
        return False
    falls, same = pl.lit(value=False), pl.lit(value=True)
    for name in order:
        falls |= same & (pl.col(name) < pl.col(name).shift())
        same &= pl.col(name) == pl.col(name).shift()
    return not frame.select(falls.any()).item()
