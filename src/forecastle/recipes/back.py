"""The way back: forecasts of a transformed target on the scale that it had before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.columns import MEAN, SERIES_ID, TARGET, Y
from forecastle.core.panel import Floats
from forecastle.recipes.learning import Values
from forecastle.recipes.recipe import Recipe, kind_of
from forecastle.recipes.steps.transforms import Transform

NODES = np.array([0.0, 1.3556261799742659, -1.3556261799742659, 2.8569700138728056, -2.8569700138728056])
WEIGHTS = np.array([8 / 15, 0.22207592200561263, 0.22207592200561263, 0.011257411327720691, 0.011257411327720691])
"""Gauss–Hermite: the mean of a function of a normal number is the weighted mean of its values there."""
SIGMAS = {"p10": 1.2815515655446004, "p90": 1.2815515655446004, "p25": 0.6744897501960817, "p75": 0.6744897501960817}
"""How many standard deviations a quantile of a normal distribution lies from the middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """The transforms of one target, in the order in which they were made, each with what it learned of it."""

    target: str
    steps: tuple[tuple[Transform, pl.DataFrame], ...]

    @property
    def possible(self) -> bool:
        """Whether a single value of the future has a way back; a change since the period before has none."""
        return all(step.pointwise for step, _ in self.steps)

    @property
    def named(self) -> str:
        """The transforms in words."""
        return ", ".join(kind_of(step) for step, _ in self.steps)

    def values(self, names: pl.Series, values: Floats) -> Floats:
        """Values of the named series, n × k, on the scale before; NaN for series that nobody knows."""
        with np.errstate(all="ignore"):
            for step, learned in reversed(self.steps):
                known = Values(learned).of_names(names, self.target)
                values = np.stack([step.backward(column, known) for column in values.T], axis=1)
        return values

    def floor(self, names: pl.Series) -> Floats:
        """0 for series that never were negative, which nothing comes back below; minus infinity for others."""
        lowest = Values(self.steps[0][1]).of_names(names, self.target)[:, -1]
        return np.where(lowest >= 0, 0.0, -np.inf)

    def goes_on(self, older: "Back | None") -> bool:
        """Whether values mean the same as those of `older`, for every series that was known then."""
        if older is None or [step for step, _ in self.steps] != [step for step, _ in older.steps]:
            return False
        pairs = zip(self.steps, older.steps, strict=True)
        return all(_rows(old) <= _rows(new) for (_, new), (_, old) in pairs)


def _rows(learned: pl.DataFrame) -> set[tuple[object, ...]]:
    return {(series, column, tuple(values)) for series, column, values in learned.drop("position").iter_rows()}


def ways_back(trail: Recipe, learned: pl.DataFrame | None, targets: Sequence[str]) -> Mapping[str, Back]:
    """By target what was done to it, of those that were transformed. trail: all steps that made the version."""
    if learned is None:
        return {}
    found = {}
    for target in targets:
        of_target = learned.filter(pl.col("column") == target)
        steps = tuple(
            (step, of_target.filter(pl.col("position") == position))
            for position, step in trail.pending
            if (of_target["position"] == position).any()
        )
        if steps:
            found[target] = Back(target=target, steps=steps)
    return found


def restored(table: pl.DataFrame, ways: Mapping[str, Back], quantiles: Sequence[str]) -> pl.DataFrame:
    """A table with `series_id`, `target` and any of `y`, `mean` and quantiles, on the scale before the transforms.

    Quantiles come back exactly, for every transform rises. The mean of what comes back is not what comes back of the
    mean: it is worked out over the normal distribution that the quantiles around it tell of.
    """
    columns = [name for name in (Y, MEAN, *quantiles) if name in table.columns]
    if not columns or not any(way.possible for way in ways.values()):
        return table
    parts = []
    for (target,), part in table.with_row_index("__row").group_by(TARGET, maintain_order=True):
        way = ways.get(str(target))
        parts.append(_back(part, way, columns) if way is not None and way.possible else part)
    return pl.concat(parts).sort("__row").drop("__row") if parts else table


def _back(table: pl.DataFrame, way: Back, columns: Sequence[str]) -> pl.DataFrame:
    names, values = table[SERIES_ID], table.select(columns).to_numpy()
    came = dict(zip(columns, way.values(names, values).T, strict=True))
    if MEAN in came:
        sigma = _sigma(table)
        around = table[MEAN].to_numpy()[:, None] + sigma[:, None] * NODES
        came[MEAN] = way.values(names, around) @ WEIGHTS
    floor = way.floor(names)
    return table.with_columns(pl.Series(name, np.maximum(came[name], floor)).fill_nan(None) for name in columns)


def _sigma(table: pl.DataFrame) -> Floats:
    """The deviation that the widest pair of usual quantiles tells of; 0 where there is none."""
    for low, high in (("p10", "p90"), ("p25", "p75")):
        if {low, high} <= set(table.columns):
            wide = table[high].to_numpy() - table[low].to_numpy()
            return np.asarray(np.nan_to_num(wide / (SIGMAS[low] + SIGMAS[high])))
    return np.zeros(table.height)
