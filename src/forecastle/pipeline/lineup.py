"""Which models run on which series of a panel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import polars as pl

from forecastle.core.columns import SERIES_ID, Y
from forecastle.core.panel import Panel
from forecastle.core.ports import Forecaster
from forecastle.models.batched import Compute
from forecastle.models.catalog import AUTO, Card, cards, find
from forecastle.models.routing import route
from forecastle.settings import Route

YARDSTICK = "seasonal_naive"
"""Always runs: every skill is measured against it."""

GENERAL = (YARDSTICK, "window_mean", "ets", "theta", "ridge", "pooled", "multi_season", "lightgbm")
UNASKED = ("tft",)
"""Named by the routing table, but they take minutes: `auto` has them only where they are named beside it."""
SEVERAL = 2
"""Seasons, such as those of hours, which models of all series follow better than others, even without covariates."""

SPARSE = ("croston", "sba", "tsb")
SPARSE_PATTERNS = ("intermittent", "lumpy")
COMBINATION = "combination"
ENSEMBLES = (COMBINATION, "greedy", "median", "tft_lightgbm")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUp:
    """The models of one target.

    cards: of those that run. only: the series of each model that is not for all of them. routes: series_id, routed,
    because. fixed: by ensemble, the weights that its card gives its members.
    """

    cards: tuple[Card, ...]
    only: Mapping[str, pl.Series]
    ensembles: frozenset[str]
    routes: pl.DataFrame
    fixed: Mapping[str, Mapping[str, float]]

    @property
    def members(self) -> tuple[str, ...]:
        """The models the combination weighs; a baseline is one of them if it runs on every series."""
        return tuple(card.name for card in self.cards if card.role != "baseline" or card.name not in self.only)

    @property
    def voters(self) -> tuple[str, ...]:
        """The models the median is taken of: all but the baselines, or those when there is nothing else."""
        return tuple(card.name for card in self.cards if card.role != "baseline") or self.members

    def without(self, names: Collection[str]) -> Self:
        """Leave models out, and ensembles that give one of them a fixed weight.

        A series that was routed to one of these gets the combination, or else the yardstick.
        """
        names = {*names, *(name for name, parts in self.fixed.items() if parts.keys() & set(names))}
        instead = COMBINATION if COMBINATION in self.ensembles else YARDSTICK
        gone = pl.col("routed").is_in(list(names))
        left = pl.format("{}; {} left out for lack of time", "because", "routed")
        return replace(
            self,
            cards=tuple(card for card in self.cards if card.name not in names),
            ensembles=self.ensembles - names,
            fixed={name: parts for name, parts in self.fixed.items() if name not in names},
            routes=self.routes.with_columns(
                pl.when(gone).then(pl.lit(instead)).otherwise("routed").alias("routed"),
                pl.when(gone).then(left).otherwise("because").alias("because"),
            ),
        )

    def models(self, compute: Compute) -> tuple[Forecaster, ...]:
        """The models themselves, the cheap ones first.

        Raises:
            ModelError: the extra of a model that was asked for is missing.
        """
        return tuple(card.forecaster(compute) for card in sorted(self.cards, key=lambda card: card.cost))


def line_up(panel: Panel, classes: pl.DataFrame, names: Sequence[str], table: Sequence[Route]) -> LineUp:
    """Choose the models: those asked for; `auto` stands for the defaults and whatever the routing table names.

    Raises:
        ModelError: a name is unknown.
    """
    chosen = _automatic(panel, classes, names, table) if AUTO in names else _asked(panel, classes, names)
    return LineUp(
        cards=tuple(card for card in chosen.cards if card.role != "ensemble"),
        only=chosen.only,
        ensembles=frozenset(card.name for card in chosen.cards if card.role == "ensemble"),
        routes=chosen.routes,
        fixed={card.name: dict(card.parts) for card in chosen.cards if card.parts},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    cards: Sequence[Card]
    only: Mapping[str, pl.Series]
    routes: pl.DataFrame


def _automatic(panel: Panel, classes: pl.DataFrame, names: Sequence[str], table: Sequence[Route]) -> _Choice:
    """The defaults and what is named beside `auto` on every series, the intermittent models where demand is.

    Models that only the table names run on the series it names them for.
    """
    asked = [find(name) for name in names if name != AUTO]
    named = [*asked, *(find(part) for card in asked for part, _ in card.parts)]
    general = list(dict.fromkeys([*(find(name) for name in GENERAL if _suits(find(name), panel)), *named]))
    running = {card.name for card in general}
    ensembles = [find(name) for name in ENSEMBLES if all(part in running for part, _ in find(name).parts)]
    idle = {*UNASKED, *ENSEMBLES} - running - {card.name for card in ensembles}
    available = frozenset(name for name, card in cards().items() if card.available)
    routes = route(classes, table, available, panel.freq, idle=idle)
    sparse = classes.filter(pl.col("pattern").is_in(SPARSE_PATTERNS))[SERIES_ID]
    only = {name: sparse for name in SPARSE if len(sparse)}
    for name in routes["routed"].unique(maintain_order=True):
        if name not in (*GENERAL, *only, *ENSEMBLES):
            only[name] = routes.filter(pl.col("routed") == name)[SERIES_ID]
    only = {name: series for name, series in only.items() if name not in names}
    return _Choice(cards=list(dict.fromkeys([*general, *map(find, only), *ensembles])), only=only, routes=routes)


def _asked(panel: Panel, classes: pl.DataFrame, names: Sequence[str]) -> _Choice:
    """What was asked for and the yardstick, on every series; an ensemble alone brings the default members along."""
    asked = [find(name) for name in dict.fromkeys(names)]
    singles = [card for card in asked if card.role not in ("ensemble", "baseline")]
    members = [] if singles else [find(name) for name in GENERAL if _suits(find(name), panel)]
    needs_members = any(card.role == "ensemble" and not card.parts for card in asked)
    parts = [find(name) for card in asked for name, _ in card.parts]
    everyone = [find(YARDSTICK), *asked, *parts, *(members if needs_members else ())]
    routes = classes.select(SERIES_ID, pl.lit(names[0]).alias("routed"), pl.lit("asked for").alias("because"))
    return _Choice(cards=list({card.name: card for card in everyone}.values()), only={}, routes=routes)


def _suits(card: Card, panel: Panel) -> bool:
    """Whether it is installed, and the panel has the seasons, observations and covariates that make it worthwhile."""
    if not card.available or panel.frame[Y].count() < card.observations:
        return False
    longest = panel.frame.group_by(SERIES_ID).len()["len"].max()
    carried = [season for season in panel.season_lengths if isinstance(longest, int) and longest >= 2 * season]
    told = panel.covariates.known or panel.covariates.past
    worthwhile = not card.covariates or told or len(carried) >= SEVERAL
    return bool(worthwhile) and len(carried) >= card.seasons
