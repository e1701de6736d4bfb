"""Text and whole numbers that say when."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

MONTHS: Mapping[int, str] = {
    1: "january januar janeiro enero janvier gennaio januari jan ene janv gen ene. jan. janv.",
    2: "february februar fevereiro febrero février fevrier febbraio februari feb fev févr fevr feb.",
    3: "march märz maerz março marco marzo mars maart mar mär mrz mrt mar.",
    4: "april abril avril aprile apr abr avr apr. abr.",
    5: "may mai maio mayo maggio mei mag",
    6: "june juni junho junio juin giugno jun giu jun.",
    7: "july juli julho julio juillet luglio jul juil lug jul.",
    8: "august agosto août aout augustus aug ago aoû aug. ago.",
    9: "september setembro septiembre septembre settembre sep set sept sep. set.",
    10: "october oktober outubro octubre octobre ottobre oct okt out ott oct. okt.",
    11: "november novembro noviembre novembre nov nov.",
    12: "december dezember dezembro diciembre décembre decembre dicembre dec dez dic déc dec. dez.",
}
"""Month names and their short forms in English, German, Portuguese, Spanish, French, Italian and Dutch."""

NUMBER_OF = {name: number for number, names in MONTHS.items() for name in names.split()}
NAMES = "|".join(sorted((name.replace(".", r"\.") for name in NUMBER_OF), key=len, reverse=True))

CLOCK = (
    r"(?:[t ,]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d+))?)? ?(?P<half>[ap]\.?m\.?)?"
    r" ?(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?)?"
)
SHORT = r"(?:[-/. ]?w|[-/ ]*wk|[-/ ]*week|[-/ ]*kw|[-/ ]*sem(?:ana)?)"

SHAPES = {
    "year-month-day": rf"^(?P<y>\d{{4}})[-/. ](?P<m>\d{{1,2}})[-/. ](?P<d>\d{{1,2}}){CLOCK}$",
    "day/month/year": rf"^(?P<a>\d{{1,2}})[-/. ](?P<b>\d{{1,2}})[-/. ](?P<y>\d{{4}}|\d{{2}}){CLOCK}$",
    "yyyymmdd": r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
    r"(?:[t ]?(?P<H>\d{2}):?(?P<M>\d{2}):?(?P<S>\d{2})?(?P<zone>z)?)?$",
    "yyyymm": r"^(?P<y>\d{4})(?P<m>\d{2})$",
    "year-month": r"^(?P<y>\d{4})(?:[-/. ]m?|m)(?P<m>\d{1,2})$",
    "month/year": r"^(?P<m>\d{1,2})[-/. ](?P<y>\d{4})$",
    "year week": rf"^(?P<y>\d{{4}}){SHORT}[-/ ]*(?P<w>\d{{1,2}})(?:-(?P<wd>[1-7]))?$",
    "week year": r"^(?:w|wk|week|kw|sem(?:ana)?)[-/ ]*(?P<w>\d{1,2})[-/ ]+(?P<y>\d{4})$",
    "year quarter": r"^(?P<y>\d{4})[-/ ]*[qt](?P<q>[1-4])$",
    "quarter year": r"^[qt](?P<q>[1-4])[-/ ]*(?P<y>\d{4})$",
    "day month-name year": rf"^(?:\pL+\.?,? )?(?P<d>\d{{1,2}})\.?[-/ ]?(?:de )?(?P<name>{NAMES})[-/ ,]*(?:de )?"
    rf"(?P<y>\d{{4}}|\d{{2}}){CLOCK}$",
    "month-name day, year": rf"^(?:\pL+,? )?(?P<name>{NAMES})[-/ ]?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? "
    rf"(?P<y>\d{{4}}){CLOCK}$",
    "month-name year": rf"^(?P<name>{NAMES})[-/ ,'’]*(?:de )?(?P<y>\d{{4}}|\d{{2}})$",
    "year month-name": rf"^(?P<y>\d{{4}})[-/ ]*(?P<name>{NAMES})$",
    "year": r"^(?P<y>\d{4})$",
}
"""Ways of writing a moment. Groups: y, m (or `name`), d, or a and b where day and month can stand either way round;
w and wd (ISO week and weekday), q (quarter), and the clock: H, M, S, f (fraction), half (am, pm), zone."""

DOTTED = r"^\s*\d{1,2}\.\d{1,2}\."

GROUPS = ("y", "m", "d", "a", "b", "name", "w", "wd", "q", "H", "M", "S", "f", "half", "zone")
DAYS_TO_1970 = 25_569
"""Excel counts days from 1899-12-30."""


@dataclass(frozen=True, slots=True)
class DayOrder:
    """How 01/05/2024 is taken. day_first: None where no value is written so.

    decided_by: `values` (one is above 12), `dots`, `pattern` (one day of the month throughout), or `custom`.
    """

    day_first: bool | None = None
    decided_by: str = "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Text read as moments. values: Date, or Datetime (μs, UTC if there were zones); null where it could not be read.

    shapes: how many distinct values were written in each way, the most frequent first. zones: the distinct UTC
    offsets; `some_unzoned` when other values had none.
    """

    values: pl.Series
    shapes: Mapping[str, int]
    order: DayOrder = DayOrder()
    zones: tuple[str, ...] = ()
    some_unzoned: bool = False


def read_moments(text: pl.Series, *, date_format: str | None = None) -> Moments:
    """Read text as moments, deciding once for the whole column which of day and month comes first."""
    distinct = pl.DataFrame({"text": text.unique(maintain_order=True).drop_nulls()})
    if date_format:
        local = pl.col("text").str.strip_chars().str.to_datetime(date_format, strict=False, time_unit="us")
        read = distinct.with_columns(
            local.dt.replace_time_zone(None).alias("local"), pl.lit(None, pl.Int64).alias("offset")
        )
        shapes, order = {date_format: len(distinct)}, DayOrder()
    else:
        parts, shapes = _parts(distinct)
        order = _order(parts)
        read = parts.select("text", _local(order).alias("local"), _offset().alias("offset"))
    return _assemble(text, read, shapes, order)


PLAIN = {10: "%Y-%m-%d", 16: "%Y-%m-%d %H:%M", 19: "%Y-%m-%d %H:%M:%S"}
"""How programs write moments, by the length of the text; `T` between date and time is as good as a space."""


def plain_moments(rows: pl.LazyFrame, name: str, sample: pl.Series) -> pl.Expr | None:
    """How to read a column of which every text is written in one of the `PLAIN` ways; None where one is not.

    The result is that of `read_moments`, which has to know the different texts. sample: some of them.
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


CLOCKED = r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4} \d{1,2}:\d{2}"
CLOCK_ENDS = {r"$": "", r":\d{2}$": ":%S", r" [AaPp][Mm]$": " %p", r":\d{2} [AaPp][Mm]$": ":%S %p"}
"""How such a moment ends, and the same for strptime."""


def clocked_moments(rows: pl.LazyFrame, name: str, sample: pl.Series) -> pl.Expr | None:
    """As `plain_moments`, for nothing but moments such as 25/01/2024 10:31:07 of which a day tells the order.

    Times of day make nearly every text a different one, so that a table of them would be as long as the column.
    """
    ends = [end for end in CLOCK_ENDS if sample.str.contains(CLOCKED + end).all()] if len(sample) else []
    if not ends:
        return None
    text, pattern, clock = pl.col(name), CLOCKED + ends[0], CLOCK_ENDS[ends[0]]
    first, second = (text.str.extract(pattern, place).cast(pl.Int8) for place in (1, 2))
    facts = (text.str.contains(pattern).all().alias("fit"), first.max().alias("left"), second.max().alias("right"))
    all_fit, left, right = rows.select(facts).collect().row(0)
    if not all_fit or (left > 12) == (right > 12):
        return None
    form = f"{'%d-%m' if left > 12 else '%m-%d'}-%Y {'%I' if '%p' in clock else '%H'}:%M{clock}"
    local = text.str.replace_all("[/.]", "-").str.to_datetime(form, strict=False, time_unit="us")
    lost = local.is_null() & text.is_not_null()
    midnights = (local.dt.time() == pl.time(0)).all()
    any_lost, dates = rows.select(lost.any().alias("lost"), midnights.alias("dates")).collect().row(0)
    if any_lost:
        return None
    return local.cast(pl.Date) if dates else local


def _parts(distinct: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """The pieces of every value, from the shape that fits most values and also this one."""
    plain = (
        pl.col("text").str.strip_chars().str.to_lowercase()
        .str.replace(r"^(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?", "$1-$2-$3").str.replace(r"-$", "")
    )  # fmt: skip
    frame = distinct.with_columns(plain.alias("plain"))
    fits = {name: int(frame["plain"].str.contains(pattern).sum()) for name, pattern in SHAPES.items()}
    used = sorted((name for name in fits if fits[name]), key=lambda name: -fits[name])
    found = [pl.col("plain").str.extract_groups(SHAPES[name]) for name in used]
    columns = []
    for group in GROUPS:
        pieces = [
            fields.struct.field(group)
            for name, fields in zip(used, found, strict=True)
            if f"(?P<{group}>" in SHAPES[name]
        ]
        columns.append((pl.coalesce(pieces) if pieces else pl.lit(None, pl.String)).alias(group))
    return frame.select("text", *columns), {name: fits[name] for name in used}


def _order(parts: pl.DataFrame) -> DayOrder:
    """Whether the day comes first where that is open, and what decided it."""
    pairs = parts.select(pl.col("a").cast(pl.Int32), pl.col("b").cast(pl.Int32)).drop_nulls()
    if pairs.is_empty():
        return DayOrder()
    days_in_front = int((pairs["a"] > 12).sum())
    months_in_front = int((pairs["b"] > 12).sum())
    if days_in_front or months_in_front:
        return DayOrder(days_in_front >= months_in_front)
    if parts["text"].str.contains(DOTTED).any():
        return DayOrder(True, "dots")  # noqa: FBT003 - the day comes first wherever dots are written
    for day, month, day_first in (("a", "b", True), ("b", "a", False)):
        if pairs[day].n_unique() == 1 and (pairs[month].n_unique() == 12 or parts["y"].n_unique() > 1):
            return DayOrder(day_first, "pattern")  # always the same day, through the months or over years
    american = parts["half"].is_not_null().any()  # am and pm
    return DayOrder(not american, "custom")


def _local(order: DayOrder) -> pl.Expr:
    """The moment as it is written, without its zone."""
    number = {group: pl.col(group).cast(pl.Int64) for group in ("y", "m", "d", "a", "b", "w", "wd", "q", "H", "M", "S")}
    century = pl.when(number["y"] >= 100).then(0).when(number["y"] < 70).then(2000).otherwise(1900)
    year = number["y"] + century
    first, second = (number["a"], number["b"]) if order.day_first else (number["b"], number["a"])
    month = pl.coalesce(
        number["m"], second, pl.col("name").replace_strict(NUMBER_OF, default=None), number["q"] * 3 - 2, 1
    )
    day = pl.coalesce(number["d"], first, 1)
    calendar = pl.format("{}-{}-{}", year, month, day).str.to_date("%Y-%m-%d", strict=False)
    january_4 = pl.format("{}-1-4", year).str.to_date("%Y-%m-%d", strict=False)
    weekday = pl.coalesce(number["wd"], 1) - january_4.dt.weekday()
    week = january_4 + pl.duration(days=(number["w"] - 1) * 7 + weekday)
    date = pl.when(pl.col("w").is_null()).then(calendar).when(week.dt.iso_year() == year).then(week)
    afternoon = pl.col("half").str.starts_with("p")
    hour = pl.when(afternoon.is_null()).then(number["H"]).otherwise(number["H"] % 12 + 12 * afternoon)
    fraction = (pl.col("f").str.pad_end(6, "0").str.head(6)).cast(pl.Int64)
    clock = [piece.fill_null(0) for piece in (hour, number["M"], number["S"], fraction)]
    valid = (clock[0] <= 24) & (clock[1] < 60) & (clock[2] < 62)
    time = pl.duration(hours=clock[0], minutes=clock[1], seconds=clock[2], microseconds=clock[3], time_unit="us")
    return pl.when(valid).then(date.cast(pl.Datetime("us")) + time)


def _offset() -> pl.Expr:
    """Minutes ahead of UTC; null without a zone."""
    zone = pl.col("zone")
    digits = zone.str.replace_all("[^0-9]", "").str.pad_end(4, "0")
    minutes = digits.str.head(2).cast(pl.Int64, strict=False) * 60 + digits.str.tail(2).cast(pl.Int64, strict=False)
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    return pl.when(zone.str.contains("^[zug]")).then(0).otherwise(sign * minutes)


def _assemble(text: pl.Series, read: pl.DataFrame, shapes: Mapping[str, int], order: DayOrder) -> Moments:
    """Back from distinct values to rows; dates where no value has a time of day, else UTC where there are zones."""
    offsets = read["offset"].drop_nulls().unique().sort()
    dates = bool(read.select((pl.col("local").dt.time() == pl.time(0)).all()).item())
    moment = (
        pl.col("local").cast(pl.Date) if dates else pl.col("local") - pl.duration(minutes=pl.col("offset").fill_null(0))
    )
    values = text.to_frame("text").join(
        read.select("text", moment.alias("moment")), on="text", how="left", maintain_order="left"
    )
    return Moments(
        values=values["moment"].rename(text.name),
        shapes=dict(sorted(shapes.items(), key=lambda item: -item[1])),
        order=order,
        zones=tuple(
            f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" for minutes in offsets
        ),
        some_unzoned=len(offsets) > 0 and read.filter(pl.col("local").is_not_null())["offset"].has_nulls(),
    )


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
    elif name.endswith("since 1970"):
        moment = pl.from_epoch(value, time_unit="ms" if name.startswith("milli") else "s").cast(pl.Datetime("us"))
    elif name == "yyyyww":
        return read_moments(numbers.cast(pl.String).str.replace(r"^(\d{4})(\d{2})$", "$1-w$2")).values
    else:
        return read_moments(numbers.cast(pl.String)).values
    return numbers.to_frame("value").select(moment)["value"]
