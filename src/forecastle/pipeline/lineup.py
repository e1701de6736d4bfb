"""Which models run on which series of a panel."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.panel import Panel
from forecastle.core.ports import Forecaster
from forecastle.models.batched import Compute
from forecastle.models.catalog import Card, cards, find
from forecastle.models.routing import route
from forecastle.settings import Route

AUTO = "auto"
YARDSTICK = "seasonal_naive"
"""Always runs: every skill is measured against it."""

GENERAL = (YARDSTICK, "window_mean", "ets", "theta", "ridge", "multi_season")
SPARSE = ("croston", "sba", "tsb")
SPARSE_PATTERNS = ("intermittent", "lumpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUp:
    """The models of one target.

    general run on every series, sparse on `sparse_series` only. routes: series_id, routed, because.
    """

    general: tuple[Forecaster, ...]
    sparse: tuple[Forecaster, ...]
    sparse_series: pl.Series
    ensembles: frozenset[str]
    routes: pl.DataFrame

    def entries(self, panel: Panel) -> list[tuple[tuple[Forecaster, ...], Panel]]:
        """Models with the series they run on."""
        pairs = [(self.general, panel)]
        if self.sparse and len(self.sparse_series):
            pairs.append((self.sparse, panel.select(self.sparse_series)))
        return pairs

    @property
    def members(self) -> frozenset[str]:
        """The models the combination weighs: all that run, for even a baseline has series it is best at."""
        return frozenset(model.name for model in (*self.general, *self.sparse))

    @property
    def voters(self) -> frozenset[str]:
        """The models the median is taken of: all but the baselines, or those when there is nothing else."""
        return frozenset(name for name in self.members if find(name).role != "baseline") or self.members


def line_up(
    panel: Panel, classes: pl.DataFrame, names: Sequence[str], table: Sequence[Route], compute: Compute
) -> LineUp:
    """Choose the models: those asked for, or for `auto` the defaults and whatever the routing table names.

    Raises:
        ModelError: a name is unknown, or the extra of a model that was asked for is missing.
    """
    if AUTO in names:
        routes = route(classes, table, frozenset(name for name, card in cards().items() if card.available), panel.freq)
        sparse_series = classes.filter(pl.col("pattern").is_in(SPARSE_PATTERNS))[SERIES_ID]
        named = dict.fromkeys((*routes["routed"].unique(maintain_order=True), *GENERAL, *SPARSE, *names))
    else:
        routes = classes.select(SERIES_ID, pl.lit(names[0]).alias("routed"), pl.lit("asked for").alias("because"))
        sparse_series = classes[SERIES_ID]
        named = dict.fromkeys((*names, YARDSTICK))
    chosen = [find(name) for name in named if name != AUTO]
    runnable = [card for card in chosen if card.role != "ensemble" and _suits(card, panel)]
    ensembles = {card.name for card in chosen if card.role == "ensemble"} | (
        {"combination", "median"} if AUTO in names else set()
    )
    if ensembles and not any(card.role in ("general", "intermittent") for card in runnable):
        runnable += [find(name) for name in GENERAL if find(name) not in runnable and _suits(find(name), panel)]
    split = AUTO in names
    return LineUp(
        general=tuple(card.forecaster(compute) for card in runnable if not (split and card.role == "intermittent")),
        sparse=tuple(card.forecaster(compute) for card in runnable if split and card.role == "intermittent"),
        sparse_series=sparse_series,
        ensembles=frozenset(ensembles),
        routes=routes,
    )


def _suits(card: Card, panel: Panel) -> bool:
    longest = panel.frame.group_by(SERIES_ID).len()["len"].max()
    carried = [season for season in panel.season_lengths if isinstance(longest, int) and longest >= 2 * season]
    return len(carried) >= card.seasons
