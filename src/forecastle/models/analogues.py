"""Cold start: a series with next to no history is forecast like others that share its attributes.

The forecasts of its analogues say what it may look like: each is brought to a level between the analogue's own and the
mean of the few values that the series has, seen against the analogue's in the same periods, and all of them together,
with their ranges, are its distribution. The own values weigh the more, the less they may vary and the more the
analogues differ in level (the weight of empirical Bayes; Efron & Morris 1975).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import Said

Flags = NDArray[np.bool_]

COLD = 4
"""A series with fewer observations than this has a cold start."""

FEWEST, MOST = 3, 50
"""So many analogues at least say something, and more than so many add nothing; evenly spaced ones stand for all."""

ANYTHING = "all series"

LITTLE = 0.5
"""Share of the level of its analogues below which the level of a series is not known well, however few it has sold."""

NORMAL = 2.563
"""Standard deviations between P10 and P90 of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analogues:
    """K cold series and the others that they are forecast like.

    rows: K, where they stand among N. first: K + 1, where the analogues of each begin among `like`, rows of others.
    own: K, the mean of what was observed; NaN for nothing. count: K, how much that was. then: as long as `like`, the
    mean of each analogue in the same periods; NaN where that is not known.
    """

    rows: Integers
    first: Integers
    like: Integers
    own: Floats
    count: Integers
    then: Floats

    @classmethod
    def none(cls) -> Self:
        """No series has a cold start."""
        nothing = np.empty(0, dtype=np.int64)
        numbers = np.empty(0)
        return cls(rows=nothing, first=np.zeros(1, np.int64), like=nothing, own=numbers, count=nothing, then=numbers)

    def fill(self, said: Said, quantiles: Quantiles) -> Said:
        """The same forecasts, N × H × C, with those of the cold series in their places."""
        filled = said.copy()
        for place, row in enumerate(self.rows):
            part = slice(self.first[place], self.first[place + 1])
            others = np.asarray(said[self.like[part]], dtype=np.float64)
            if self.count[place]:
                own = float(self.own[place])
                others = _at_own_level(others, own, self.then[part], int(self.count[place]), quantiles)
            filled[row] = _together(others, quantiles)
        return filled

    def moved(self, places: Integers) -> Self:
        """The same for arrays in which row n stands at `places[n]`."""
        return replace(self, rows=places[self.rows], like=places[self.like])


def find_analogues(attributes: pl.DataFrame, values: Floats, warm: Flags) -> tuple[Analogues, list[str]]:
    """For each series with too few observations, those that share the most attributes with it, and which these are.

    attributes: a row a series. values: N × T, NaN for not observed. warm: N, which series may be an analogue; none of
    them has a cold start. A series with some values of its own that shares nothing is left out: it is forecast by
    these alone.
    """
    observed = np.isfinite(values)
    count = observed.sum(axis=1)
    cold = ~warm & (count < COLD)
    found: dict[int, tuple[Integers, str]] = {}
    for columns in _choices(attributes):
        for row, others in _sharing(attributes, columns, warm, cold):
            if row not in found and len(others) >= FEWEST:
                found[row] = (others, ", ".join(columns))
    if warm.sum() >= FEWEST:
        everybody = np.flatnonzero(warm)
        found = {int(row): (everybody, ANYTHING) for row in np.flatnonzero(cold & (count == 0))} | found
    rows = np.asarray(sorted(found), dtype=np.int64)
    like = [_some(found[row][0]) for row in sorted(found)]
    then = [_mean(values[others][:, observed[row]]) for row, others in zip(rows, like, strict=True)]
    analogues = Analogues(
        rows=rows,
        first=np.cumsum([0, *map(len, like)]),
        like=np.concatenate([np.empty(0, np.int64), *like]),
        own=_mean(values[rows]),
        count=count[rows],
        then=np.concatenate([np.empty(0), *then]),
    )
    return analogues, [found[row][1] for row in sorted(found)]


def _choices(attributes: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """Columns to share, the most first: all, then without the most particular one, and so on; then each alone."""
    kinds = (pl.String, pl.Boolean, pl.Categorical, pl.Enum)
    names = [column.name for column in attributes if column.dtype in kinds or column.dtype.is_integer()]
    values = {name: attributes[name].n_unique() for name in names}
    shared = sorted((name for name in names if 1 < values[name] <= len(attributes) / 2), key=values.__getitem__)
    yield from (tuple(shared[:count]) for count in range(len(shared), 1, -1))
    yield from ((name,) for name in reversed(shared))


def _sharing(
    attributes: pl.DataFrame, columns: Sequence[str], warm: Flags, cold: Flags
) -> Iterator[tuple[int, Integers]]:
    """Each cold series, and the warm ones that have the same values in these columns."""
    flags = pl.Series("warm", warm), pl.Series("cold", cold)
    rows = attributes.select(columns).with_row_index("row").with_columns(*flags).drop_nulls(columns)
    some = rows.filter("cold").select(columns).unique()
    for _, part in rows.join(some, on=columns, how="semi").group_by(columns, maintain_order=True):
        others = part.filter("warm")["row"].to_numpy().astype(np.int64)
        for row in part.filter("cold")["row"]:
            yield int(row), others


def _some(rows: Integers) -> Integers:
    return rows[:: -(-len(rows) // MOST)]


def _mean(values: Floats) -> Floats:
    """The mean of what was observed in each row; NaN for nothing."""
    count = np.isfinite(values).sum(axis=1)
    return np.asarray(np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan))


def _at_own_level(others: Floats, own: float, then: Floats, count: int, quantiles: Quantiles) -> Floats:
    """Forecasts of analogues, A × H × C, at the level that own values speak of, as far as they can be trusted."""
    level = np.where(np.isfinite(then), then, others[:, :, 0].mean(axis=1))
    if not (level > 0).any():
        return others
    others, level = others[level > 0], level[level > 0]
    low, middle, high = (1 + quantiles.levels.index(part) for part in (0.1, 0.5, 0.9))
    variation = float(np.median((others[:, :, high] - others[:, :, low]).mean(axis=1) / NORMAL / level))
    between = float(level.var())
    within = (variation * max(abs(own), LITTLE * float(np.median(level)))) ** 2 / count
    weight = between / (between + within) if between + within > 0 else 1.0
    others = others * ((weight * own + (1 - weight) * level) / level)[:, None, None]
    wider = np.sqrt(1 + 1 / count)  # the level is known from so few values only
    others[:, :, 1:] = others[:, :, [middle]] + (others[:, :, 1:] - others[:, :, [middle]]) * wider
    return np.asarray(np.maximum(others, 0.0) if own >= 0 else others)


def _together(others: Floats, quantiles: Quantiles) -> Floats:
    """One forecast, H × C, from several that are equally likely, A × H × C."""
    pool = np.moveaxis(others[:, :, 1:], 1, 0).reshape(others.shape[1], -1)
    weight = np.tile(_shares(quantiles), len(others))
    return np.concatenate([others[:, :, 0].mean(axis=0)[:, None], _weighted(pool, weight, quantiles)], axis=1)


def _shares(quantiles: Quantiles) -> Floats:
    """How much of a distribution each of its quantiles stands for; the outer ones for the tails."""
    edges = np.asarray([0.0, *((a + b) / 2 for a, b in zip(quantiles.levels, quantiles.levels[1:], strict=False)), 1.0])
    return np.diff(edges)


def _weighted(pool: Floats, weight: Floats, quantiles: Quantiles) -> Floats:
    """Quantiles of weighted values, H × P, at the levels: H × quantiles."""
    order = pool.argsort(axis=1, kind="stable")
    below = weight[order].cumsum(axis=1) - weight[order] / 2
    levels = np.asarray(quantiles.levels) * weight.sum()
    ranked = np.take_along_axis(pool, order, axis=1)
    return np.stack([np.interp(levels, at, values) for at, values in zip(below, ranked, strict=True)])
