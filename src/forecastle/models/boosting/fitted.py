"""What boosted trees learned, and the history they forecast from."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.panel import Floats, Panel
from forecastle.core.progress import Progress, silent
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.features.history import History
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import rows_of
from forecastle.models.batched import Compute
from forecastle.models.boosting.sample import history_of
from forecastle.models.boosting.scaling import Scaled
from forecastle.models.forecasts import settle, signed, tabulate
from forecastle.models.kept_panel import extended, save_panel
from forecastle.models.learned import LEVELS, MIDDLE, at_levels, mean

if TYPE_CHECKING:
    from lightgbm import Booster

MODEL = "quantile-{level}.txt"

SERIES = 500
"""Series forecast together by one thread."""

LEVEL = "level"
"""The feature under which contributions tell where a series stood before anything was learned."""


@dataclass(frozen=True, kw_only=True)
class BoostedFitted:
    """Trees for every quantile, and the panel they go on from.

    panel: all that was seen. names: the features, in the order the trees know them. models: LightGBM text, one a level
    of `LEVELS`; none where no series ever changed, and each is then forecast to stay where it is.
    """

    name: str
    panel: Panel
    spec: FeatureSpec
    names: tuple[str, ...]
    models: tuple[str, ...]
    compute: Compute

    @cached_property
    def boosters(self) -> "tuple[Booster, ...]":
        """The trees themselves."""
        from lightgbm import Booster

        return tuple(Booster(model_str=text) for text in self.models)

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
        history = history_of(self.panel, self.spec, ahead=horizon, future=future)
        shape = (len(grid.ids), horizon)
        expected, spread = np.empty(shape), np.empty((*shape, len(quantiles)))
        may_be_negative = signed(grid.values)
        floor = np.where(may_be_negative, -np.inf, 0.0)[:, None]

        def forecast(rows: slice) -> None:
            scaled = self._rows(history, horizon, rows)
            said = self._quantiles(scaled).reshape(-1, horizon, len(LEVELS))
            expected[rows] = mean(said, floor[rows])
            spread[rows] = at_levels(said, quantiles.levels)

        blocks = [slice(start, start + SERIES) for start in range(0, len(grid.ids), SERIES)]
        self.compute.map(forecast, blocks, progress, f"{self.name}: forecast")
        settle(expected, spread, may_be_negative)
        return tabulate(grid.ids, grid.last, grid.freq, expected, spread, quantiles)

    def contributions(self, horizon: int, *, future: pl.DataFrame | None = None) -> pl.DataFrame:
        """What moves each forecast's median, and by how much, in units of the target.

        Returns `series_id`, `ds`, `feature`, `value`, one row a series, period and feature. `level` is where the series
        stood, with what holds for all rows alike; all values of one period add up to the median as it was learned,
        before it is put in order with the other quantiles and kept from being negative. NaN for a series without
        observations.

        Source: Lundberg & Lee (2017), Shapley values; for trees as in LightGBM's `pred_contrib`.
        """
        grid = self.panel.grid()
        history = history_of(self.panel, self.spec, ahead=horizon, future=future)
        scaled = self._rows(history, horizon, slice(None))
        parts = np.zeros((len(scaled.level), len(self.names) + 1))
        if self.boosters:
            told = self.boosters[MIDDLE].predict(scaled.values, pred_contrib=True, num_threads=1)
            parts = np.asarray(told) * np.nan_to_num(scaled.change)[:, None]
        parts[:, -1] += scaled.level
        return (
            grid.future(horizon)
            .select(SERIES_ID, DS)
            .hstack(pl.DataFrame(parts, schema=[*self.names, LEVEL]))
            .unpivot(index=(SERIES_ID, DS), variable_name="feature", value_name="value")
            .sort(SERIES_ID, DS, maintain_order=True)
        )

    def describe(self) -> pl.DataFrame:
        """`series_id`, `form`: what was fitted; the same trees for every series with an observation."""
        trees = ", ".join(
            f"P{100 * level:g} {booster.num_trees()}" for level, booster in zip(LEVELS, self.boosters, strict=False)
        )
        seen = pl.lit(f"boosted trees ({trees or 'none: no series changes'})")
        unseen = pl.lit("median of the other series (no observation)")
        return self.panel.frame.group_by(SERIES_ID, maintain_order=True).agg(
            pl.when(pl.col(Y).count() > 0).then(seen).otherwise(unseen).alias("form")
        )

    def append(self, panel: Panel) -> Self:
        """Take in newer periods of these series without refitting; series that are not in `panel` stay as they are.

        Raises:
            InputError: a series is new, or a period is not after the last one known.
        """
        return replace(self, panel=extended(self.panel, panel))

    def save(self, folder: Path) -> None:
        """Write `model.json`, the history and static covariates as Parquet, and the trees as LightGBM text."""
        facts = {"model": self.name, "categories": self.spec.categories, "features": self.names}
        save_panel(self.panel, folder, facts)
        for level, text in zip(LEVELS, self.models, strict=False):
            (folder / MODEL.format(level=level)).write_text(text, encoding="utf-8")

    def _rows(self, history: History, horizon: int, rows: slice) -> Scaled:
        table = rows_of(history.block(rows), self.spec, steps=range(1, horizon + 1), cutoffs=range(1))
        return Scaled.of(table, self.panel.covariates)

    def _quantiles(self, scaled: Scaled) -> Floats:
        """Rows × `LEVELS`, in units of the target; NaN for series without observations."""
        said = np.zeros((len(scaled.level), len(LEVELS)))
        for place, booster in enumerate(self.boosters):
            said[:, place] = booster.predict(scaled.values, num_threads=1)
        return scaled.restore(said)
