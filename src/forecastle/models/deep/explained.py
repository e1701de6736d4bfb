"""A fitted network that tells what it looked at."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID, STEP
from forecastle.core.panel import Panel
from forecastle.models.deep.fitted import SERIES, DeepFitted
from forecastle.models.deep.sequences import Reals, history_of

ASKED = 500
"""Series that are asked, evenly spread, where nobody says which."""

KINDS = ("past", "future", "static")

IMPORTANCES = {"kind": pl.String, "feature": pl.String, "weight": pl.Float64}
ATTENTION = {SERIES_ID: pl.String, STEP: pl.Int64, "lag": pl.Int64, "weight": pl.Float64}


class ExplainedFitted(DeepFitted):
    """Of a network with a method `explained`, whose graph answers with its weights as well."""

    def importances(self, *, future: pl.DataFrame | None = None) -> pl.DataFrame:
        """How much it looks at each variable, the mean over its periods and over series; see `core.ports.Attends`."""
        told = [weights for _, weights in self._told(None, future)]
        if self.network is None or not told:
            return pl.DataFrame(schema=IMPORTANCES)
        tables = []
        for kind in KINDS:
            weights = np.concatenate([part[f"{kind}_weights"] for part in told])
            features = dict.fromkeys(getattr(self.network.inputs, f"{kind}_features"))
            mean = weights.mean(axis=tuple(range(weights.ndim - 1)), dtype=np.float64)
            tables.append(pl.DataFrame({"kind": kind, "feature": list(features), "weight": mean}))
        return pl.concat(tables).sort(pl.col("kind").replace_strict(KINDS, range(3)), -pl.col("weight"))

    def attention(self, series: pl.Series | None = None, *, future: pl.DataFrame | None = None) -> pl.DataFrame:
        """How much each step looks at each period before it; see `core.ports.Attends`."""
        tables = [_lags(ids, weights["attention"]) for ids, weights in self._told(series, future)]
        return pl.concat([pl.DataFrame(schema=ATTENTION), *tables])

    def _told(
        self, series: pl.Series | None, future: pl.DataFrame | None
    ) -> Iterator[tuple[pl.Series, dict[str, Reals]]]:
        """What the network looked at to forecast these series, or some, in blocks: their ids, and weights by name."""
        if self.network is None:
            return
        panel = self.panel.select(_spread(self.panel) if series is None else series)
        history = history_of(panel, self.network.inputs, ahead=self.network.inputs.horizon, future=future)
        for start in range(0, len(history.grid.ids), SERIES):
            block = history.block(slice(start, start + SERIES))
            yield block.grid.ids, self.network.explain(self.network.latest(block))


def _spread(panel: Panel) -> pl.Series:
    ids = panel.grid().ids
    return ids.gather_every(-(-len(ids) // ASKED))


def _lags(ids: pl.Series, attention: Reals) -> pl.DataFrame:
    """From series × steps × (window and horizon), the last of which is the last step, to rows; without later ones."""
    count, horizon, periods = attention.shape
    lag = np.arange(1, horizon + 1)[:, None] + (periods - horizon) - np.arange(1, periods + 1)
    steps, places = np.nonzero(lag >= 0)
    return pl.DataFrame(
        {
            SERIES_ID: ids.gather(np.repeat(np.arange(count), len(steps))),
            STEP: np.tile(steps + 1, count),
            "lag": np.tile(lag[steps, places], count),
            "weight": attention[:, steps, places].astype(np.float64).ravel(),
        }
    )
