"""Many series in one long frame, and the same as one array."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.frequency import Frequency

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariates:
    """Columns that help explain the target, by when they are known.

    `known`: also for the future (price plan, promotion calendar). `past`: only up to the cutoff.
    `static`: one value a series (category, store). `price`, `promotion`: which of the known and past ones are such.
    """

    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    price: tuple[str, ...] = ()
    promotion: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A cleaned panel: sorted by series and time, at most one row per series and period, all on the grid.

    frame: `series_id` (String), `ds` (Date, Datetime or Int64), `y` (Float64; null is not observed), and the
        covariate columns. A period without a row between a series' first and last row is not observed either.
    static: one row a series, with the static covariates; None when there are none.
    """

    frame: pl.DataFrame
    freq: Frequency
    target: str = Y
    covariates: Covariates = field(default_factory=Covariates)
    static: pl.DataFrame | None = None
    seasons: tuple[int, ...] | None = None
    """Season lengths in periods, shortest first; None takes the usual ones of the frequency."""

    @property
    def season_lengths(self) -> tuple[int, ...]:
        """The season lengths models should consider, shortest first."""
        return self.freq.seasons if self.seasons is None else self.seasons

    @property
    def n_series(self) -> int:
        """How many series there are."""
        return int(self.frame[SERIES_ID].n_unique())

    def with_frame(self, frame: pl.DataFrame) -> Self:
        """The same panel with other rows."""
        return replace(self, frame=frame)

    def with_seasons(self, seasons: tuple[int, ...]) -> Self:
        """The same panel, its season lengths given by somebody who knows them."""
        return replace(self, seasons=seasons)

    def select(self, series_ids: pl.Series) -> Self:
        """Only these series."""
        return self.with_frame(self.frame.filter(pl.col(SERIES_ID).is_in(series_ids.implode())))

    def drop_last(self, periods: int) -> Self:
        """Without the last `periods` periods of each series, counted from that series' own last row."""
        step = self.freq.steps(pl.col(DS))
        return self.with_frame(self.frame.filter(step <= step.max().over(SERIES_ID) - periods))

    def take_last(self, periods: int) -> pl.DataFrame:
        """The rows of the last `periods` periods of each series, with `step` (1 is the first of them)."""
        step = self.freq.steps(pl.col(DS))
        last = step.max().over(SERIES_ID)
        return self.frame.with_columns((step - last + periods).alias(STEP)).filter(pl.col(STEP) > 0)

    def grid(self) -> "Grid":
        """The target as one array; made once, because every model asks for it."""
        return self._grid

    @cached_property
    def _grid(self) -> "Grid":
        return Grid.of(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class Grid:
    """A panel's target as a right-aligned array: the last column is each series' own last period.

    Equal to itself only, so that what was worked out of it can be kept beside it.

    values: n × T, NaN before a series' first row and wherever it was not observed.
    last: n, the step number of the last column. lengths: n, periods from the first row to the last.
    """

    ids: pl.Series
    values: Floats
    last: Integers
    lengths: Integers
    freq: Frequency

    @classmethod
    def of(cls, panel: Panel) -> Self:
        """Scatter a panel's rows into the array."""
        ids = panel.frame[SERIES_ID]
        step = panel.frame.select(panel.freq.steps(pl.col(DS))).to_series().to_numpy().astype(np.int64)
        row = ids.rle_id().to_numpy().astype(np.int64)
        begins, ends = np.flatnonzero(np.diff(row, prepend=-1)), np.flatnonzero(np.diff(row, append=-1))
        last = step[ends]
        lengths = last - step[begins] + 1
        width = int(lengths.max(initial=0))
        values = np.full((len(begins), width), np.nan)
        values[row, width - 1 - (last[row] - step)] = panel.frame[Y].to_numpy()
        return cls(ids=ids.gather(begins), values=values, last=last, lengths=lengths, freq=panel.freq)

    def future(self, horizon: int) -> pl.DataFrame:
        """`series_id`, `ds`, `step` of the next `horizon` periods of each series, in the array's order."""
        steps = np.arange(1, horizon + 1)
        return pl.DataFrame(
            {
                SERIES_ID: self.ids.gather(np.repeat(np.arange(len(self.ids)), horizon)),
                STEP: np.tile(steps, len(self.ids)),
                DS: (self.last[:, None] + steps).ravel(),
            }
        ).with_columns(self.freq.moments(pl.col(DS)).alias(DS))
