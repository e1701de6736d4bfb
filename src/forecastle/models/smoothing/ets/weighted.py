"""A few weighted forms of exponential smoothing a series, each with its constants and states."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.ets.forms import FORMS

_HAS_RELATIVE_ERRORS = np.array([form.error == "M" for form in FORMS])
_MULTIPLIES_SEASON = np.array([form.shape.season == "M" for form in FORMS])


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedForms:
    """n series × C forms, in the units of the data.

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

    def points(self, horizon: int) -> tuple[Floats, Floats]:
        """Each form's point forecast, and what multiplies its level in that period (1: nothing), n × C × horizon."""
        line = self.level[..., None] + self.trend[..., None] * self.damped(horizon)
        phase = np.broadcast_to((np.arange(horizon) % self.period[:, None])[:, None, :], line.shape)
        ratio, shift = self.split(np.take_along_axis(self.season, phase, axis=2))
        return line * ratio + shift, ratio

    def damped(self, horizon: int) -> Floats:
        """How many whole trends the level has moved by after each period, φ + φ² + … + φ^h, n × C × horizon."""
        phi = np.repeat(self.constants[:, :, 3, None], horizon, axis=2)
        return np.asarray(phi.cumprod(axis=2).cumsum(axis=2))

    def split(self, factor: Floats) -> tuple[Floats, Floats]:
        """Seasonal factors (n × C, or n × C × steps) as what multiplies the level and what is added to it."""
        multiplies = self.multiplies.reshape(*self.multiplies.shape, *(1,) * (factor.ndim - 2))
        return np.where(multiplies, factor, 1.0), np.where(multiplies, 0.0, factor)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Every field by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
