"""Which past cutoffs and steps a boosted model learns from: a bounded number of rows that covers every season."""

from dataclasses import dataclass
from math import gcd
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.panel import Integers, Panel
from forecastle.core.progress import Progress
from forecastle.features.cache import key_of
from forecastle.features.history import History
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import rows_of
from forecastle.models.batched import Compute
from forecastle.models.forecasts import Flags

CELLS = 20_000_000
"""Values of history read at most; of longer panels the oldest periods are left out."""


def spec_of(panel: Panel) -> FeatureSpec:
    """The features boosted trees get: everything relative to the cutoff, for `step` is a feature of its own."""
    seasons, covariates = panel.season_lengths, panel.covariates
    return FeatureSpec(
        lags=(),
        recent=8,
        averages=(8, 26, 52),
        changes=tuple(dict.fromkeys((1, *seasons[:1]))),
        price=covariates.price,
        promotion=covariates.promotion,
    ).learn(panel)


def history_of(panel: Panel, spec: FeatureSpec, *, ahead: int, future: pl.DataFrame | None = None) -> History:
    """The panel as arrays, no longer than needed; future: `series_id`, `ds` and the known covariates ahead."""
    history = History.of(panel, categories=spec.categories, ahead=ahead, future=future)
    enough = 4 * max((*history.seasons, 13)) + ahead
    return history.latest(max(CELLS // max(len(history.grid.ids), 1), enough))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A feature table whose answers are known. back: how many periods each target lies before its series' last."""

    table: pl.DataFrame
    back: Integers

    @classmethod
    def of(cls, history: History, spec: FeatureSpec, horizon: int, compute: Compute, progress: Progress) -> Self:
        """About `compute.rows` rows, of every series and spread over all cutoffs and steps 1 to `horizon`."""
        observed = int(np.isfinite(history.grid.values).sum())
        apart = spacing(observed * horizon / compute.rows, history.seasons)
        # An odd spacing, and offsets of the cutoffs that run ahead of the steps: so targets, too, are of all periods.
        firsts = [(group * max(2, apart // horizon)) % apart for group in range(min(apart, horizon))]
        groups = [group for group, first in enumerate(firsts) if first < history.width]

        def rows(group: int) -> pl.DataFrame:
            steps = range(1 + group, horizon + 1, apart)
            cutoffs = range(firsts[group], history.width, apart)
            chosen = rows_of(history, spec, steps=steps, cutoffs=cutoffs)
            return chosen.filter(pl.col(Y).is_not_null())

        def gathered() -> pl.DataFrame:
            return pl.concat(compute.map(rows, groups, progress, "rows gathered"))

        if compute.features is None:
            table = gathered()
        else:
            table = compute.features.table(key_of(history, spec, "sample", horizon, compute.rows), gathered)
        ends = pl.DataFrame({SERIES_ID: history.grid.ids, "end": history.grid.last})
        back = table.select(SERIES_ID, history.grid.freq.steps(pl.col(DS)).alias(DS)).join(
            ends, on=SERIES_ID, how="left", maintain_order="left"
        )
        return cls(table=table, back=(back["end"] - back[DS]).to_numpy())

    def before(self, horizon: int) -> Flags:
        """Rows whose target lies before the last `horizon` periods."""
        return self.back >= horizon

    def after(self, horizon: int) -> Flags:
        """Rows that forecast the last `horizon` periods from a cutoff before them."""
        cutoff = self.back + self.table[STEP].to_numpy()
        return np.asarray((self.back < horizon) & (cutoff >= horizon))


def spacing(share: float, seasons: tuple[int, ...]) -> int:
    """How far apart cutoffs lie, for about one in `share` rows: odd, and each step meets every place in each season."""
    shared = (2, *seasons)
    candidates = [
        apart for apart in range(1, round(4 * share) + 4) if all(gcd(apart, length) == 1 for length in shared)
    ]
    return min(candidates, key=lambda apart: max(apart / share, share / apart))
