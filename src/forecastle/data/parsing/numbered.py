"""Whole numbers that say when."""

from collections.abc import Mapping
from typing import Literal

import polars as pl

from forecastle.data.parsing.moments import read_moments

DAYS_TO_1970 = 25_569
"""Excel counts days from 1899-12-30."""
UNITS: Mapping[str, Literal["s", "ms"]] = {"seconds since 1970": "s", "milliseconds since 1970": "ms"}
"""Numbers that count from 1970, of which every one can be another one, and what they count."""


def number_moments(numbers: pl.Series, *, hinted: bool) -> tuple[str, pl.Series] | None:
    """Whole numbers that write a date: 20240105, 202401, 2024, Excel's days, seconds or milliseconds since 1970.

    hinted: the column is known or named as time; without that only unmistakable numbers count. Returns how the numbers
    were read and the moments, or None.
    """
    if not numbers.dtype.is_numeric() or not numbers.count() or not numbers.cast(pl.Float64).is_finite().all():
        return None
    low, high = numbers.to_frame("n").select(pl.col("n").cast(pl.Float64).min().alias("low"), pl.col("n").max()).row(0)
    for name, least, most, needs_hint in NUMBER_RANGES:
        if least <= low and high <= most and (hinted or not needs_hint) and (numbers == numbers.floor()).all():
            moments = _read_numbers(numbers.cast(pl.Int64), name)
            if moments.null_count() == numbers.null_count():
                return name, moments
    return None


def may_be_moments(low: float, high: float, *, hinted: bool) -> bool:
    """Whether numbers between these could write dates, as far as their size tells. hinted: as in `number_moments`."""
    return any(least <= low and high <= most and (hinted or not hint) for _, least, most, hint in NUMBER_RANGES)


def counted_from_1970(low: float, high: float) -> str | None:
    """Which of `UNITS` whole numbers between these are, if they are named as time."""
    ranges = {name: (least, most) for name, least, most, _ in NUMBER_RANGES if name in UNITS}
    return next((name for name, (least, most) in ranges.items() if least <= low and high <= most), None)


def since_1970(number: pl.Expr, name: str) -> pl.Expr:
    """Whole numbers as moments. name: of their unit."""
    return pl.from_epoch(number, time_unit=UNITS[name]).cast(pl.Datetime("us"))


NUMBER_RANGES = (
    ("yyyymmdd", 19_000_101, 21_001_231, False),
    ("yyyymm", 190_001, 210_012, False),
    ("yyyyww", 190_001, 210_053, True),
    ("year", 1_900, 2_100, True),
    ("Excel's day number", 15_000, 75_000, True),
    ("seconds since 1970", 400_000_000, 4_200_000_000, True),
    ("milliseconds since 1970", 400_000_000_000, 4_200_000_000_000, True),
)


def _read_numbers(numbers: pl.Series, name: str) -> pl.Series:
    value = pl.col("value")
    if name == "Excel's day number":
        moment = (value - DAYS_TO_1970).cast(pl.Int32).cast(pl.Date)
    elif name in UNITS:
        moment = since_1970(value, name)
    elif name == "yyyyww":
        return read_moments(numbers.cast(pl.String).str.replace(r"^(\d{4})(\d{2})$", "$1-w$2"))
    else:
        return read_moments(numbers.cast(pl.String))
    return numbers.to_frame("value").select(moment)["value"]
