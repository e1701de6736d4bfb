"""Values far from the usual."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
import polars as pl
from pydantic import Field

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.columns import STEP as STEP_
from forecastle.core.panel import Floats
from forecastle.data.cleaning.outliers import MEAN_TO_SIGMA, MEDIAN_TO_SIGMA, expected_values
from forecastle.data.dataset import Role
from forecastle.models.smoothing.season.decomposition import decompose
from forecastle.recipes.forest import anomaly_scores
from forecastle.recipes.piece import SERIES, STEP, Cells, Piece
from forecastle.recipes.seasons import Seasons
from forecastle.recipes.step import NamedSeasons, Number, Step

RARE = 0.5
"""Share of zeros beyond which a series seldom sells."""
LOW, HIGH, EXPECTED = "__low", "__high", "__expected"
ROUGHLY = 6.0
"""Median distances from which a value is left out when trend and season are found again, as in robust STL."""

THRESHOLDS = {"iqr": 3.0, "z_score": 4.0, "hampel": 5.0, "stl": 5.0, "isolation_forest": 0.82}
EFFORTS = {"iqr": 2, "z_score": 1, "hampel": 3, "stl": 12, "isolation_forest": 50}
WORDS = {
    "iqr": "{0:g} interquartile ranges outside the quartiles",
    "z_score": "more than {0:g} standard deviations from the mean",
    "hampel": "more than {0:g} robust deviations from the running median and the season",
    "stl": "more than {0:g} robust deviations from trend and season",
    "isolation_forest": "with an isolation score above {0:g}",
}
ACTIONS = {
    "flag": "marked in a column of their own",
    "cap": "moved to the limit",
    "replace": "replaced with what was expected",
    "keep": "counted and kept",
}


class Outliers(Step):
    """Find values far from what their series usually has, and flag, cap or replace them.

    In series that are zero more often than not, zeros are never outliers and sales are compared with sales.
    """

    title: ClassVar[str] = "Outliers"

    step: Literal["outliers"] = "outliers"
    method: Literal["iqr", "z_score", "hampel", "stl", "isolation_forest"] = Field(
        "hampel", description="What a value is compared with; hampel and stl know the season."
    )
    action: Literal["flag", "cap", "replace", "keep"] = Field("flag", description="What is done about them.")
    threshold: Number | None = Field(
        None, gt=0, le=1000, description="How far is too far; a usual value of the method when left out."
    )
    seasons: NamedSeasons = ()

    def says(self) -> str:
        """The step in one plain sentence."""
        return f"Values of {self.on} {WORDS[self.method].format(self._limit)} are {ACTIONS[self.action]}"

    @property
    def effort(self) -> int:
        """That of the method."""
        return EFFORTS[self.method]

    @property
    def _limit(self) -> float:
        return self.threshold or THRESHOLDS[self.method]

    def changed(self, piece: Piece) -> Sequence[str]:
        """None where they are only marked."""
        return self.numbers(piece) if self.action in ("cap", "replace") else ()

    def found(self, before: Piece, after: Piece) -> Mapping[str, pl.Series]:
        """Those that are flagged, or only counted."""
        if self.action == "flag":
            return {name: after.frame[flag_of(name)] for name in self.numbers(before)}
        if self.action == "keep":
            return {
                name: before.frame.select(self._fences(before, name)[0]).to_series() for name in self.numbers(before)
            }
        return {}

    def apply(self, piece: Piece) -> Piece:
        """Find them and do it."""
        names = self.numbers(piece)
        if self.action == "keep":
            return piece
        for name in names:
            piece = self._settled(piece, name)
        return piece

    def _settled(self, piece: Piece, name: str) -> Piece:
        far, capped, expected = self._fences(piece, name)
        if self.action == "flag":
            flag = flag_of(name)
            frame = piece.frame.with_columns(far.alias(flag))
            return piece.with_frame(frame).with_column(flag, Role.IGNORED, f"outliers of {name}, by {self.method}")
        put = pl.when(far).then(capped if self.action == "cap" else expected).otherwise(pl.col(name).cast(pl.Float64))
        return piece.with_frame(piece.frame.with_columns(put.alias(name)))

    def _fences(self, piece: Piece, name: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Which values lie outside of the fences, what they would be at them, and what was expected."""
        fences = FENCES[self.method](piece.in_seasons(self.seasons), name, self._limit)
        value = pl.col(name).cast(pl.Float64)
        low, high, expected = (pl.lit(fences[column]) for column in (LOW, HIGH, EXPECTED))
        asked = ~piece.closed & ~pl.lit(_fine_zeros(piece, name))
        far = ((value < low) | (value > high)).fill_null(value=False) & asked
        return far, value.clip(low, high), expected


def flag_of(name: str) -> str:
    """The column that marks the outliers of a column."""
    return f"{name}_outlier"


def _rows(piece: Piece, name: str) -> pl.DataFrame:
    """The rows under the names that `data.cleaning` knows; what was closed says nothing."""
    value = pl.when(~piece.closed).then(pl.col(name).cast(pl.Float64))
    return piece.frame.select(
        pl.col(SERIES).alias(SERIES_ID), pl.col(STEP).alias(STEP_), pl.col(piece.roles.time).alias(DS), value.alias(Y)
    )


def _by_series(piece: Piece, name: str, limits: Callable[[pl.Expr], tuple[pl.Expr, pl.Expr, pl.Expr]]) -> pl.DataFrame:
    """Limits that are the same for a whole series. In mostly zero ones they come from the sales, and zeros are fine."""
    y, sales = pl.col(Y), pl.col(Y).filter(pl.col(Y) != 0)
    rare = (y == 0).mean() > RARE
    parts = [
        pl.when(rare).then(of_sales).otherwise(of_all).alias(column)
        for column, of_sales, of_all in zip((LOW, HIGH, EXPECTED), limits(sales), limits(y), strict=True)
    ]
    table = _rows(piece, name).group_by(SERIES_ID, maintain_order=True).agg(*parts)
    place = piece.frame[SERIES].rle_id()
    return table.select(LOW, HIGH, EXPECTED)[place]


def _fine_zeros(piece: Piece, name: str) -> pl.Series:
    """The zeros of series that are zero more often than not, of what was open."""
    zero = pl.when(~piece.closed).then(pl.col(name) == 0)
    return piece.frame.select(
        ((pl.col(name) == 0) & (zero.mean().over(SERIES) > RARE)).fill_null(value=False)
    ).to_series()


def _quartiles(piece: Piece, name: str, limit: float) -> pl.DataFrame:
    def limits(y: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        first, third = y.quantile(0.25, "linear"), y.quantile(0.75, "linear")
        # Half of the values being alike does not make all others outliers: the spread is at least 5 % of the size, and
        # for counts that of chance, so that two pieces are not far from one.
        by_chance = pl.when((y == y.round()).all()).then(y.median().abs().sqrt())
        reach = limit * pl.max_horizontal(third - first, 0.05 * y.median().abs(), by_chance)
        return first - reach, third + reach, y.median()

    return _by_series(piece, name, limits)


def _deviations(piece: Piece, name: str, limit: float) -> pl.DataFrame:
    def limits(y: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        return y.mean() - limit * y.std(), y.mean() + limit * y.std(), y.mean()

    return _by_series(piece, name, limits)


def _hampel(piece: Piece, name: str, limit: float) -> pl.DataFrame:
    """The rule by which every history is checked before it is forecast (see `data.cleaning.outliers`)."""
    rows = _rows(piece, name).with_row_index("row")
    table = expected_values(rows, piece.season).select("row", "expected", "spread").collect()
    reach = limit * pl.col("spread")
    limits = table.select(
        "row",
        (pl.col("expected") - reach).alias(LOW),
        (pl.col("expected") + reach).alias(HIGH),
        pl.col("expected").alias(EXPECTED),
    )
    return rows.select("row").join(limits, on="row", how="left", maintain_order="left").drop("row")


def _residuals(piece: Piece, name: str) -> tuple[Cells, np.ndarray, np.ndarray]:
    """The values, what trend and seasons expect, and the distance; n × T each. Of mostly zero series only the sales.

    Trend and season are found twice, the second time without what lay far off, as in robust STL.
    """
    asked = ~piece.closed & ~pl.lit(_fine_zeros(piece, name))
    cells = piece.with_frame(
        piece.frame.with_columns(pl.when(asked).then(pl.col(name).cast(pl.Float64)).alias(name))
    ).grid(name)
    first = cells.values - _expected(cells.values, piece.seasons)
    with np.errstate(invalid="ignore"):
        trusted = np.where(np.abs(first) > ROUGHLY * _nan(np.nanmedian, np.abs(first))[:, None], np.nan, cells.values)
    expected = _expected(trusted, piece.seasons)
    return cells, expected, cells.values - expected


def _expected(values: Floats, periods: Sequence[int]) -> Floats:
    """What trend and seasons expect; longer seasons are out of the way while the trend and the shortest are found."""
    fitting = [period for period in periods if 2 * period <= values.shape[1]]
    longer = Seasons(Seasons.of(values, fitting).found[1:]) if len(fitting) > 1 else Seasons(())
    return longer.put_back(decompose(longer.remove(values), next(iter(periods), 1)))


def _decomposed(piece: Piece, name: str, limit: float) -> pl.DataFrame:
    cells, expected, rest = _residuals(piece, name)
    size = np.abs(rest)
    with np.errstate(all="ignore"):
        usual = np.fmax(MEDIAN_TO_SIGMA * _nan(np.nanmedian, size), MEAN_TO_SIGMA * _nan(np.nanmean, size))
        least = 0.05 * np.abs(_nan(np.nanmedian, cells.values))
    reach = limit * np.fmax(usual, least)[:, None]
    return _of_grid(cells, expected - reach, expected + reach, expected)


def _isolated(piece: Piece, name: str, limit: float) -> pl.DataFrame:
    cells, expected, rest = _residuals(piece, name)
    scores = anomaly_scores(rest)
    usual = np.where(scores > limit, np.nan, rest)
    low, high = (_nan(edge, usual)[:, None] for edge in (np.nanmin, np.nanmax))
    return _of_grid(cells, expected + low, expected + high, expected)


def _nan(function: Callable[..., np.ndarray], values: np.ndarray) -> np.ndarray:
    """A statistic of each row; NaN, without a warning, where a row has no value."""
    known = np.isfinite(values).any(axis=1)
    result = np.full(len(values), np.nan)
    if known.any():
        result[known] = function(values[known], axis=1)
    return result


def _of_grid(cells: Cells, low: np.ndarray, high: np.ndarray, expected: np.ndarray) -> pl.DataFrame:
    columns = {LOW: low, HIGH: high, EXPECTED: expected}
    return pl.DataFrame({name: cells.back(array) for name, array in columns.items()}).fill_nan(None)


FENCES: dict[str, Callable[[Piece, str, float], pl.DataFrame]] = {
    "iqr": _quartiles,
    "z_score": _deviations,
    "hampel": _hampel,
    "stl": _decomposed,
    "isolation_forest": _isolated,
}
"""What each method takes for the lowest and highest usual value of each row, and for the expected one."""
