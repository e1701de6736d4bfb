"""A panel as arrays, and the windows that networks learn and forecast from: the only way from data to a network."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import DS
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.features.calendar import calendar
from forecastle.features.history import Arrays, History, Rows
from forecastle.features.rolling import changes, smoothed
from forecastle.models.deep.inputs import CYCLES, HARMONICS, Column, Inputs
from forecastle.models.units import FAR, Units, usual_change

Reals = NDArray[np.float32]

SMOOTHING = 0.3
"""Weight of the newest value in the level."""

CELLS = 20_000_000
"""Values of history read at most; of longer panels the oldest periods are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """What a network is given for B windows, see `Shape`; and the units that it answers in."""

    past: Reals
    future: Reals
    static: Reals
    units: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequences:
    """The arrays of n series, the columns of the periods with `window` empty ones before the first.

    values: n × (window + T + ahead), NaN where not observed or to come. level, change: n × T, known at each column.
    dates: periods × calendar features. numbers: n × (window + T + ahead), the rows of `dates`. known, past: the
    features of covariates, n × the same periods × features. static: n × features. NaN everywhere for not known.
    """

    inputs: Inputs
    values: Floats
    level: Floats
    change: Floats
    dates: Reals
    numbers: Integers
    known: Reals
    past: Reals
    static: Reals

    @property
    def length(self) -> int:
        """T: periods of the longest series."""
        return int(self.level.shape[1])

    @classmethod
    def of(cls, history: History, inputs: Inputs, *, dated: bool = True) -> Self:
        """From a panel that stands in arrays. dated: the periods are what they say; otherwise no date is known."""
        grid, window = history.grid, inputs.window
        level, change = units_of(history)
        room = ((0, 0), (window, history.ahead))
        numbers = np.pad(history.numbers, ((0, 0), (window, 0)), mode="edge") - history.numbers.min()
        return cls(
            inputs=inputs,
            values=np.pad(grid.values, room, constant_values=np.nan),
            level=level,
            change=change,
            dates=_dates(history, inputs, dated=dated),
            numbers=numbers,
            known=_features(history.known, inputs.known, ((0, 0), (window, 0)), numbers.shape),
            past=_features(history.past, inputs.past, room, numbers.shape),
            static=_features(history.static, inputs.static, ((0, 0),), level.shape[:1]),
        )

    def windows(self, rows: Integers, cutoffs: Integers) -> Windows:
        """Of these series, those that end at these columns, 0 to T − 1. Nothing after a cutoff is read but the plan."""
        inputs = self.inputs
        size, ahead = inputs.window, np.arange(1, inputs.horizon + 1)
        units = self.units(rows, cutoffs)
        behind = cutoffs[:, None] + np.arange(1, size + 1)
        columns = np.concatenate([behind, cutoffs[:, None] + size + ahead], axis=1)
        target, observed = _flagged(units.scaled(self.values[rows[:, None], behind])[..., None])
        told = [
            *self._seasons(rows, columns, units),
            self.dates[self.numbers[rows[:, None], columns]],
            *_flagged(_relative(self.known[rows[:, None], columns], inputs.known, size)),
        ]
        plan = np.concatenate(told, axis=2, dtype=np.float32)
        past = [*_flagged(_relative(self.past[rows[:, None], behind], inputs.past, size))]
        return Windows(
            past=np.concatenate([target, observed, plan[:, :size], *past], axis=2, dtype=np.float32),
            future=np.ascontiguousarray(plan[:, size:]),
            static=np.concatenate(
                [self._own(rows, behind, units), *_flagged(self.static[rows])], axis=1, dtype=np.float32
            ),
            units=units,
        )

    def units(self, rows: Integers, cutoffs: Integers) -> Units:
        """The units known at these cutoffs."""
        return Units(level=self.level[rows, cutoffs], change=self.change[rows, cutoffs])

    def answers(self, rows: Integers, cutoffs: Integers, last: Integers) -> Reals:
        """What happened in the horizon after each cutoff, scaled as its window; NaN after column `last`."""
        columns = cutoffs[:, None] + np.arange(1, self.inputs.horizon + 1)
        inside = columns <= last[:, None]
        values = self.values[rows[:, None], self.inputs.window + np.where(inside, columns, 0)]
        return np.where(inside, self.units(rows, cutoffs).scaled(values), np.nan).astype(np.float32)

    def _seasons(self, rows: Integers, columns: Integers, units: Units) -> tuple[Floats, Floats]:
        """The same period of the last season whose value was known: B × periods × seasons, and which are known."""
        size = self.inputs.window
        beyond = np.concatenate([np.zeros(size, dtype=np.int64), np.arange(1, self.inputs.horizon + 1)])
        if not self.inputs.seasons:
            nothing = np.empty((*columns.shape, 0))
            return nothing, nothing
        lags = [length * np.maximum(-(-beyond // length), 1) for length in self.inputs.seasons]
        found = [units.scaled(self.values[rows[:, None], np.maximum(columns - lag, 0)]) for lag in lags]
        return _flagged(np.stack(found, axis=2))

    def _own(self, rows: Integers, behind: Integers, units: Units) -> Floats:
        """See `inputs.OWN`; B × 2."""
        values = self.values[rows[:, None], behind]
        with np.errstate(invalid="ignore", divide="ignore"):
            size = np.where(units.change > 0, np.abs(units.level) / units.change, 0.0)
            idle = (values == 0).sum(axis=1) / np.maximum(np.isfinite(values).sum(axis=1), 1)
        return np.stack([np.log1p(np.nan_to_num(np.minimum(size, 1e6))), idle], axis=1)


def history_of(panel: Panel, inputs: Inputs, *, ahead: int, future: pl.DataFrame | None = None) -> History:
    """The panel as arrays, no longer than needed; future: `series_id`, `ds` and the known covariates ahead."""
    history = History.of(panel, categories=inputs.categories, ahead=ahead, future=future)
    enough = inputs.window + 4 * max((*history.seasons, inputs.horizon))
    return history.latest(max(CELLS // max(len(history.grid.ids), 1), enough))


def units_of(history: History) -> tuple[Floats, Floats]:
    """The level and the usual change known at each column; n × T each."""
    rows = Rows.of(history, cutoffs=range(history.width), steps=(1,))
    ((_, level),) = smoothed(history, rows, SMOOTHING)
    lengths = tuple(dict.fromkeys((1, *history.seasons[:1])))
    found = np.stack([change for _, change in changes(history, rows, lengths)])
    return level[:, :, 0], usual_change(found, level)[:, :, 0]


def _dates(history: History, inputs: Inputs, *, dated: bool) -> Reals:
    """The calendar features of every period from the first to the last, with the flag that tells they are known."""
    first, last = int(history.numbers.min()), int(history.numbers.max())
    if not inputs.calendar:
        return np.zeros((last - first + 1, 0), dtype=np.float32)
    if not dated:
        return np.zeros((last - first + 1, 2 * len(HARMONICS) * len(inputs.calendar) + 1), dtype=np.float32)
    table = calendar(_moments(history.grid.freq, first, last), history.grid.freq)
    turns = [table[part].to_numpy() / CYCLES[part] * harmonic for part in inputs.calendar for harmonic in HARMONICS]
    waves = [wave(2 * np.pi * turn) for turn in turns for wave in (np.sin, np.cos)]
    return np.stack([*waves, np.ones(len(table))], axis=1).astype(np.float32)


def _moments(freq: Frequency, first: int, last: int) -> pl.Series:
    return pl.DataFrame({DS: np.arange(first, last + 1)}).select(freq.moments(pl.col(DS))).to_series()


def _features(
    arrays: Arrays, columns: tuple[Column, ...], room: tuple[tuple[int, int], ...], shape: tuple[int, ...]
) -> Reals:
    """Covariates as features, … × features, with room before and after."""
    found = [column.features(np.pad(arrays[column.name], room, constant_values=np.nan)) for column in columns]
    return np.concatenate([np.empty((*shape, 0)), *found], axis=-1).astype(np.float32)


def _relative(features: Reals, columns: tuple[Column, ...], size: int) -> Reals:
    """Prices relative to what they were in the window; B × periods × features, changed in place."""
    place = 0
    for column in columns:
        if column.price:
            window = features[:, :size, place]
            seen = np.isfinite(window)
            with np.errstate(invalid="ignore"):
                usual = np.where(seen, window, 0).sum(axis=1) / seen.sum(axis=1)
            features[:, :, place] -= usual[:, None]
        place += column.width
    return features


def _flagged(features: Floats | Reals) -> tuple[Floats, Floats]:
    """Values, 0 where not known, and flags that tell where they are."""
    known = np.isfinite(features)
    return np.where(known, np.clip(features, -FAR, FAR), 0.0), known.astype(np.float64)
