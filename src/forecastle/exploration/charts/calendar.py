"""A series by the calendar: season upon season, the places of a season side by side, and a map of days."""

from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import DS, Y
from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency, Unit
from forecastle.exploration.line import Line

MOST_CELLS = 20_000
CYCLE, POSITION = "cycle", "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonalChart:
    """One line a season. season: its length in periods.

    values: `cycle` (which season: the year, the week's Monday, the day, or a number), `position` in it from 1, `y`.
    positions: `position`, `mean`, `least`, `greatest`, `count` over the cycles: the sub-series' middles and reaches.
    """

    season: int
    values: pl.DataFrame
    positions: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChart:
    """A map of the calendar. cells: `row`, `column`, `ds` (the first period of the cell), `y`.

    rows, columns: what they are, such as `weekday` and `week`. Times of day are added up to days.
    left_out: older cells for which there was no room.
    """

    rows: str
    columns: str
    cells: pl.DataFrame
    left_out: int


def seasonal_chart(line: Line, season: int | None = None) -> SeasonalChart:
    """The seasons of a line upon each other. season: its length; None takes the shortest usual one.

    Raises:
        InputError: the frequency has no usual season and none was named, or there are less than two of them.
    """
    length = season or next(iter(line.freq.seasons), 0)
    if not 2 <= length <= len(line.values) / 2:
        usual = ", ".join(map(str, line.freq.seasons)) or "none"
        raise InputError(
            f"{line.name} has {len(line.values)} periods; two seasons of {length} do not fit into them.",
            hint=f"Name a season of 2 to {len(line.values) // 2} periods; usual for {line.freq}: {usual}.",
        )
    cycle, position = _places(line.freq, length)
    values = line.frame().select(cycle.alias(CYCLE), position.cast(pl.Int64).alias(POSITION), Y)
    positions = values.group_by(POSITION).agg(
        pl.col(Y).mean().alias("mean"),
        pl.col(Y).min().alias("least"),
        pl.col(Y).max().alias("greatest"),
        pl.col(Y).count().alias("count"),
    )
    return SeasonalChart(season=length, values=values, positions=positions.sort(POSITION))


def _places(freq: Frequency, season: int) -> tuple[pl.Expr, pl.Expr]:
    """Which season a period is in, and where in it: by the calendar where it has one of that length."""
    ds = pl.col(DS)
    year = ds.dt.year().cast(pl.String)
    known: dict[tuple[Unit, int, int], tuple[pl.Expr, pl.Expr]] = {
        (Unit.MONTH, 1, 12): (year, ds.dt.month()),
        (Unit.QUARTER, 1, 4): (year, ds.dt.quarter()),
        (Unit.WEEK, 1, 52): (ds.dt.iso_year().cast(pl.String), ds.dt.week()),
        (Unit.DAY, 1, 7): (ds.dt.truncate("1w").dt.to_string("%Y-%m-%d"), ds.dt.weekday()),
        (Unit.BUSINESS_DAY, 1, 5): (ds.dt.truncate("1w").dt.to_string("%Y-%m-%d"), ds.dt.weekday()),
        (Unit.DAY, 1, 365): (year, ds.dt.ordinal_day()),
        (Unit.HOUR, 1, 24): (ds.dt.to_string("%Y-%m-%d"), ds.dt.hour() + 1),
        (Unit.HOUR, 1, 168): (
            ds.dt.truncate("1w").dt.to_string("%Y-%m-%d"),
            (ds.dt.weekday().cast(pl.Int64) - 1) * 24 + ds.dt.hour() + 1,
        ),
    }
    place = pl.int_range(pl.len())
    counted = (place // season + 1).cast(pl.String), place % season + 1
    return known.get((freq.unit, freq.every, season), counted)


def calendar_chart(line: Line) -> CalendarChart:
    """A map with a row a weekday (days), a year (weeks, months, quarters) or a decade (years).

    Raises:
        InputError: the periods are only numbered.
    """
    unit = line.freq.unit
    if unit is Unit.STEP:
        raise InputError(f"{line.name} has numbered periods, which no calendar knows.", hint="Look at its seasons.")
    frame, ds = line.frame(), pl.col(DS)
    if unit in (Unit.HOUR, Unit.MINUTE):
        total = pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum())
        frame = frame.group_by(ds.dt.date(), maintain_order=True).agg(total)
    layouts: dict[Unit, tuple[str, str, pl.Expr, pl.Expr]] = {
        Unit.WEEK: ("year", "week", ds.dt.iso_year(), ds.dt.week()),
        Unit.MONTH: ("year", "month", ds.dt.year(), ds.dt.month()),
        Unit.QUARTER: ("year", "quarter", ds.dt.year(), ds.dt.quarter()),
        Unit.YEAR: ("decade", "year", ds.dt.year() // 10 * 10, ds.dt.year() % 10),
    }
    days = ("weekday", "week", ds.dt.weekday(), ds.dt.truncate("1w").dt.to_string("%Y-%m-%d"))
    rows, columns, row, column = layouts.get(unit, days)
    cells = frame.select(row.alias("row"), column.alias("column"), DS, Y)
    return CalendarChart(
        rows=rows, columns=columns, cells=cells.tail(MOST_CELLS), left_out=max(len(cells) - MOST_CELLS, 0)
    )
