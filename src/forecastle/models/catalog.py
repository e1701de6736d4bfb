"""Every model by name, as a table of cards; other packages add theirs through the entry points `forecastle.models`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Literal

from forecastle.core.errors import ModelError
from forecastle.core.ports import Forecaster
from forecastle.models.batched import Compute

ENTRY_POINTS = "forecastle.models"

AUTO = "auto"
"""Stands for the models of the routing table and the defaults; the backtest chooses among them. On the leaderboard,
and as a family of versions: the champions of all series together.
"""

PLENTY = 100_000
"""Observations that costs are told for: a thousand series of a hundred periods."""

Role = Literal["baseline", "general", "intermittent", "ensemble"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One model: what it is good for and where its code is.

    build: `module:function`, called with `Compute`, answers a `Forecaster`; empty for an ensemble, which the pipeline
    puts together from what its members said. extra: the optional dependencies it needs,
    with the module that shows they are there. role: `general` models run on every series, `intermittent` ones on
    intermittent and lumpy demand, a `baseline` is there to be beaten. seasons: needs at least so many season lengths.
    observations: `auto` leaves it out of panels that have fewer in all, for it learns from the series together.
    takes: what is written behind the name and a colon, such as MODEL; one card then stands for as many models, and
    `build` is called with that before `Compute`. example: such a name.
    explains: it can tell what moves its forecasts, see `core.ports.Explains`.
    covariates: it makes use of prices, promotions and whatever else the panel has beside the target; `auto` leaves it
    out of panels that have nothing of the kind, nor several seasons. parts: the members of an ensemble with given
    weights, and these.
    portable: once fitted it forecasts without its extra.
    cost: seconds that a fit to `PLENTY` observations takes on an ordinary machine, roughly; a time limit goes by it
    until it has measured. The default is that of a model nobody knows. bounded: the situations it learns from are so
    many at most that more observations cost no more.
    """

    name: str
    title: str
    role: Role
    source: str
    build: str = ""
    min_length: int = 1
    seasons: int = 0
    observations: int = 0
    covariates: bool = False
    cost: float = 5.0
    bounded: bool = False
    parts: tuple[tuple[str, float], ...] = ()
    portable: bool = False
    explains: bool = False
    extra: str = ""
    needs: str = ""
    takes: str = ""
    example: str = ""

    @property
    def written(self) -> str:
        """How its name is written: `ets`, or `statsforecast:MODEL`."""
        return f"{self.name}:{self.takes}" if self.takes and ":" not in self.name else self.name

    @property
    def available(self) -> bool:
        """Whether what it needs is installed; of an ensemble with parts, what those need."""
        return (not self.needs or find_spec(self.needs) is not None) and all(
            find(name).available for name, _ in self.parts
        )

    def seconds(self, observations: int) -> float:
        """What a fit to so many observations takes, roughly."""
        return self.cost * (min(observations, PLENTY) if self.bounded else observations) / PLENTY

    def forecaster(self, compute: Compute, *, fitted: bool = False) -> Forecaster:
        """Build the model. fitted: only to load what was fitted elsewhere.

        Raises:
            ModelError: its extra is not installed, or it is an ensemble.
        """
        if not self.available and not (fitted and self.portable):
            raise ModelError(
                f"Model {self.name!r} needs the extra {self.extra!r}, which is not installed.",
                hint=f"pip install 'forecastle[{self.extra}]'",
            )
        if not self.build:
            raise ModelError(
                f"{self.name!r} is put together from other models' forecasts and cannot be fitted by itself.",
                hint=f"Ask a run for it: forecastle run … --model {self.name}",
            )
        module, _, function = self.build.partition(":")
        build = getattr(import_module(module), function)
        argument = self.name.partition(":")[2]
        built: Forecaster = build(argument, compute) if self.takes else build(compute)
        return built


_FAMILIES = "forecastle.models.families"

_STATISTICAL: tuple[tuple[str, str, Role, str], ...] = (
    ("auto_arima", "Seasonal ARIMA, orders by AICc", "general", "Hyndman & Khandakar 2008"),
    ("auto_ets", "Exponential smoothing, one form by AICc", "general", "Hyndman, Koehler, Snyder & Grose 2002"),
    ("auto_ces", "Complex exponential smoothing", "general", "Svetunkov, Kourentzes & Ord 2022"),
    ("auto_theta", "Theta, one form by its errors", "general", "Fiorucci et al. 2016"),
    ("auto_tbats", "Trigonometric seasons, ARMA errors", "general", "De Livera, Hyndman & Snyder 2011"),
    ("mstl", "Several seasons by loess, then smoothing", "general", "Bandara, Hyndman & Bergmeir 2021"),
    ("imapa", "Intermittent demand, aggregated several times", "intermittent", "Petropoulos & Kourentzes 2015"),
)
"""Ready models of statsforecast: name, title, role, source."""

BUILT_IN = (
    Card(name="ets", title="Exponential smoothing, forms weighted by AICc", build=f"{_FAMILIES}.ets:ets",
         role="general", min_length=4, cost=0.2, source="Hyndman, Koehler, Ord & Snyder 2008"),
    Card(name="simple_ets", title="Simple exponential smoothing", build=f"{_FAMILIES}.ets:simple_ets",
         role="baseline", min_length=2, cost=0.03, source="Hyndman, Koehler, Ord & Snyder 2008"),
    Card(name="holt_winters", title="Holt-Winters: trend and season", build=f"{_FAMILIES}.ets:holt_winters",
         role="general", min_length=8, cost=0.15, source="Winters 1960"),
    Card(name="theta", title="Optimised Theta", build=f"{_FAMILIES}.theta:theta",
         role="general", min_length=4, cost=0.05, source="Fiorucci et al. 2016"),
    Card(name="ridge", title="Seasonal level × shape by ridge regression", build=f"{_FAMILIES}.ridge:ridge",
         role="general", min_length=8, cost=0.1, source="the factorisation published as FLAIR"),
    Card(name="pooled", title="Linear regression over all series", build=f"{_FAMILIES}.pooled:pooled",
         role="general", min_length=4, observations=2_000, cost=0.04, source="Montero-Manso & Hyndman 2021"),
    Card(name="multi_season", title="Several seasons at once, then Theta",
         build=f"{_FAMILIES}.multi_season:multi_season", role="general", min_length=48, seasons=2, cost=0.12,
         source="Bandara, Hyndman & Bergmeir 2021 (MSTL)"),
    Card(name="lightgbm", title="Boosted trees over all series, with covariates",
         build=f"{_FAMILIES}.lightgbm:lightgbm", role="general", min_length=8, observations=5_000, covariates=True,
         explains=True, cost=15.0, bounded=True, extra="boost", needs="lightgbm",
         source="Ke et al. 2017; quantile regression after Koenker & Bassett 1978"),
    Card(name="lightgbm_recursive", title="Boosted trees, one period after the other",
         build=f"{_FAMILIES}.lightgbm:lightgbm_recursive", role="general", min_length=8, observations=5_000,
         covariates=True, explains=True, cost=4.0, bounded=True, extra="boost", needs="lightgbm",
         source="Ke et al. 2017"),
    Card(name="lightgbm_tweedie", title="Boosted trees for counts and many zeros",
         build=f"{_FAMILIES}.lightgbm:lightgbm_tweedie", role="intermittent", observations=5_000, covariates=True,
         explains=True, cost=3.0, bounded=True, extra="boost", needs="lightgbm",
         source="Ke et al. 2017; Jørgensen 1987"),
    Card(name="tft", title="Temporal Fusion Transformer over all series, with covariates",
         build=f"{_FAMILIES}.tft:tft", role="general", min_length=8, observations=5_000, covariates=True, cost=50.0,
         bounded=True, portable=True, extra="deep", needs="torch", source="Lim, Arık, Loeff & Pfister 2021"),
    Card(name="lstm", title="LSTM over all series, with covariates", build=f"{_FAMILIES}.lstm:lstm", role="general",
         min_length=8, covariates=True, cost=200.0, bounded=True, portable=True, extra="deep", needs="torch",
         source="Hochreiter & Schmidhuber 1997; direct quantiles after Wen et al. 2017"),
    Card(name="cnn_lstm", title="Convolution and LSTM (or Transformer) over all series, with covariates",
         build=f"{_FAMILIES}.cnn_lstm:cnn_lstm", role="general", min_length=8, covariates=True, cost=200.0,
         bounded=True, portable=True, extra="deep", needs="torch", source="Lai et al. 2018; Vaswani et al. 2017"),
    Card(name="croston", title="Croston", build=f"{_FAMILIES}.croston:croston",
         role="intermittent", cost=0.02, source="Croston 1972"),
    Card(name="sba", title="Syntetos–Boylan approximation", build=f"{_FAMILIES}.croston:sba",
         role="intermittent", cost=0.02, source="Syntetos & Boylan 2005"),
    Card(name="tsb", title="Teunter–Syntetos–Babai", build=f"{_FAMILIES}.croston:tsb",
         role="intermittent", cost=0.02, source="Teunter, Syntetos & Babai 2011"),
    Card(name="seasonal_naive", title="The same period of last season", build=f"{_FAMILIES}.baselines:seasonal_naive",
         role="baseline", cost=0.01, source="Hyndman & Athanasopoulos 2021"),
    Card(name="naive", title="The last value", build=f"{_FAMILIES}.baselines:naive",
         role="baseline", cost=0.01, source="Hyndman & Athanasopoulos 2021"),
    Card(name="drift", title="The last value and the average change", build=f"{_FAMILIES}.baselines:drift",
         role="baseline", cost=0.01, source="Hyndman & Athanasopoulos 2021"),
    Card(name="window_mean", title="Mean of the last periods", build=f"{_FAMILIES}.baselines:window_mean",
         role="baseline", cost=0.01, source="Hyndman & Athanasopoulos 2021"),
    Card(name="historic_mean", title="Mean of the whole history", build=f"{_FAMILIES}.baselines:historic_mean",
         role="baseline", cost=0.01, source="Hyndman & Athanasopoulos 2021"),
    *(Card(name=name, title=title, build=f"{_FAMILIES}.statsforecast:{name}", role=role, min_length=6, source=source,
           cost=100.0, extra="stats", needs="statsforecast") for name, title, role, source in _STATISTICAL),
    Card(name="statsforecast", title="Any model of statsforecast", takes="MODEL", example="statsforecast:AutoARIMA",
         build=f"{_FAMILIES}.statsforecast:by_name", role="general", min_length=6, cost=100.0, extra="stats",
         needs="statsforecast", source="Garza et al. 2022"),
    Card(name="darts", title="Any forecasting model of Darts", takes="MODEL", example="darts:NLinearModel",
         build=f"{_FAMILIES}.darts:by_name", role="general", min_length=6, extra="darts", needs="darts",
         source="Herzen et al. 2022"),
    Card(name="fracast", title="Fracast-0, small and pretrained", build=f"{_FAMILIES}.fracast:fracast",
         role="general", min_length=8, extra="pretrained", needs="fracast", source="the package fracast"),
    Card(name="chronos", title="Chronos-Bolt or Chronos-2, pretrained, from the hub or a folder", takes="WEIGHTS",
         example="chronos:amazon/chronos-bolt-small", build=f"{_FAMILIES}.chronos:by_source", role="general",
         min_length=3, covariates=True, extra="pretrained", needs="chronos",
         source="Ansari et al. 2024; Chronos-2: Ansari et al. 2025"),
    Card(name="median", title="Median of the models that are no baseline",
         role="ensemble", min_length=4, source="Petropoulos & Svetunkov 2020"),
    Card(name="combination", title="Mix of models, weighted by how they did on the past",
         role="ensemble", min_length=4, source="Bates & Granger 1969"),
    Card(name="tft_lightgbm", title="0.6 TFT and 0.4 boosted trees, quantile by quantile", role="ensemble",
         min_length=8, parts=(("tft", 0.6), ("lightgbm", 0.4)), extra="boost,deep", source="Bates & Granger 1969"),
    Card(name="greedy", title="Mix of models, picked one by one by how they did on the past",
         role="ensemble", min_length=4, source="Caruana et al. 2004"),
)  # fmt: skip


@cache
def cards() -> Mapping[str, Card]:
    """Every card by name: ours, then those other packages bring through their entry points."""
    found = {card.name: card for card in BUILT_IN}
    for entry in entry_points(group=ENTRY_POINTS):
        card = entry.load()
        if not isinstance(card, Card):
            raise ModelError(f"Entry point {entry.name!r} of {ENTRY_POINTS!r} is a {type(card).__name__}, not a Card.")
        found.setdefault(card.name, card)
    return found


def find(name: str) -> Card:
    """The card of that name; for `statsforecast:AutoARIMA` the card `statsforecast`, by that name.

    Raises:
        ModelError: there is none.
    """
    if name in cards() and not cards()[name].takes:
        return cards()[name]
    family, _, argument = name.partition(":")
    card = cards().get(family)
    if card is not None and card.takes:
        if argument:
            return replace(card, name=name)
        raise ModelError(f"{family!r} stands for many models.", hint=f"Name one, as in {card.example}.")
    written = [known.written for known in cards().values()]
    alike = get_close_matches(name, written, n=3, cutoff=0.7)
    meant = f"Did you mean {', '.join(alike)}? " if alike else ""
    raise ModelError(f"Unknown model {name!r}.", hint=f"{meant}Choose from: auto, {', '.join(written)}.")
