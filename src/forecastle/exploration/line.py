"""One column of one series, or of all of them together, on the grid of a frequency: what charts and tests look at."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Floats
from forecastle.data.dataset import Dataset, Role
from forecastle.data.totals import TIME, without_partial_edges

LARGEST = 1e100
"""Beyond any quantity."""
DRAWN, WORKED_ON = 2_000_000, 100_000
"""Periods from which one in twenty has to have a value, where they are drawn, and where every one is worked on."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Line:
    """Values one period apart, before any cleaning.

    series_id: None for all series together. moments: `ds` of every period from the first to the last.
    values: NaN where nothing was observed. summed: rows of one period were added up (a mean where a sum says nothing).
    """

    series_id: str | None
    column: str
    freq: Frequency
    moments: pl.Series
    values: Floats
    summed: bool

    @property
    def observed(self) -> int:
        """Periods with a value."""
        return int(np.isfinite(self.values).sum())

    @property
    def filled(self) -> Floats:
        """The values with straight lines over what was not observed, for methods that need every period.

        Raises:
            InputError: nothing was observed, or next to nothing of very many periods.
        """
        there = np.isfinite(self.values)
        if not there.any():
            raise InputError(f"{self.name} has no values.", hint="Choose another series or column.")
        _check_span(len(there), self.observed, self.name, most=WORKED_ON)
        places = np.arange(len(self.values))
        return np.interp(places, places[there], self.values[there])

    @property
    def name(self) -> str:
        """The line in words."""
        return f"{self.column!r} of {'all series' if self.series_id is None else f'series {self.series_id!r}'}"

    def frame(self) -> pl.DataFrame:
        """`ds` and `y`, null where nothing was observed."""
        return pl.DataFrame({DS: self.moments, Y: pl.Series(self.values).fill_nan(None)})


def line_of(dataset: Dataset, column: str, freq: Frequency, *, series_id: str | None, summed: bool) -> Line:
    """One column of the rows of one series on a grid. summed: several rows of a period belong together.

    Of two rows of one period that do not, the later one counts. A period without a row is zero for single sales, of
    which there were none then, and not observed for everything else.

    Raises:
        InputError: it is no column of numbers, has no rows, or has some that lie far from all others.
    """
    _check(dataset, column)
    frame = dataset.frame.select(
        pl.lit("").alias(SERIES_ID),
        freq.moments(freq.steps(pl.col(dataset.roles.time))).alias(DS),
        pl.col(column).cast(pl.Float64).alias(Y),
        pl.col(dataset.roles.time).alias(TIME),
    )
    if summed:
        frame, _ = without_partial_edges(frame, freq)
    sums = summed and adds_up(dataset, column)
    value = (
        pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum())
        if sums
        else pl.col(Y).mean()
        if summed
        else pl.col(Y).last()
    )
    periods = frame.group_by(DS, maintain_order=True).agg(value)
    steps = periods.select(freq.steps(pl.col(DS))).to_series().to_numpy().astype(np.int64)
    first, span = int(steps.min()), int(steps.max() - steps.min()) + 1
    _check_span(span, len(steps), repr(column), most=DRAWN)
    values = np.full(span, 0.0 if sums and dataset.transactions else np.nan)
    values[steps - first] = periods[Y].fill_null(float("nan")).to_numpy()
    values[~np.isfinite(values)] = np.nan
    check_size(values, column)
    moments = pl.select(freq.moments(pl.int_range(first, first + len(values))).alias(DS)).to_series()
    return Line(series_id=series_id, column=column, freq=freq, moments=moments, values=values, summed=summed)


def _check_span(periods: int, values: int, name: str, *, most: int) -> None:
    if periods > max(most, 20 * values):
        raise InputError(
            f"{name} has {values:,} values in {periods:,} periods; a stray date may be one.",
            hint="Correct or leave out rows that lie far from all others.",
        )


def check_size(values: Floats, name: str) -> None:
    """Whether values can be calculated with: squares and sums of larger ones are no numbers any more.

    Raises:
        InputError: they are too large.
    """
    largest = np.abs(values).max(initial=0.0, where=np.isfinite(values))
    if largest > LARGEST:
        raise InputError(
            f"{name!r} has values of up to {largest:.0e}, with which nothing can be calculated.",
            hint="Look for wrong ones, or choose another unit.",
        )


def adds_up(dataset: Dataset, column: str) -> bool:
    """Whether the values of a column may be added up: those of a target may, a price may not."""
    role = next((guess.role for guess in dataset.roles.guesses if guess.column == column), Role.IGNORED)
    return role is Role.TARGET or column in dataset.roles.targets


def _check(dataset: Dataset, column: str) -> None:
    kinds = {name: kind for name, kind in dataset.frame.schema.items() if name != dataset.roles.time}
    numbers = [name for name, kind in kinds.items() if kind.is_numeric() or kind == pl.Boolean]
    if column not in numbers:
        raise InputError(
            f"{dataset.source} has no column of numbers {column!r}.", hint=f"Choose one of: {', '.join(numbers)}."
        )
    if dataset.frame.is_empty():
        raise InputError(f"There is no row of {column!r} to look at.", hint="Choose another series.")
