"""A fitted model of another library, and the history it goes on from."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, STEP
from forecastle.core.panel import Floats, Grid, Integers, Panel
from forecastle.core.progress import Progress, silent
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.models.adapters.engine import ERRORS, Engine, KeepingEngine, KeptLearned, Occasion
from forecastle.models.adapters.history import Lane
from forecastle.models.adapters.lessons import Lessons, Piece, Task
from forecastle.models.adapters.ranges import around
from forecastle.models.batched import Compute
from forecastle.models.forecasts import UNSEEN, observed, settle, signed, tabulate
from forecastle.models.kept_panel import extended, save_panel
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.kernel import SimpleEtsKernel
from forecastle.models.surroundings import quiet, single_threaded

STATE = "state.npz"

log = logging.getLogger(__name__)

INSTEAD = "simple exponential smoothing"
"""What forecasts a series that the library cannot."""


@dataclass(frozen=True, kw_only=True)
class AdaptedFitted:
    """A library's model, fitted, and all that was seen.

    ends: n, the step number of each series' last period when the model was fitted; what came later was only taken in.
    horizon: the one it was fitted for. kept: what was fitted; None where it was loaded, and is then fitted again to the
    same history when it is first needed, with the same numbers: what most libraries learn has no open format. The
    weights of networks are kept as arrays and not learned again.
    """

    name: str
    engine: Engine
    compute: Compute
    panel: Panel
    ends: Integers
    horizon: int
    kept: Lessons | None = None

    @cached_property
    def lessons(self) -> Lessons:
        """What was fitted."""
        return self.kept or self.learn(silent)

    def learn(self, progress: Progress) -> Lessons:
        """Fit the model to the history until `ends`."""
        beside = self._beside(self._grid)
        lanes = {row: lane for row, lane in self._early.items() if not lane.unsuitable(self.engine.traits.shortest)}
        pasts = {row: lane.past(beside(row), {}) for row, lane in lanes.items()}
        occasion = Occasion(seasons=self.panel.season_lengths, horizon=self.horizon, seed=self.compute.seed)
        with quiet(), single_threaded(torch=self.engine.traits.torch):
            task = Task(engine=self.engine, occasion=occasion, pasts=pasts)
            return task.learn(self.compute, progress, "fitted")

    def predict(
        self,
        horizon: int,
        *,
        future: pl.DataFrame | None = None,
        quantiles: Quantiles = DEFAULT,
        progress: Progress = silent,
    ) -> pl.DataFrame:
        """Forecast `horizon` periods of every series; see `core.ports.Fitted.predict`.

        A series that the library cannot forecast gets simple exponential smoothing, one without observations the
        median of the others.
        """
        grid = self._grid
        mean = np.full((len(grid.ids), horizon), np.nan)
        spread = np.full((len(grid.ids), horizon, len(quantiles)), np.nan)
        beside, planned = self._beside(grid), self._planned(grid, horizon, future)

        def forecast(piece: Piece) -> None:
            lanes = [self._lane(row) for row in piece.rows]
            gaps = np.array([lane.gap for lane in lanes])
            for gap in np.unique(gaps):  # those that are observed to the end need not be forecast any further
                places = np.flatnonzero(gaps == gap)
                rows = piece.rows[places]
                pasts = [lanes[place].past(beside(row), planned(row)) for place, row in zip(places, rows, strict=True)]
                said = piece.lesson.learned.forecast(pasts, horizon + int(gap), quantiles.levels)
                own = said.quantiles
                levels = around(said.mean, piece.lesson.errors[places], quantiles.levels) if own is None else own
                units = np.array([lanes[place].unit for place in places])
                mean[rows] = said.mean[:, gap:] * units[:, None]
                spread[rows] = levels[:, gap:] * units[:, None, None]

        lessons = self.lessons
        with quiet(), single_threaded(torch=self.engine.traits.torch):
            self.compute.map(forecast, lessons.pieces, progress, "forecast")
        self._replace_unknown(grid, mean, spread, quantiles)
        settle(mean, spread, observed(grid.values), signed(grid.values), model=self.name)
        return tabulate(grid.ids, grid.last, grid.freq, mean, spread, quantiles)

    def describe(self) -> pl.DataFrame:
        """`series_id`, `form`: the model that forecasts each series, and why where it is not the one asked for."""
        forms = [UNSEEN] * len(self._grid.ids)
        for row in np.flatnonzero(np.isfinite(self._grid.values).any(axis=1)).tolist():
            early = self._early.get(row)
            reason = early.unsuitable(self.engine.traits.shortest) if early else "no observation when it was fitted"
            reason = reason or self.lessons.refused.get(row, "")
            filled = early.filled if early and not self.engine.traits.bears_missing else 0
            told = f"{self.name} ({filled} periods interpolated)" if filled else self.name
            forms[row] = f"{INSTEAD} ({reason})" if reason else told
        return pl.DataFrame({SERIES_ID: self._grid.ids, "form": forms})

    def append(self, panel: Panel) -> Self:
        """Take in newer periods of these series without refitting; series that are not in `panel` stay as they are.

        Models that can only go on from what they were fitted to are fitted again to the longer history, with the same
        arguments, when they forecast; see the engine.

        Raises:
            InputError: a series is new, or a period is not after the last one known.
        """
        return replace(self, panel=extended(self.panel, panel), kept=self.lessons)

    def save(self, folder: Path) -> None:
        """Write the history as Parquet, what can be kept of the model as npz, and the rest as JSON."""
        facts = {"model": self.name, "horizon": self.horizon, "ends": self.ends.tolist()}
        save_panel(self.panel, folder, facts)
        if arrays := self._arrays():
            np.savez(folder / STATE, allow_pickle=False, **arrays)

    def _arrays(self) -> Mapping[str, np.ndarray] | None:
        """What can be kept of what was learned."""
        for piece in self.kept.pieces if self.kept else ():
            if isinstance(learned := piece.lesson.learned, KeptLearned):
                state = learned.state()
                return {**state, ERRORS: piece.lesson.errors} if state else None
        return self.engine.kept if isinstance(self.engine, KeepingEngine) else None

    @property
    def _grid(self) -> Grid:
        return self.panel.grid()

    @cached_property
    def _early(self) -> dict[int, Lane]:
        """What was known when the model was fitted, by the row of the grid; series without an observation left out."""
        grid, fill = self._grid, not self.engine.traits.bears_missing
        known = grid.values.shape[1] - (grid.last - self.ends)
        rows = [(row, values[:end]) for row, (values, end) in enumerate(zip(grid.values, known, strict=True))]
        return {row: Lane.of(values, fill=fill) for row, values in rows if np.isfinite(values).any()}

    def _lane(self, row: int) -> Lane:
        fill = not self.engine.traits.bears_missing
        return Lane.of(self._grid.values[row], fill=fill, unit=self._early[row].unit)

    def _numbers(self, covariates: Sequence[str]) -> Sequence[str]:
        """Those the library is told: texts are left aside."""
        kinds = self.panel.frame.schema
        given = covariates if self.engine.traits.covariates else ()
        return [name for name in given if kinds[name].is_numeric() or kinds[name] == pl.Boolean]

    def _beside(self, grid: Grid) -> "Covariate":
        """Gives the covariates of a row of the grid, by name."""
        known = self._numbers(self.panel.covariates.known + self.panel.covariates.past)
        columns = {name: _scattered(self.panel, grid, name) for name in known}
        return lambda row: {name: values[row] for name, values in columns.items()}

    def _planned(self, grid: Grid, horizon: int, future: pl.DataFrame | None) -> "Covariate":
        """Gives the known covariates ahead, by name; NaN where nothing is planned."""
        known = self._numbers(self.panel.covariates.known)
        told = [name for name in known if future is not None and name in future.columns]
        table = grid.future(horizon).select(SERIES_ID, DS)
        if future is not None and told:
            ahead = future.select(SERIES_ID, pl.col(DS).cast(table.schema[DS]), *told)
            table = table.join(ahead, on=[SERIES_ID, DS], how="left", maintain_order="left")
        empty = np.full((len(grid.ids), horizon), np.nan)
        columns = {
            name: table[name].cast(pl.Float64).to_numpy().reshape(empty.shape) if name in told else empty
            for name in known
        }
        return lambda row: {name: values[row] for name, values in columns.items()}

    def _replace_unknown(self, grid: Grid, mean: Floats, spread: Floats, quantiles: Quantiles) -> None:
        missing = ~(np.isfinite(mean).all(axis=1) & np.isfinite(spread).all(axis=(1, 2)))
        rows = np.flatnonzero(missing & np.isfinite(grid.values).any(axis=1))
        if not rows.size:
            return
        told = {*self.lessons.refused} | {row for row in rows.tolist() if row not in self._early}
        if failed := {*rows.tolist()} & {int(row) for piece in self.lessons.pieces for row in piece.rows} - told:
            log.warning("no finite forecast", extra={"model": self.name, "series": len(failed)})
        horizon, rng = mean.shape[1], np.random.default_rng(self.compute.seed)
        state = SimpleEtsKernel().fit(Batch(values=np.ascontiguousarray(grid.values[rows])))
        mean[rows] = state.mean(horizon)
        spread[rows] = state.quantiles(horizon, quantiles.levels, paths=self.compute.paths, rng=rng)


Covariate = Callable[[int], Mapping[str, Floats]]


def _scattered(panel: Panel, grid: Grid, name: str) -> Floats:
    """A covariate in the shape of the grid; NaN where it is not known."""
    step = panel.freq.steps(pl.col(DS)).alias(STEP)
    rows = panel.frame.select(SERIES_ID, step, pl.col(name).cast(pl.Float64))
    places = pl.DataFrame({SERIES_ID: grid.ids, "row": np.arange(len(grid.ids)), "last": grid.last})
    placed = rows.join(places, on=SERIES_ID, how="left", maintain_order="left")
    width = grid.values.shape[1]
    values = np.full(grid.values.shape, np.nan)
    column = width - 1 - (placed["last"] - placed[STEP]).to_numpy()
    values[placed["row"].to_numpy(), column] = placed[name].to_numpy()
    return values
