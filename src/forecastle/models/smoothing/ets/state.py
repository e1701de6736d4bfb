"""What exponential smoothing learned of a batch: it forecasts, and takes in what is observed next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.ets.forms import FORMS
from forecastle.models.smoothing.ets.moments import has_closed_form, mixed_quantiles
from forecastle.models.smoothing.ets.paths import simulated_quantiles
from forecastle.models.smoothing.ets.weighted import WeightedForms


@dataclass(frozen=True, slots=True, kw_only=True)
class EtsState(WeightedForms):
    """The forms of n series with the states after their last period. A `KernelState`."""

    def mean(self, horizon: int) -> Floats:
        """Expected values, n × horizon: each form's point forecast, weighted."""
        used = self.select_forms(int((self.weight > 0).sum(axis=1).max()))
        return np.asarray(np.einsum("ncs,nc->ns", used.points(horizon)[0], used.weight))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:
        """Quantiles of the mixture of all forms, n × horizon × levels.

        In closed form where there is one (`moments`); the other series have `paths` simulated futures.
        """
        result = np.empty((len(self.level), horizon, len(levels)))
        count = np.where(has_closed_form(self), (self.weight > 0).sum(axis=1), 0)
        for forms in np.unique(count):
            rows = np.flatnonzero(count == forms)
            part = self.select(rows)
            result[rows] = (
                mixed_quantiles(part.select_forms(forms), horizon, levels)
                if forms
                else simulated_quantiles(part, horizon, levels, paths=paths, rng=rng)
            )
        return result

    def update(self, values: Floats) -> Self:
        """Run every form's recursion over n × k new values; a missing one moves the states on without an error.

        A season that does not learn from errors (γ = 0) takes a share of what the level left unexplained.
        """
        level, trend, season = self.level.copy(), self.trend.copy(), self.season.copy()
        alpha, beta, gamma, phi = np.moveaxis(self.constants, -1, 0)
        rows = np.arange(len(level))
        for step, y in enumerate(values.T):
            phase = step % self.period
            ratio, shift = self.split(season[rows, :, phase])
            trend *= phi
            base = level + trend
            error = y[:, None] - (base * ratio + shift)
            error[np.isnan(error)] = 0.0
            level = base + alpha * error / ratio
            trend += beta * error / ratio
            rest = error * (1 - alpha)
            with np.errstate(divide="ignore", invalid="ignore"):
                divisor = np.where(self.multiplies & (base != 0), base, 1.0)
                season[rows, :, phase] += (gamma * error + self.gain * rest) / divisor
        return replace(self, level=level, trend=trend, season=self._rolled(season, values.shape[1]))

    def describe(self) -> list[str]:
        """The form of the largest weight, such as `ETS(A,Ad,N)`."""
        best = np.take_along_axis(self.form, self.weight.argmax(1)[:, None], axis=1)[:, 0]
        return [str(FORMS[form]) for form in best]

    def _rolled(self, season: Floats, steps: int) -> Floats:
        """Seasonal factors with the one of the next period first."""
        place = np.arange(season.shape[2])
        source = np.where(place < self.period[:, None], (place + steps) % self.period[:, None], place)
        return np.take_along_axis(season, np.broadcast_to(source[:, None, :], season.shape), axis=2)
