"""Any model of statsforecast (Nixtla): one fit a series."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecastle.core.errors import ModelError
from forecastle.core.panel import Floats
from forecastle.core.progress import Progress
from forecastle.models.adapters.arguments import Call, Value, choose
from forecastle.models.adapters.engine import Occasion, Past, Said, Traits, UnsuitableError

LEFT_OUT: Mapping[str, str] = {
    "ARCH": "it forecasts volatility from random draws of its own seed",
    "GARCH": "it forecasts volatility from random draws of its own seed",
    "ConformalSeasonalPool": "it draws at random without a seed",
    "NaNModel": "it forecasts nothing",
    "SklearnModel": "it takes another model",
    "UCM": "it is a front to statsmodels",
}
"""Models that are not offered, and why."""

SEVERAL = ("MSTL", "AutoTBATS", "TBATS", "AutoMFLES", "MFLES")
"""Models of several seasons; the others get the shortest one that the history shows twice."""

NEEDS_SEASON = ("MSTL",)
"""Models that are nothing without a season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsForecastEngine:
    """One model of statsforecast.

    Newer observations are taken in with the fitted parameters where the model can (`forward`); the others, such as
    Croston's and window averages, are fitted again to the longer history.
    """

    call: Call

    @property
    def traits(self) -> Traits:
        """It holds the interpreter; measured with version 2.1."""
        return Traits(batch=1, shortest=6, alone=True)

    def check(self) -> None:
        """Ask the library for the model; see `Engine.check`."""
        choose(self.call.name, offered(), library="statsforecast")
        self._made(1, Occasion(seasons=(), horizon=1, seed=1))

    def fit(self, series: Sequence[Past], occasion: Occasion, progress: Progress) -> "StatsForecastLearned":  # noqa: ARG002 - one series
        """Fit it to the one series."""
        values = series[0].values
        if self.call.name in NEEDS_SEASON and not occasion.carried(len(values)):
            raise UnsuitableError(f"{len(values)} periods show no season twice")
        model = self._made(len(values), occasion)
        return StatsForecastLearned(model=model.fit(values), length=len(values))

    def _made(self, length: int, occasion: Occasion) -> Any:  # noqa: ANN401 - the library has no types
        import statsforecast.models

        kind = getattr(statsforecast.models, self.call.name)
        try:
            return kind(**self._usual(kind, length, occasion) | dict(self.call.arguments))
        except (TypeError, ValueError) as error:
            raise ModelError(
                f"statsforecast:{self.call.name}: {error}.".replace("__init__() ", ""),
                hint=f"Write its arguments by name: {self.call.name}{inspect.signature(kind)}.",
            ) from error

    def _usual(self, kind: type, length: int, occasion: Occasion) -> dict[str, Value]:
        """Arguments that hang on the series."""
        takes = inspect.signature(kind).parameters
        seasons = occasion.carried(length)
        several: list[Value] = list(seasons) or [1]
        usual: dict[str, Value] = {
            "season_length": several if self.call.name in SEVERAL else min(seasons, default=1),
            "test_size": min(occasion.horizon, max(1, length // 4)),
        }
        return {name: value for name, value in usual.items() if name in takes}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsForecastLearned:
    """A fitted model, and how many periods it was fitted to."""

    model: Any
    length: int

    def forecast(self, series: Sequence[Past], horizon: int, levels: Sequence[float]) -> Said:
        """Go on from the history."""
        values = series[0].values
        widths = {level: round(100 * abs(2 * level - 1), 6) for level in levels if level != 0.5}
        asked = sorted({*widths.values()}) or [80.0]
        try:
            said = self._said(values, horizon, asked)
        except Exception as error:
            if "prediction_intervals" not in str(error):
                raise
            return Said(mean=self._said(values, horizon, None)["mean"][None])
        ends = {level: f"{'lo' if level < 0.5 else 'hi'}-{width}" for level, width in widths.items()}
        quantiles = [said[ends[level]] if level in ends else said["mean"] for level in levels]
        return Said(mean=said["mean"][None], quantiles=np.stack(quantiles, axis=-1)[None])

    def _said(self, values: Floats, horizon: int, level: list[float] | None) -> Mapping[str, Floats]:
        if len(values) == self.length:
            told: Mapping[str, Floats] = self.model.predict(h=horizon, level=level)
        elif hasattr(self.model, "forward") and not isinstance(self.model, _refitted()):
            told = self.model.forward(y=values, h=horizon, level=level)
        else:
            told = self.model.new().fit(values).predict(h=horizon, level=level)
        return told


def _refitted() -> tuple[type, ...]:
    """Models whose `forward` cannot be used: that of AutoCES (2.1.1) goes astray on a history of another length."""
    from statsforecast.models import AutoCES

    return (AutoCES,)


def offered() -> list[str]:
    """The models that can be used, by name."""
    import statsforecast.models

    return [name for name in statsforecast.models.__all__ if name not in LEFT_OUT]
