"""Whether rows exist only where something was sold."""

from collections.abc import Sequence

import polars as pl

from forecastle.core.frequency import Unit
from forecastle.data.detection.evidence import series_sample
from forecastle.data.detection.rows import Rows
from forecastle.data.frequency import frequency_of

SPARSE = 0.5
"""A typical series with rows on a smaller share of its days is a log of sales and not a count of every day."""
FEWEST_ROWS = 5


def only_where_sold(rows: Rows, time: str, keys: tuple[str, ...], targets: Sequence[str]) -> bool:
    """Whether the days without a row are days without sales: many are missing, and no row says zero."""
    sample = series_sample(rows, keys)
    if not targets or sample.schema[time] != pl.Date or not sample.look((pl.col(targets[0]) > 0).all())[0]:
        return False
    days = sample.frame(time, *keys)
    if frequency_of(days, time=time, keys=keys).freq.unit not in (Unit.DAY, Unit.BUSINESS_DAY):
        return False
    day = pl.col(time)
    share = day.n_unique() / ((day.max() - day.min()).dt.total_days() + 1)
    series = days.group_by(keys or pl.lit(0)).agg(share.alias("share"), pl.len().alias("rows"))
    shares = series.filter(pl.col("rows") >= FEWEST_ROWS)["share"]
    return len(shares.filter(shares < SPARSE)) > len(shares) / 2
