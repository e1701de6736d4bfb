"""Values far from where their series' level and season would put them."""

import polars as pl

from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import EXAMPLES, counted, series_of, worded

EXPECTED = "expected"
SPREAD = "spread"
SCORE = "score"

MEDIAN_TO_SIGMA = 1.4826
MEAN_TO_SIGMA = 1.2533
"""The standard deviation of a normal distribution over its median and its mean absolute deviation."""

CYCLES = 3
"""Seasons a series must cover before a season is told from chance."""

WINDOW = 7
"""Periods of the running median where there is no season."""

FLOOR = 0.05
FLOOR_INTERMITTENT = 0.5
"""The least spread assumed, as a share of the usual size: what never varied is not an outlier at the first cent."""


def outliers(rows: pl.DataFrame, season: int, threshold: float) -> pl.DataFrame:
    """The observed values more than `threshold` robust standard deviations from what was expected.

    Regular series: the expected value is a centred running median (at both ends the nearest whole one) plus the
    median distance of the season's phase, a Hampel filter after seasonal adjustment. Intermittent series (zero more
    often than not): the demands that occurred are compared with their median, and zeros are never outliers. The
    spread is 1.4826 × the median absolute distance (Hampel 1974) or 1.2533 × the mean one, whichever is larger, with
    a floor. season: its periods, 1 for none.

    Returns: `series_id`, `ds`, `y`, `expected`, `score` (distance in spreads).
    """
    distance = (pl.col(Y) - pl.col(EXPECTED)).abs()
    score = pl.when(distance > 0).then(distance / pl.col(SPREAD)).otherwise(0.0)
    return (
        expected_values(rows.select(SERIES_ID, DS, STEP, Y), season)
        .select(SERIES_ID, DS, Y, EXPECTED, score.alias(SCORE))
        .filter(pl.col(SCORE) > threshold)
        .sort(SERIES_ID, DS)
        .collect()
    )


def expected_values(rows: pl.DataFrame, season: int) -> pl.LazyFrame:
    """The observed rows with what was `expected` of each, and the `spread` of their series; see `outliers`.

    rows: `series_id`, `step`, `y` and any others. The zeros of intermittent series, which are never outliers, are not
    among the answers.
    """
    observed = rows.lazy().filter(pl.col(Y).is_not_null())
    intermittent = (pl.col(Y) == 0).mean().over(SERIES_ID) > 0.5
    marked = observed.with_columns(intermittent.alias("intermittent"))
    regular = _regular(marked.filter(~pl.col("intermittent")), season)
    demands = _demands(marked.filter(pl.col("intermittent") & (pl.col(Y) != 0)))
    found = pl.concat([_spread(regular, FLOOR), _spread(demands, FLOOR_INTERMITTENT)])
    return found.select(*rows.columns, EXPECTED, SPREAD)


def report_outliers(found: pl.DataFrame, target: str) -> Findings:
    """Say how many outliers there are and show the worst; they are flagged, never changed."""
    if found.is_empty():
        return Findings()
    worst = found.sort(SCORE, descending=True, maintain_order=True).head(EXAMPLES)
    finding = Finding(
        code="outliers",
        severity=Severity.INFO,
        message=f"{counted(len(found), 'value')} of {target!r} far from the usual, "
        f"in {found[SERIES_ID].n_unique():,} series.",
        action="flagged and kept",
        count=len(found),
        series=series_of(found),
        rows=tuple(
            f"{series}, {moment}: {target} = {value:g}, usually about {expected:g}"
            for series, moment, value, expected in worst.select(SERIES_ID, worded(pl.col(DS)), Y, EXPECTED).rows()
        ),
    )
    return Findings((finding,))


def _regular(rows: pl.LazyFrame, season: int) -> pl.LazyFrame:
    window = season + 1 - season % 2 if season > 1 else WINDOW
    middle = pl.col(Y).rolling_median(window, center=True).forward_fill().backward_fill()
    level = middle.fill_null(pl.col(Y).median()).over(SERIES_ID)
    phase = pl.col("distance").median().over(SERIES_ID, pl.col(STEP) % season)
    long_enough = pl.len().over(SERIES_ID) >= CYCLES * season
    effect = pl.when(long_enough & (season > 1)).then(phase).otherwise(0.0)
    return (
        rows.with_columns(level.alias("level"))
        .with_columns((pl.col(Y) - pl.col("level")).alias("distance"))
        .with_columns((pl.col("level") + effect).alias(EXPECTED))
        .drop("level", "distance")
    )


def _demands(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.with_columns(pl.col(Y).median().over(SERIES_ID).alias(EXPECTED))


def _spread(rows: pl.LazyFrame, floor: float) -> pl.LazyFrame:
    distance = (pl.col(Y) - pl.col(EXPECTED)).abs()
    spreads = (
        MEDIAN_TO_SIGMA * distance.median().over(SERIES_ID),
        MEAN_TO_SIGMA * distance.mean().over(SERIES_ID),
        floor * pl.col(Y).abs().median().over(SERIES_ID),
    )
    return rows.with_columns(pl.max_horizontal(spreads).alias(SPREAD))
