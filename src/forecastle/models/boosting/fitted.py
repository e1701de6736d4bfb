"""What boosted trees learned, and the history they forecast from."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.panel import Panel
from forecastle.core.progress import Progress, silent
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.models.batched import Compute
from forecastle.models.boosting.drivers import driver_of
from forecastle.models.boosting.sample import history_of
from forecastle.models.boosting.task import Trees
from forecastle.models.forecasts import in_one_form, observed, settle, signed, tabulate
from forecastle.models.kept_panel import extended, save_panel
from forecastle.models.learned import at_levels

SERIES = 500
"""Series forecast together by one thread."""


@dataclass(frozen=True, kw_only=True)
class BoostedFitted:
    """Trees, and the panel they go on from: all that was seen."""

    name: str
    panel: Panel
    trees: Trees
    compute: Compute

    def predict(
        self,
        horizon: int,
        *,
        future: pl.DataFrame | None = None,
        quantiles: Quantiles = DEFAULT,
        progress: Progress = silent,
    ) -> pl.DataFrame:
        """Forecast `horizon` periods of every series; see `core.ports.Fitted.predict`.

        Known covariates that `future` does not tell count as unknown, which the trees have learned to do without.
        """
        grid = self.panel.grid()
        history = history_of(self.panel, self.trees.view.spec, ahead=horizon, future=future)
        shape = (len(grid.ids), horizon)
        expected, spread = np.empty(shape), np.empty((*shape, len(quantiles)))
        may_be_negative = signed(grid.values)
        floor = np.where(may_be_negative, -np.inf, 0.0)

        def forecast(rows: slice) -> None:
            expected[rows], said = self.trees.say(history.block(rows), horizon, floor[rows])
            spread[rows] = at_levels(said, quantiles.levels)

        blocks = [slice(start, start + SERIES) for start in range(0, len(grid.ids), SERIES)]
        self.compute.map(forecast, blocks, progress, "forecast")
        settle(expected, spread, observed(grid.values), may_be_negative, model=self.name)
        return tabulate(grid.ids, grid.last, grid.freq, expected, spread, quantiles)

    def contributions(
        self, horizon: int, *, series: pl.Series | None = None, future: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        """What moves each forecast, and by how much, in units of the target; see `core.ports.Explains`.

        `feature` is what the trees know, `driver` what it tells of. `level` is where the series stood, with what holds
        for all forecasts alike. The forecast is that of the median (of the mean for Tweedie trees) as it was learned,
        before it is put in order with the other quantiles and kept from being negative. NaN for a series without
        observations.

        Source: Lundberg & Lee (2017), Shapley values; for trees as in LightGBM's `pred_contrib`.
        """
        panel = self.panel if series is None else self.panel.select(series)
        history = history_of(panel, self.trees.view.spec, ahead=horizon, future=future)
        names, parts = self.trees.parts(history, horizon)
        drivers = {name: driver_of(name, self.trees.view.covariates) for name in names}
        return (
            panel.grid()
            .future(horizon)
            .select(SERIES_ID, DS)
            .hstack(pl.DataFrame(parts, schema=names))
            .unpivot(index=(SERIES_ID, DS), variable_name="feature", value_name="value")
            .sort(SERIES_ID, DS, maintain_order=True)
            .with_columns(pl.col("feature").replace_strict(drivers).alias("driver"))
            .select(SERIES_ID, DS, "driver", "feature", "value")
        )

    def describe(self) -> pl.DataFrame:
        """`series_id`, `form`: what was fitted; the same trees for every series with an observation."""
        return in_one_form(self.panel, f"boosted trees ({self.trees.describe()})")

    def append(self, panel: Panel) -> Self:
        """Take in newer periods of these series without refitting; series that are not in `panel` stay as they are.

        Raises:
            InputError: a series is new, or a period is not after the last one known.
        """
        return replace(self, panel=extended(self.panel, panel))

    def save(self, folder: Path) -> None:
        """Write `model.json`, the history and static covariates as Parquet, and the trees as text."""
        view, files = self.trees.view, self.trees.files()
        facts = {
            "model": self.name,
            "categories": view.spec.categories,
            "anchor": None if view.anchor is None else asdict(view.anchor),
            "features": self.trees.names,
            "files": tuple(files),
        }
        save_panel(self.panel, folder, facts)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
