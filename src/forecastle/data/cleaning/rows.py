"""The rows cleaning works on, and how findings name them."""

import polars as pl

from forecastle.core.columns import CLOSED, DS, SERIES_ID, STEP, Y
from forecastle.core.frequency import Frequency

EXAMPLES = 10


def tidy(frame: pl.DataFrame, freq: Frequency) -> pl.DataFrame:
    """A long frame with its step numbers, sorted by series and time.

    Adds `step` (Int64) and, where the data has none, a `closed` column of False. NaN in `y` becomes null.
    Rows of one series and period keep their order.
    """
    closed = pl.col(CLOSED).cast(pl.Boolean).fill_null(value=False) if CLOSED in frame.columns else pl.lit(value=False)
    rows = frame.with_columns(
        freq.steps(pl.col(DS)).alias(STEP), pl.col(Y).cast(pl.Float64).fill_nan(None), closed.alias(CLOSED)
    )
    return rows if is_sorted(rows) else rows.sort(SERIES_ID, STEP, maintain_order=True)


def is_sorted(rows: pl.DataFrame) -> bool:
    """Whether the rows run by series, and by time within each."""
    earlier_series = pl.col(SERIES_ID) < pl.col(SERIES_ID).shift()
    earlier_step = (pl.col(SERIES_ID) == pl.col(SERIES_ID).shift()) & (pl.col(STEP) < pl.col(STEP).shift())
    return not rows.select((earlier_series | earlier_step).any()).item()


def missing() -> pl.Expr:
    """Whether a value is missing although the shop was open."""
    return pl.col(Y).is_null() & ~pl.col(CLOSED)


def series_of(rows: pl.DataFrame) -> tuple[str, ...]:
    """Every series that occurs, in the rows' order."""
    return tuple(rows[SERIES_ID].unique(maintain_order=True))


def examples(rows: pl.DataFrame, target: str) -> tuple[str, ...]:
    """The first rows in words, such as `SKU-12, 2024-03-04: volume = -3`."""
    first = rows.head(EXAMPLES).select(SERIES_ID, worded(pl.col(DS)), Y)
    return tuple(
        f"{series}, {moment}: {target} = {'missing' if value is None else f'{value:g}'}"
        for series, moment, value in first.rows()
    )


def worded(moment: pl.Expr) -> pl.Expr:
    """A moment as text, without seconds that are zero: `2024-03-04`, `2024-03-04 15:00`, `17`."""
    return moment.cast(pl.String).str.strip_suffix(":00.000000")


def counted(count: int, noun: str) -> str:
    """`1 row`, `12,345 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
