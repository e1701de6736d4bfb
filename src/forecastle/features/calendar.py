"""Where a period stands in the calendar, and how near it is to public holidays. All of it is known in advance."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from forecastle.core.columns import DS
from forecastle.core.errors import InputError
from forecastle.core.frequency import MONTHS_OF, Frequency, Unit
from forecastle.core.panel import Floats, Integers
from forecastle.features.history import History, Rows
from forecastle.features.spec import FeatureSpec

_FROM_DAY = ("weekday", "day", "week", "month", "quarter", "year")
PARTS: dict[Unit, tuple[str, ...]] = {
    Unit.MINUTE: ("minute", "hour", *_FROM_DAY),
    Unit.HOUR: ("hour", *_FROM_DAY),
    Unit.DAY: _FROM_DAY,
    Unit.BUSINESS_DAY: _FROM_DAY,
    Unit.WEEK: ("week", "month", "quarter", "year"),
    Unit.MONTH: ("month", "quarter", "year"),
    Unit.QUARTER: ("quarter", "year"),
    Unit.YEAR: ("year",),
    Unit.STEP: (),
}
"""The parts of a timestamp that can differ between two periods of a unit. Weeks are ISO weeks, Monday is 1."""

HOLIDAYS = ("holidays", "days_to_holiday", "days_since_holiday")


def calendar(moments: pl.Series, freq: Frequency, *, country: str | None = None) -> pl.DataFrame:
    """One row a moment: the parts of its timestamp that matter at this frequency and, with a country, its holidays.

    holidays: public holidays within the period (for hours: on that day). days_to_holiday, days_since_holiday: from
    the period's first day to the next and from the latest one; 0 on a holiday. Numbered periods have no calendar.
    country: an ISO code, with a subdivision if wanted: `DE`, `DE-BY`, `US-CA`.

    Raises:
        InputError: no holidays are known for that country.
    """
    parts = PARTS[freq.unit]
    table = pl.DataFrame({DS: moments})
    table = table.select([getattr(pl.col(DS).dt, part)().cast(pl.Float32).alias(part) for part in parts])
    if country is None or not parts or moments.is_empty():
        return table
    return table.hstack(distances(moments, freq, country))


def calendars(history: History, rows: Rows, spec: FeatureSpec) -> Iterator[tuple[str, Floats]]:
    """The calendar of each target period, with the holidays of the spec's country or of each series' own."""
    freq, numbers = history.grid.freq, history.numbers
    span = pl.DataFrame({DS: np.arange(numbers.min(), numbers.max() + 1)})
    moments = span.select(freq.moments(pl.col(DS))).to_series()
    wanted = rows.at_target(numbers) - numbers.min()
    for column in calendar(moments, freq, country=spec.country):
        yield column.name, column.to_numpy()[wanted]
    if spec.country_column is None or not PARTS[freq.unit]:
        return
    tables = [distances(moments, freq, country) for country in spec.categories[spec.country_column]]
    of_series = np.nan_to_num(history.static[spec.country_column], nan=len(tables)).astype(np.int64)
    for name in HOLIDAYS:
        # The row after the last country's serves series without one.
        by_country = np.vstack([*(table[name].to_numpy() for table in tables), np.full(len(moments), np.nan)])
        yield name, by_country[of_series[:, None, None], wanted]


def distances(moments: pl.Series, freq: Frequency, country: str) -> pl.DataFrame:
    """`holidays`, `days_to_holiday`, `days_since_holiday` of each moment's period, in one country."""
    first, after = _days(moments, freq)
    in_years = moments.dt.year().to_numpy()
    days = _public_holidays(country, range(in_years.min() - 1, in_years.max() + 2))
    upcoming = np.searchsorted(days, first, side="left")
    latest = np.searchsorted(days, first, side="right") - 1
    within = np.searchsorted(days, after, side="left") - upcoming
    columns = (within, days[upcoming] - first, first - days[latest])
    return pl.DataFrame(dict(zip(HOLIDAYS, columns, strict=True))).cast(pl.Float32)


def _days(moments: pl.Series, freq: Frequency) -> tuple[Integers, Integers]:
    """The first day of each moment's period and the first day after it, as days since the epoch."""
    # A month's timestamp may stand at its end; its days begin at the first all the same.
    from_first = replace(freq, offset=0) if freq.unit in MONTHS_OF else freq
    step = freq.steps(pl.col(DS))
    bounds = pl.DataFrame({DS: moments}).select(
        from_first.moments(step).cast(pl.Date).to_physical().cast(pl.Int64).alias("first"),
        from_first.moments(step + 1).cast(pl.Date).to_physical().cast(pl.Int64).alias("after"),
    )
    first, after = bounds["first"].to_numpy(), bounds["after"].to_numpy()
    if freq.unit in (Unit.MINUTE, Unit.HOUR, Unit.BUSINESS_DAY):
        after = first + 1
    return first, after


def _public_holidays(country: str, years: Sequence[int]) -> Integers:
    days = [day for day, _ in named_holidays(country, years)]
    return np.array(days, dtype="datetime64[D]").astype(np.int64)


def named_holidays(country: str, years: Sequence[int]) -> list[tuple[date, str]]:
    """The public holidays of some years with their English names, in order.

    Raises:
        InputError: no holidays are known for that country.
    """
    import holidays

    name, _, subdivision = country.partition("-")
    try:
        found = holidays.country_holidays(name, subdiv=subdivision or None, years=years, language="en_US")
    except NotImplementedError as unknown:
        raise InputError(
            f"No public holidays are known for {country!r}.",
            hint="Use an ISO 3166 code such as DE, BR or US-CA; `holidays` on PyPI lists those it knows.",
            country=country,
        ) from unknown
    return sorted(found.items())
