"""What a network learned, and the panel it forecasts from."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID, Y
from forecastle.core.panel import Floats, Panel
from forecastle.core.progress import Progress, silent
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.models.batched import Compute
from forecastle.models.deep.network import Network
from forecastle.models.deep.sequences import history_of, units_of
from forecastle.models.forecasts import in_one_form, observed, settle, signed, tabulate
from forecastle.models.kept_panel import extended, save_panel
from forecastle.models.learned import LEVELS, at_levels, mean
from forecastle.models.units import FAR

FORMAT = 1
"""Raised when what is written can no longer be read by what came before."""

GRAPH, CHECKPOINT, NORMALIZATION = "network.onnx", "model.ckpt", "normalization.json"

SERIES = 500
"""Series forecast together by one thread."""


@dataclass(frozen=True, kw_only=True)
class DeepFitted:
    """A network and the panel it goes on from.

    panel: all that was seen. network: None where no series ever changed, and each is then forecast to stay where it is.
    """

    name: str
    panel: Panel
    network: Network | None
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

        Known covariates that `future` does not tell count as unknown, which the network has learned to do without.
        """
        grid = self.panel.grid()
        may_be_negative = signed(grid.values)
        floor = np.where(may_be_negative, -np.inf, 0.0)[:, None]
        said = self._said(horizon, future, progress)
        expected, spread = mean(said, floor), at_levels(said, quantiles.levels)
        settle(expected, spread, observed(grid.values), may_be_negative, model=self.name)
        return tabulate(grid.ids, grid.last, grid.freq, expected, spread, quantiles)

    def describe(self) -> pl.DataFrame:
        """`series_id`, `form`: what was fitted; the same network for every series with an observation."""
        seen = f"{self.name} of {self.network.record.parameters:,} parameters" if self.network else "level"
        return in_one_form(self.panel, seen)

    def append(self, panel: Panel) -> Self:
        """Take in newer periods of these series without refitting; series that are not in `panel` stay as they are.

        Raises:
            InputError: a series is new, or a period is not after the last one known.
        """
        return replace(self, panel=extended(self.panel, panel))

    def save(self, folder: Path) -> None:
        """Write the graph as ONNX, Lightning's checkpoint, the history as Parquet, the rest as JSON."""
        network = self.network
        facts = {
            "model": self.name,
            "format": FORMAT,
            "inputs": network.inputs.as_dict() if network else None,
            "record": network.record.as_dict() if network else None,
        }
        save_panel(self.panel, folder, facts)
        if network is not None:
            (folder / GRAPH).write_bytes(network.graph)
            (folder / CHECKPOINT).write_bytes(network.checkpoint)
            (folder / NORMALIZATION).write_text(json.dumps(self._normalization(network), indent=2), encoding="utf-8")

    def _said(self, horizon: int, future: pl.DataFrame | None, progress: Progress) -> Floats:
        """Series × horizon × `LEVELS`; NaN for series without observations."""
        network = self.network
        if network is None:
            level = self.panel.frame.group_by(SERIES_ID, maintain_order=True).agg(pl.col(Y).drop_nulls().last())[Y]
            stays = level.cast(pl.Float64).fill_null(np.nan).to_numpy()
            return np.tile(stays[:, None, None], (1, horizon, len(LEVELS)))
        history = history_of(self.panel, network.inputs, ahead=network.reach(horizon), future=future)
        blocks = [slice(start, start + SERIES) for start in range(0, len(history.grid.ids), SERIES)]
        parts = self.compute.map(
            lambda rows: network.forecast(history.block(rows), horizon), blocks, progress, "forecast"
        )
        return np.concatenate(parts)

    def _normalization(self, network: Network) -> dict[str, object]:
        """By what values were made comparable: of each series at its end, of covariates in training."""
        history = history_of(self.panel, network.inputs, ahead=0)
        level, change = (units[:, -1].tolist() for units in units_of(history))
        columns = (*network.inputs.known, *network.inputs.past, *network.inputs.static)
        series = {
            name: {"mean": at if known else None, "std": by if known else None}
            for name, at, by, known in zip(history.grid.ids, level, change, np.isfinite(level), strict=True)
        }
        numbers = {column.name: {"mean": column.mean, "std": column.std} for column in columns if column.names is None}
        return {
            "target": f"(y - mean) / std, cut at ±{FAR:g}; mean: exponential average, std: usual change, at the end",
            "series": series,
            "covariates": numbers,
        }
