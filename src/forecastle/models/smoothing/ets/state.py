"""What exponential smoothing learned: a few weighted forms a series, each with its constants and final states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.ets.forms import FORMS
from forecastle.models.smoothing.ets.moments import has_closed_form, mixed_quantiles
from forecastle.models.smoothing.ets.paths import simulated_quantiles

_HAS_RELATIVE_ERRORS = np.array([form.error == "M" for form in FORMS])
_MULTIPLIES_SEASON = np.array([form.shape.season == "M" for form in FORMS])


@dataclass(frozen=True, slots=True, kw_only=True)
class EtsState:
    """n series × C forms, in the units of the data. A `KernelState`.

    form: position in `FORMS`. weight: sums to 1 over the forms of a series; an unused place has weight 0.
    constants: n × C × 4 (α, β, γ, φ). season: n × C × width, the factor of the next period first; only the first
    `period` of a row mean something. sigma: standard deviation of the errors, of relative ones where the form has them;
    where the season does not move (γ = 0), of the errors that the series without its season has. gain: there, how far a
    newer cycle moves a factor when observations are taken in.
    """

    form: NDArray[np.int8]
    weight: Floats
    constants: Floats
    level: Floats
    trend: Floats
    season: Floats
    sigma: Floats
    gain: Floats
    period: Integers

    @classmethod
    def empty(cls, n: int, forms: int, width: int) -> Self:
        """Room for n series, to be filled in place."""
        return cls(
            form=np.zeros((n, forms), np.int8),
            weight=np.zeros((n, forms)),
            constants=np.zeros((n, forms, 4)),
            level=np.zeros((n, forms)),
            trend=np.zeros((n, forms)),
            season=np.zeros((n, forms, width)),
            sigma=np.zeros((n, forms)),
            gain=np.zeros((n, forms)),
            period=np.ones(n, np.int64),
        )

    @property
    def relative(self) -> NDArray[np.bool_]:
        """Which forms have relative errors, n × C."""
        return _HAS_RELATIVE_ERRORS[self.form]

    @property
    def multiplies(self) -> NDArray[np.bool_]:
        """Which forms multiply by the season, n × C; in the others it is added (0 where there is none)."""
        return _MULTIPLIES_SEASON[self.form]

    def select(self, rows: Integers) -> Self:
        """Only these series."""
        return replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def select_forms(self, count: int) -> Self:
        """Only the first places, which hold the forms of the largest weights."""
        by_form = [field.name for field in fields(self) if field.name != "period"]
        return replace(self, **{name: getattr(self, name)[:, :count] for name in by_form})

    def mean(self, horizon: int) -> Floats:
        """Expected values, n × horizon: each form's point forecast, weighted."""
        used = self.select_forms(int((self.weight > 0).sum(axis=1).max()))
        return np.asarray(np.einsum("ncs,nc->ns", used.points(horizon)[0], used.weight))

    def points(self, horizon: int) -> tuple[Floats, Floats]:
        """Each form's point forecast, and what multiplies its level in that period (1: nothing), n × C × horizon."""
        line = self.level[..., None] + self.trend[..., None] * self.damped(horizon)
        phase = np.broadcast_to((np.arange(horizon) % self.period[:, None])[:, None, :], line.shape)
        ratio, shift = self._split(np.take_along_axis(self.season, phase, axis=2))
        return line * ratio + shift, ratio

    def damped(self, horizon: int) -> Floats:
        """How many whole trends the level has moved by after each period, φ + φ² + … + φ^h, n × C × horizon."""
        phi = np.repeat(self.constants[:, :, 3, None], horizon, axis=2)
        return np.asarray(phi.cumprod(axis=2).cumsum(axis=2))

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
            ratio, shift = self._split(season[rows, :, phase])
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

    def _split(self, factor: Floats) -> tuple[Floats, Floats]:
        """Seasonal factors (n × C, or n × C × steps) as what multiplies the level and what is added to it."""
        multiplies = self.multiplies.reshape(*self.multiplies.shape, *(1,) * (factor.ndim - 2))
        return np.where(multiplies, factor, 1.0), np.where(multiplies, 0.0, factor)

    def _rolled(self, season: Floats, steps: int) -> Floats:
        """Seasonal factors with the one of the next period first."""
        place = np.arange(season.shape[2])
        source = np.where(place < self.period[:, None], (place + steps) % self.period[:, None], place)
        return np.take_along_axis(season, np.broadcast_to(source[:, None, :], season.shape), axis=2)

    def describe(self) -> list[str]:
        """The form of the largest weight, such as `ETS(A,Ad,N)`."""
        best = np.take_along_axis(self.form, self.weight.argmax(1)[:, None], axis=1)[:, 0]
        return [str(FORMS[form]) for form in best]

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Every field by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
