"""A panel as arrays, and the only ways from them to a row of features.

Every row belongs to a series, a cutoff and a step. What may be in it is decided here, not in the features: from the
target and from past covariates only `at_cutoff` and `behind_target` read, and neither reaches past the cutoff.
`at_target` reads the plan: calendar and known covariates, whose future is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np
import polars as pl
from numpy.lib.stride_tricks import sliding_window_view

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.errors import HorizonError
from forecastle.core.panel import Floats, Grid, Integers, Panel
from forecastle.features.encoding import encode
from forecastle.features.spec import Categories

Arrays = Mapping[str, Floats]
Plan = TypeVar("Plan", Floats, Integers)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Target and covariates of n series, right-aligned: column T − 1 is each series' own last period.

    past: n × T each. known: n × (T + ahead) each, NaN where the plan says nothing. static: n each.
    seasons: lengths in periods, shortest first.
    """

    grid: Grid
    seasons: tuple[int, ...]
    past: Arrays
    known: Arrays
    static: Arrays
    ahead: int

    @property
    def width(self) -> int:
        """T: periods of the longest series."""
        return int(self.grid.values.shape[1])

    @property
    def numbers(self) -> Integers:
        """The step number of every column and of the periods ahead, n × (T + ahead)."""
        return self.grid.last[:, None] + np.arange(1 - self.width, self.ahead + 1)

    @classmethod
    def of(cls, panel: Panel, *, categories: Categories, ahead: int, future: pl.DataFrame | None = None) -> Self:
        """Scatter a panel into arrays. future: `series_id`, `ds` and the known covariates of the next periods."""
        grid, covariates = panel.grid(), panel.covariates
        plan = panel.frame.select(SERIES_ID, DS, *covariates.known)
        if future is not None:
            plan = pl.concat([plan, future.select(pl.col(name).cast(dtype) for name, dtype in plan.schema.items())])
        static = {}
        if panel.static is not None and covariates.static:
            rows = pl.DataFrame({SERIES_ID: grid.ids}).join(panel.static, on=SERIES_ID, how="left")
            static = {name: _floats(encode(rows[name], categories)) for name in covariates.static}
        past = panel.frame.select(SERIES_ID, DS, *covariates.past)
        return cls(
            grid=grid,
            seasons=panel.season_lengths,
            past=_scatter(past, grid, 0, categories),
            known=_scatter(plan, grid, ahead, categories),
            static=static,
            ahead=ahead,
        )

    def append(self, values: Floats) -> Self:
        """One period later, for recursive forecasts. values: n, the target of the period after the last one."""
        grid = replace(
            self.grid,
            values=np.column_stack([self.grid.values, values]),
            last=self.grid.last + 1,
            lengths=self.grid.lengths + 1,
        )
        unknown = np.full(len(values), np.nan)
        past = {name: np.column_stack([array, unknown]) for name, array in self.past.items()}
        return replace(self, grid=grid, past=past, ahead=self.ahead - 1)

    def latest(self, periods: int) -> Self:
        """Only the last periods of the history; the plan ahead stays."""
        first = max(self.width - periods, 0)
        grid = replace(self.grid, values=self.grid.values[:, first:], lengths=np.minimum(self.grid.lengths, periods))
        past, known = ({name: array[:, first:] for name, array in arrays.items()} for arrays in (self.past, self.known))
        return replace(self, grid=grid, past=past, known=known)

    def before(self, periods: int) -> Self:
        """As it was so many periods ago: what happened since is not known, and its plan is a plan ahead."""
        grid, end = self.grid, self.width - periods
        earlier = replace(
            grid, values=grid.values[:, :end], last=grid.last - periods, lengths=np.maximum(grid.lengths - periods, 0)
        )
        past = {name: array[:, :end] for name, array in self.past.items()}
        return replace(self, grid=earlier, past=past, ahead=self.ahead + periods)

    def block(self, rows: slice | Integers) -> Self:
        """Some of the series."""
        grid = replace(
            self.grid,
            ids=self.grid.ids[rows],
            values=self.grid.values[rows],
            last=self.grid.last[rows],
            lengths=self.grid.lengths[rows],
        )
        past, known, static = (
            {name: array[rows] for name, array in arrays.items()} for arrays in (self.past, self.known, self.static)
        )
        return replace(self, grid=grid, past=past, known=known, static=static)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a feature table: m cutoffs of each series, s steps after each, as index arrays.

    columns: m, the array columns of the cutoffs, oldest first, evenly spaced. steps: s, 1 is the first after a cutoff.
    """

    columns: Integers
    steps: Integers

    @classmethod
    def of(cls, history: History, *, cutoffs: range, steps: Sequence[int]) -> Self:
        """Cutoffs so many periods before each series' last one, 0 being the last; those before the first are cut.

        Raises:
            HorizonError: a step before the first, a cutoff after the last period, or no cutoff within the history.
        """
        back = [age for age in sorted(cutoffs, reverse=True) if age < history.width]
        if not back or back[-1] < 0 or min(steps) < 1:
            raise HorizonError(
                f"Features need cutoffs 0 to {history.width - 1} periods back and steps from 1; "
                f"got cutoffs {cutoffs} and steps {list(steps)}.",
                hint="Cutoff 0 is each series' last period; step 1 is the period after the cutoff.",
            )
        return cls(columns=history.width - 1 - np.array(back), steps=np.array(steps, dtype=np.int64))

    @property
    def _slice(self) -> slice:
        spacing = int(self.columns[1] - self.columns[0]) if len(self.columns) > 1 else 1
        return slice(int(self.columns[0]), int(self.columns[-1]) + 1, spacing)

    def at_cutoff(self, history: Floats) -> Floats:
        """What each cutoff's own column holds: n × T → n × m × 1."""
        return history[:, self._slice, None]

    def until_cutoff(self, history: Floats, width: int) -> Floats:
        """The last `width` columns up to each cutoff, NaN before the first: n × T → n × m × width, a view."""
        padded = np.pad(history, ((0, 0), (width - 1, 0)), constant_values=np.nan)
        view: Floats = sliding_window_view(padded, width, axis=1)[:, self._slice]
        return view

    def behind_target(self, history: Floats, lag: Integers) -> Floats:
        """The value `lag` periods before each target, NaN where that lies after the cutoff: n × T → n × m × s.

        lag: periods, one number or one a step.
        """
        wanted = self.columns[:, None] + self.steps - lag
        known = (wanted >= 0) & (wanted <= self.columns[:, None])
        return np.where(known, history[:, np.where(known, wanted, 0)], np.nan)

    def at_target(self, plan: Plan) -> Plan:
        """The plan for each target period: n × (T + ahead) → n × m × s. Never give it the target or a past column."""
        return plan[:, self.columns[:, None] + self.steps]

    def reading(self, history: History, covariate: str) -> tuple[Floats, Integers]:
        """A covariate and the column each row may read: the target's of a known one, the cutoff's of a past one."""
        if covariate in history.known:
            return history.known[covariate], self.columns[:, None] + self.steps
        return history.past[covariate], self.columns[:, None]

    def until_each(self, ufunc: np.ufunc, history: Floats) -> Floats:
        """A running sum or maximum from the first column up to each cutoff: n × T → n × m × 1."""
        starts = np.append(0, self.columns[:-1] + 1)
        parts = ufunc.reduceat(history[:, : self.columns[-1] + 1], starts, axis=1)
        running: Floats = ufunc.accumulate(parts, axis=1)[:, :, None]
        return running

    def answers(self, history: Floats) -> Floats:
        """What happened at each target period, NaN where that is still to come. Never a feature."""
        to_come = np.full((len(history), int(self.steps.max())), np.nan)
        return self.at_target(np.hstack([history, to_come]))


def mean_before(values: Floats, columns: Integers, width: int) -> Floats:
    """Mean of what was observed in the `width` columns before each of `columns`; NaN where nothing was.

    n × T and m × s → n × m × s.
    """
    first = max(int(columns.min()) - width, 0)
    part = values[:, first : int(columns.max())]
    observed = np.isfinite(part)
    counts, sums = (
        np.pad(np.cumsum(array, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
        for array in (observed, np.where(observed, part, 0.0))
    )
    after, start = columns - first, np.maximum(columns - width, 0) - first
    with np.errstate(invalid="ignore"):
        mean: Floats = (sums[:, after] - sums[:, start]) / (counts[:, after] - counts[:, start])
    return mean


def _scatter(frame: pl.DataFrame, grid: Grid, ahead: int, categories: Categories) -> dict[str, Floats]:
    names = frame.columns[2:]
    if not names:
        return {}
    index = pl.DataFrame({SERIES_ID: grid.ids, "last": grid.last}).with_row_index("row")
    rows = frame.with_columns(grid.freq.steps(pl.col(DS)).alias(DS)).join(index, on=SERIES_ID, maintain_order="left")
    width = grid.values.shape[1]
    column = width - 1 + (rows[DS] - rows["last"]).to_numpy()
    inside = (column >= 0) & (column < width + ahead)
    scattered = {}
    for name in names:
        array = np.full((len(grid.ids), width + ahead), np.nan)
        array[rows["row"].to_numpy()[inside], column[inside]] = _floats(encode(rows[name], categories))[inside]
        scattered[name] = array
    return scattered


def _floats(column: pl.Series) -> Floats:
    return column.fill_null(np.nan).to_numpy().astype(np.float64, copy=False)
