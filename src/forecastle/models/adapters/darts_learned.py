"""Fitted models of Darts, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models import learned
from forecastle.models.adapters.engine import Past, Said
from forecastle.models.learned import LEVELS

SAMPLES = 200
"""Simulated futures a series, where a model has no quantiles of its own."""


SURE = ("ARIMA", "VARIMA")
"""Models whose simulated futures all begin with the same value (Darts 0.48), which is no range."""


def as_series(values: Floats, *, single: bool = False) -> Any:  # noqa: ANN401 - Darts' own
    """A series of Darts on numbered periods. single: in single precision, as networks want it."""
    from darts import TimeSeries

    return TimeSeries.from_values(values.astype(np.float32 if single else np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class DartsLocal:
    """A model of one series, and how many periods it was fitted to.

    Newer periods are taken in with its parameters where Darts can do that, otherwise by a fit to the longer history.
    """

    model: Any
    length: int
    seed: int

    def forecast(self, series: Sequence[Past], horizon: int, levels: Sequence[float]) -> Said:
        """Go on from the history."""
        values = series[0].values
        model, told = self.model, {}
        if len(values) != self.length and model.supports_transferable_series_prediction:
            told = {"series": as_series(values)}
        elif len(values) != self.length:
            model = model.untrained_model()
            model.fit(as_series(values))
        mean = model.predict(horizon, verbose=False, **told).values()[:, 0][None]
        if not model.supports_probabilistic_prediction or type(model).__name__ in SURE:
            return Said(mean=mean)
        samples = model.predict(horizon, num_samples=SAMPLES, random_state=self.seed, verbose=False, **told)
        quantiles = np.quantile(samples.all_values()[:, 0, :], levels, axis=1).T
        return Said(mean=mean, quantiles=quantiles[None])


@dataclass(frozen=True, slots=True, kw_only=True)
class DartsGlobal:
    """A model of all series. Newer periods are simply where it begins."""

    model: Any
    seed: int
    torch: bool

    def state(self) -> Mapping[str, np.ndarray]:
        """The weights of a network; nothing for others, which are fitted again."""
        if not self.torch:
            return {}
        return {name: value.detach().cpu().numpy() for name, value in self.model.model.state_dict().items()}

    def forecast(self, series: Sequence[Past], horizon: int, levels: Sequence[float]) -> Said:
        """Go on from the histories; NaN for one that is shorter than what the model looks back on."""
        able = [place for place, past in enumerate(series) if len(past.values) >= self._needed]
        mean = np.full((len(series), horizon), np.nan)
        if not able:
            return Said(mean=mean)
        told = {"series": [as_series(series[place].values, single=self.torch) for place in able], "verbose": False}
        if not self.model.supports_probabilistic_prediction:
            mean[able] = np.stack([one.values()[:, 0] for one in self.model.predict(horizon, **told)])
            return Said(mean=mean)
        quantiles = np.full((len(series), horizon, len(LEVELS)), np.nan)
        if horizon <= self.model.output_chunk_length:
            said = self.model.predict(horizon, predict_likelihood_parameters=True, **told)
            quantiles[able] = np.stack([one.values() for one in said])
        else:
            said = self.model.predict(horizon, num_samples=SAMPLES, random_state=self.seed, **told)
            quantiles[able] = np.stack([np.quantile(one.all_values()[:, 0, :], LEVELS, axis=1).T for one in said])
        floor = np.full(mean.shape, -np.inf)
        return Said(mean=learned.mean(quantiles, floor), quantiles=learned.at_levels(quantiles, levels))

    @property
    def _needed(self) -> int:
        """Periods it looks back on."""
        return max(1, -int(self.model.extreme_lags[0] or -1))
