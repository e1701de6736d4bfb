"""Look-alikes: a network learns from a panel how its series go, and makes up others (experimental, extra `deep`)."""

from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.errors import InputError, ModelError
from forecastle.core.panel import Covariates, Floats, Integers, Panel
from forecastle.core.progress import Progress, silent

if TYPE_CHECKING:
    from forecastle.data.synthetic.networks import Imitator

LONGEST = 400
"""Periods of a series that are learned from: its last ones."""

TOGETHER = 32
"""Series in one step of training."""

JITTER = 0.1
"""How far the size of a look-alike may lie from that of a real series, as a standard deviation of logarithms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookalikeSpec:
    """How a look-alike is learned: steps of training, width of the network, seed."""

    steps: int = 400
    hidden: int = 48
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Material:
    """Series from their beginning, n × T, NaN behind their end; units and first steps, n."""

    values: Floats
    units: Floats
    first: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """What was learned from a panel."""

    network: "Imitator"
    panel: Panel
    material: _Material
    seed: int

    def sample(self, series: int, periods: int | None = None, *, seed: int | None = None) -> Panel:
        """Make up so many series, `look-alike 1` and so on, that end where the panel ends.

        periods: their length; None takes the median of the panel's. Sales that were never negative are not, and whole
        numbers stay whole.
        """
        import torch

        length = periods or int(np.median(self.panel.grid().lengths))
        rng = np.random.default_rng(self.seed if seed is None else seed)
        first = int(self.panel.grid().last.max()) - length + 1
        times = torch.tensor(_times(np.full(series, first), length, self.panel.season_lengths), dtype=torch.float32)
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(int(rng.integers(2**31)))
            drawn = self._drawn(times)
        units = rng.choice(self.material.units, series) * np.exp(rng.normal(0, JITTER, series))
        values = np.sinh(drawn) * units[:, None]
        known = self.panel.frame[Y].drop_nulls()
        if (known >= 0).all():
            values = np.maximum(values, 0.0)
        if (known == known.round()).all():
            values = np.floor(values + rng.random(values.shape))
        return self._told(values, first)

    def _drawn(self, times: "torch.Tensor") -> Floats:  # type: ignore[name-defined]  # noqa: F821 - torch is imported late
        import torch

        lowest, highest = (float(reach) for reach in self._reach())
        before, state, drawn = torch.zeros(len(times), 1, 2), None, []
        for step in range(times.shape[1]):
            told, state = self.network(before, times[:, step : step + 1], state)
            value = self.network.draw(told).clamp(lowest, highest)
            drawn.append(value)
            before = torch.stack([value, (value == 0).float()], dim=-1)
        return np.asarray(torch.cat(drawn, dim=1).numpy(), dtype=np.float64)

    def _reach(self) -> tuple[float, float]:
        """Smallest and largest value that was learned from, transformed."""
        scaled = np.arcsinh(self.material.values / self.material.units[:, None])
        return np.nanmin(scaled), np.nanmax(scaled)

    def _told(self, values: Floats, first: int) -> Panel:
        count, length = values.shape
        width = len(str(count))
        names = [f"look-alike {number:0{width}}" for number in range(1, count + 1)]
        frame = pl.DataFrame(
            {
                SERIES_ID: np.repeat(names, length),
                DS: np.tile(first + np.arange(length), count),
                Y: values.ravel(),
            }
        ).with_columns(self.panel.freq.moments(pl.col(DS)).alias(DS))
        return replace(self.panel, frame=frame, covariates=Covariates(), static=None)


def imitate(panel: Panel, spec: LookalikeSpec | None = None, *, progress: Progress = silent) -> Lookalike:
    """Learn from a panel how its series go.

    Raises:
        ModelError: the extra `deep` is not installed.
        InputError: no series has an observation that is not zero.
        Cancelled: `progress` said so.
    """
    if find_spec("torch") is None:
        raise ModelError(
            "Look-alikes need the extra 'deep', which is not installed.", hint="pip install 'forecastle[deep]'"
        )
    import torch

    from forecastle.data.synthetic.networks import Imitator, train

    spec = spec or LookalikeSpec()
    material = _material(panel)
    known = np.isfinite(material.values)
    scaled = np.arcsinh(np.nan_to_num(_carried(material.values)) / material.units[:, None])
    times = torch.tensor(_times(material.first, scaled.shape[1], panel.season_lengths), dtype=torch.float32)
    values, mask = torch.tensor(scaled, dtype=torch.float32), torch.tensor(known, dtype=torch.float32)
    zero = (values == 0).float()
    before = torch.nn.functional.pad(torch.stack([values, zero], dim=-1)[:, :-1], (0, 0, 1, 0))
    rng = np.random.default_rng(spec.seed)
    with torch.random.fork_rng():
        torch.manual_seed(spec.seed)
        network = Imitator(times.shape[-1], spec.hidden)

        def loss(step: int) -> torch.Tensor:
            progress(step / spec.steps, f"step {step} of {spec.steps}")
            rows = torch.tensor(rng.permutation(len(values))[:TOGETHER])
            told, _ = network(before[rows], times[rows])
            return network.loss(told, values[rows], zero[rows], mask[rows])

        train(network, loss, spec.steps)
    progress(1.0, "learned")
    return Lookalike(network=network.eval(), panel=panel, material=material, seed=spec.seed)


def _material(panel: Panel) -> _Material:
    grid = panel.grid()
    rows, units, first = [], [], []
    for row, length, last in zip(grid.values, grid.lengths, grid.last, strict=True):
        kept = min(int(length), LONGEST)
        own = row[len(row) - kept :]
        size = np.abs(own[np.isfinite(own)])
        if size.size and size.mean() > 0:
            rows.append(own)
            units.append(size.mean())
            first.append(last - kept + 1)
    if not rows:
        raise InputError("There is no series to learn from: none has an observation that is not zero.")
    values = np.full((len(rows), max(map(len, rows))), np.nan)
    for place, own in enumerate(rows):
        values[place, : len(own)] = own
    return _Material(values=values, units=np.array(units), first=np.array(first, dtype=np.int64))


def _carried(values: Floats) -> Floats:
    """Each gap filled with the value before it."""
    places = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    return np.asarray(np.take_along_axis(values, np.maximum.accumulate(places, axis=1), axis=1))


def _times(first: Integers, length: int, seasons: tuple[int, ...]) -> Floats:
    """Where each period stands in each season: series × length × (sine and cosine of every season)."""
    steps = first[:, None] + np.arange(length)
    angles = [2 * np.pi * steps / season for season in seasons or (1,)]
    return np.stack([wave(angle) for angle in angles for wave in (np.sin, np.cos)], axis=-1)
