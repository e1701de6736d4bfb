"""Text that says when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from forecastle.data.parsing.shapes import DOTTED, GROUPS, MONTHS, SHAPES

LIKELY = 1_000
"""Texts that are looked at before all of them are."""
TEXT, LOCAL, OFFSET = "\0text", "\0local", "\0offset"
"""Columns that stand beside a text while it is read; each piece of it has one, too."""
NO_TEXT = pl.lit(None, pl.String)


@dataclass(frozen=True, slots=True)
class DayOrder:
    """How 01/05/2024 is taken. day_first: None where no value is written so.

    decided_by: `values` (one is above 12), `dots`, `pattern` (one day of the month throughout), or `custom`.
    """

    day_first: bool | None = None
    decided_by: str = "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """How the texts of a column say when, and what was told by all of them.

    shapes: how many texts were written in each way, the most frequent first. zones: the distinct UTC offsets;
    `some_unzoned` when other texts had none. unread: texts that could not be read. dates: none has a time of day.
    """

    shapes: Mapping[str, int]
    date_format: str | None = None
    order: DayOrder = DayOrder()
    zones: tuple[str, ...] = ()
    some_unzoned: bool = False
    unread: int = 0
    dates: bool = True

    def beside(self, rows: pl.LazyFrame, name: str, under: str) -> pl.LazyFrame:
        """Rows with one more column: what their texts say, as Date, or Datetime (μs, UTC if there were zones).

        Null where a text could not be read.
        """
        local, ahead = pl.col(LOCAL), pl.duration(minutes=pl.col(OFFSET).fill_null(0))
        moment = local.cast(pl.Date) if self.dates else local - ahead
        return _as_written(rows, name, self).with_columns(moment.alias(under))


def read_moments(text: pl.Series, *, date_format: str | None = None) -> pl.Series:
    """Text as moments; null where it could not be read."""
    rows = text.to_frame("text").lazy()
    moments = find_moments(rows.unique(), "text", date_format=date_format)
    return moments.beside(rows, "text", "moment").select(pl.col("moment").alias(text.name)).collect().to_series()


def find_moments(rows: pl.LazyFrame, name: str, *, date_format: str | None = None) -> Moments:
    """How a column is to be read, deciding once for all of it which of day and month comes first.

    Rows are passed through a few times, and never in memory as a whole.
    """
    texts = rows.select(name).drop_nulls()
    if date_format:
        shapes = {date_format: texts.select(pl.len()).collect().item()}
        return _with_facts(Moments(shapes=shapes, date_format=date_format), texts, name)
    found = Moments(shapes=_shapes(texts, name))
    if "day/month/year" in found.shapes:
        found = replace(found, order=_order(_in_parts(texts, name, found.shapes), name))
    return _with_facts(found, texts, name)


PLAIN = {10: "%Y-%m-%d", 16: "%Y-%m-%d %H:%M", 19: "%Y-%m-%d %H:%M:%S"}
"""How programs write moments, by the length of the text; `T` between date and time is as good as a space."""


def plain_moments(rows: pl.LazyFrame, name: str, sample: pl.Series) -> pl.Expr | None:
    """How to read a column of which every text is written in one of the `PLAIN` ways; None where one is not.

    As `find_moments`, and much faster. sample: some of the texts.
    """
    length = len(str(sample[0])) if len(sample) else 0
    if length not in PLAIN:
        return None
    text = pl.col(name).str.replace("T", " ", literal=True)
    local = text.str.to_datetime(PLAIN[length], strict=False, time_unit="us")
    fits = (pl.col(name).str.len_bytes() == length) & local.is_not_null() & (local.dt.year() >= 1000)
    if not sample.to_frame(name).select(fits.all()).item():
        return None
    all_fit, dates = rows.select(fits.all(), (local.dt.time() == pl.time(0)).all().alias("dates")).collect().row(0)
    if not all_fit:
        return None
    return local.cast(pl.Date) if dates else local


def _shapes(texts: pl.LazyFrame, name: str) -> dict[str, int]:
    """How many texts each shape fits, the most frequent first; those of the first texts are tried before others."""
    plain = texts.select(_plain(name))
    likely = _fitting(plain.head(LIKELY), list(SHAPES))
    fits = _fitting(plain, list(likely))
    odd = plain.filter(~pl.any_horizontal(pl.lit(value=False), *map(_fits, likely)))
    fits |= _fitting(odd, [shape for shape in SHAPES if shape not in likely])
    return dict(sorted(fits.items(), key=lambda item: -item[1]))


def _fitting(plain: pl.LazyFrame, shapes: list[str]) -> dict[str, int]:
    counts = plain.select(_fits(shape).sum().alias(shape) for shape in shapes).collect()
    return {shape: count for shape, count in zip(shapes, counts.row(0) if shapes else (), strict=True) if count}


def _fits(shape: str) -> pl.Expr:
    return pl.col(TEXT).str.contains(SHAPES[shape])


def _plain(name: str) -> pl.Expr:
    lower = pl.col(name).str.strip_chars().str.to_lowercase()
    dashes = lower.str.replace(r"^(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?", "$1-$2-$3")
    return dashes.str.replace(r"-$", "").alias(TEXT)


def _in_parts(rows: pl.LazyFrame, name: str, shapes: Iterable[str]) -> pl.LazyFrame:
    """Rows with the pieces of every text, from the first of these shapes that fits; each step is computed once."""
    found = {shape: pl.col(TEXT).str.extract_groups(SHAPES[shape]) for shape in shapes}
    pieces = {
        group: [pl.col(f"\0{shape}").struct.field(group) for shape in found if f"(?P<{group}>" in SHAPES[shape]]
        for group in GROUPS
    }
    return (
        rows.with_columns(_plain(name))
        .with_columns(groups.alias(f"\0{shape}") for shape, groups in found.items())
        .with_columns(pl.coalesce(*fields, NO_TEXT).alias(f"\0{group}") for group, fields in pieces.items())
    )


def _order(parts: pl.LazyFrame, name: str) -> DayOrder:
    """Whether the day comes first where that is open, and what decided it."""
    a, b, years = (_number(group) for group in ("a", "b", "y"))
    facts = parts.select(
        days=(a > 12).sum(),
        months=(b > 12).sum(),
        dotted=pl.col(name).str.contains(DOTTED).any(),
        a=a.drop_nulls().n_unique(),
        b=b.drop_nulls().n_unique(),
        years=years.n_unique(),
        american=_part("half").is_not_null().any(),  # am and pm
    )
    told = facts.collect().row(0, named=True)
    if told["days"] or told["months"]:
        return DayOrder(told["days"] >= told["months"])
    if told["dotted"]:
        return DayOrder(True, "dots")  # noqa: FBT003 - the day comes first wherever dots are written
    for day, month, day_first in (("a", "b", True), ("b", "a", False)):
        if told[day] == 1 and (told[month] == 12 or told["years"] > 1):
            return DayOrder(day_first, "pattern")  # always the same day, through the months or over years
    return DayOrder(not told["american"], "custom")


def _as_written(rows: pl.LazyFrame, name: str, moments: Moments) -> pl.LazyFrame:
    """Rows with the moments as they are written, without their zones, and how many minutes these are ahead of UTC."""
    if moments.date_format is None:
        parts = _in_parts(rows, name, moments.shapes)
        return parts.with_columns(_local(moments.order).alias(LOCAL), _offset().alias(OFFSET))
    local = pl.col(name).str.strip_chars().str.to_datetime(moments.date_format, strict=False, time_unit="us")
    return rows.with_columns(local.dt.replace_time_zone(None).alias(LOCAL), pl.lit(None, pl.Int64).alias(OFFSET))


def _part(group: str) -> pl.Expr:
    return pl.col(f"\0{group}")


def _number(group: str) -> pl.Expr:
    return _part(group).cast(pl.Int64)


def _local(order: DayOrder) -> pl.Expr:
    century = pl.when(_number("y") >= 100).then(0).when(_number("y") < 70).then(2000).otherwise(1900)
    year = _number("y") + century
    first, second = ("a", "b") if order.day_first else ("b", "a")
    named = pl.coalesce(pl.when(_part("name").is_in(names.split())).then(number) for number, names in MONTHS.items())
    month = pl.coalesce(_number("m"), _number(second), named, _number("q") * 3 - 2, 1)
    day = pl.coalesce(_number("d"), _number(first), 1)
    calendar = pl.format("{}-{}-{}", year, month, day).str.to_date("%Y-%m-%d", strict=False)
    january_4 = pl.format("{}-1-4", year).str.to_date("%Y-%m-%d", strict=False)
    weekday = pl.coalesce(_number("wd"), 1) - january_4.dt.weekday()
    week = january_4 + pl.duration(days=(_number("w") - 1) * 7 + weekday)
    date = pl.when(_part("w").is_null()).then(calendar).when(week.dt.iso_year() == year).then(week)
    afternoon = _part("half").str.starts_with("p")
    hour = pl.when(afternoon.is_null()).then(_number("H")).otherwise(_number("H") % 12 + 12 * afternoon)
    fraction = _part("f").str.pad_end(6, "0").str.head(6).cast(pl.Int64)
    clock = [piece.fill_null(0) for piece in (hour, _number("M"), _number("S"), fraction)]
    valid = (clock[0] <= 24) & (clock[1] < 60) & (clock[2] < 62)
    time = pl.duration(hours=clock[0], minutes=clock[1], seconds=clock[2], microseconds=clock[3], time_unit="us")
    return pl.when(valid).then(date.cast(pl.Datetime("us")) + time)


def _offset() -> pl.Expr:
    zone = _part("zone")
    digits = zone.str.replace_all("[^0-9]", "").str.pad_end(4, "0")
    minutes = digits.str.head(2).cast(pl.Int64, strict=False) * 60 + digits.str.tail(2).cast(pl.Int64, strict=False)
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    return pl.when(zone.str.contains("^[zug]")).then(0).otherwise(sign * minutes)


def _with_facts(moments: Moments, texts: pl.LazyFrame, name: str) -> Moments:
    """The same with what is told by the moments as they are written."""
    written = _as_written(texts, name, moments)
    kinds = written.select(midnight=pl.col(LOCAL).dt.time() == pl.time(0), offset=OFFSET)
    counts = kinds.group_by("midnight", "offset").len().collect()
    read, unread = (counts.filter(pl.col("midnight").is_null() == lost) for lost in (False, True))
    offsets = read["offset"].drop_nulls().unique().sort()
    return replace(
        moments,
        zones=tuple(
            f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" for minutes in offsets
        ),
        some_unzoned=len(offsets) > 0 and read["offset"].has_nulls(),
        unread=int(unread["len"].sum()),
        dates=bool(read["midnight"].all()),
    )
