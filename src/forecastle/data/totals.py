"""Single rows added up to one a series and period."""

import polars as pl

from forecastle.core.columns import CLOSED, DS, SERIES_ID, Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency, Unit

TIME = "__time"
"""The time of a row before it was moved to the grid."""

FULL = 0.9
"""A period at the edge of the data with a smaller share of the usual days is taken for incomplete."""
FULL_DAY = 0.5
"""The same for the hours of a day, which vary more (Sundays)."""
FEWEST_PERIODS = 4
"""In a shorter history nothing is left out."""


def add_up(frame: pl.DataFrame, *, price: str | None, largest: tuple[str, ...], last: tuple[str, ...]) -> pl.DataFrame:
    """One row a series and period from rows with `series_id`, `ds`, `__time`, `y` and covariates.

    `y` is the sum (null when no row had a number), `price` the mean weighted by the size of `y`, `largest` the largest,
    `last` the last by time; every other number is a mean, and a period is closed when all its rows are.
    """
    weight = pl.col(Y).abs()
    others = [name for name in frame.columns if name not in {SERIES_ID, DS, TIME, Y, CLOSED, price, *largest, *last}]
    rules = [
        pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum()).alias(Y),
        *(pl.col(name).max() for name in largest),
        *(pl.col(name).drop_nulls().last() for name in last),
        *(pl.col(name).mean() for name in others),
    ]
    if price:
        priced = weight.filter(pl.col(price).is_not_null())
        weighted = (pl.col(price) * weight).sum() / priced.sum()
        rules.append(pl.when(priced.sum() > 0).then(weighted).otherwise(pl.col(price).mean()).alias(price))
    if CLOSED in frame.columns:
        rules.append(pl.col(CLOSED).all())
    ordered = frame.sort(TIME) if last else frame
    return ordered.group_by(SERIES_ID, DS).agg(rules).select([name for name in frame.columns if name != TIME])


def without_partial_edges(frame: pl.DataFrame, freq: Frequency) -> tuple[pl.DataFrame, Findings]:
    """Leave out a first or last period that the data cover only in part: its total would look like a slump."""
    part = _part(frame.schema[TIME], freq)
    if part is None:
        return frame, Findings()
    periods = frame.group_by(DS).agg(part.n_unique().alias("parts"), pl.len().alias("rows")).sort(DS)
    if len(periods) < FEWEST_PERIODS:
        return frame, Findings()
    threshold = FULL_DAY if freq.unit in (Unit.DAY, Unit.BUSINESS_DAY) else FULL
    usual = periods.select(pl.col("parts").median()).item()
    partial = pl.concat([periods.head(1), periods.tail(1)]).filter(pl.col("parts") < threshold * usual)
    if partial.is_empty():
        return frame, Findings()
    rows = tuple(f"{freq.word} {ds}: {parts} of usually {usual:g}" for ds, parts, _ in partial.iter_rows())
    finding = Finding(
        code="partial_period",
        severity=Severity.WARNING,
        message=f"The data begin or end within a {freq.word} ({'; '.join(rows)}).",
        action="the incomplete period was left out",
        count=int(partial["rows"].sum()),
        rows=rows,
    )
    return frame.filter(~pl.col(DS).is_in(partial[DS].implode())), Findings((finding,))


def _part(kind: pl.DataType, freq: Frequency) -> pl.Expr | None:
    """What a period is made of: days, or the hours of a day."""
    if not kind.is_temporal() or freq.unit in (Unit.HOUR, Unit.MINUTE):
        return None
    if freq.unit in (Unit.DAY, Unit.BUSINESS_DAY):
        return pl.col(TIME).dt.hour() if kind == pl.Datetime else None
    return pl.col(TIME).cast(pl.Date)
