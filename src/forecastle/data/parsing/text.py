"""One column of text as what its values say: flags, numbers, moments, or plain text."""

from dataclasses import dataclass, field

import polars as pl

from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.detection.keys import names_a_thing
from forecastle.data.detection.vocabulary import hint
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.doubts import about_moments
from forecastle.data.parsing.moments import Moments, read_moments
from forecastle.data.parsing.numbers import blank_to_null, to_boolean, to_number, whole_if_so

SAMPLE = 2_000
"""Distinct values of a text column that are looked at before all of it is read."""
BAD_NUMBERS = 0.10
"""Share of values that may be no number in a column of numbers."""
BAD_MOMENTS = 0.10
EXAMPLES = 10
MEASURES = ("volume", "revenue", "price")
DIGITS = r"^\d+$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the reading of one column depends on."""

    options: ReadOptions
    decimal: str
    row_word: str
    first_row: int

    def examples(self, column: pl.Series, bad: pl.Series) -> tuple[str, ...]:
        """The first of the bad values, each with the row it stands in."""
        rows = bad.arg_true().head(EXAMPLES).to_list()
        return tuple(f"{self.row_word} {self.first_row + row}: {column.name} = {column[row]!r}" for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One typed column, its time zone if its moments had one, and what was noticed."""

    values: pl.Series
    zone: str | None = None
    findings: Findings = field(default_factory=Findings)


def read_text(text: pl.Series, sample: pl.Series, context: Context) -> Column:
    """A text column as what the user says it is, or else as what its values say."""
    options, name = context.options, text.name
    if name == options.time:
        return _moments(text, context)
    if name in (*(options.targets or ()), options.price):
        return _numbers(text, context)
    if name in (options.keys or ()):
        return _plain(text)
    if sample.is_empty():  # the few values there are may stand between the rows that were looked at
        sample = distinct_values(text.drop_nulls())
    if sample.is_empty():
        return _empty(text)
    readers = [_flags_if_so, _numbers_if_so, _moments_if_so]
    if hint(name, "time"):
        readers.reverse()
    columns = (read(text, sample, context) for read in readers)
    return next((column for column in columns if column is not None), None) or _plain(text)


def holds_numbers(name: str, sample: pl.Series, context: Context) -> bool:
    """Whether `read_text` would read a column as numbers, were all its values like those of a sample."""
    options = context.options
    if name in (*(options.targets or ()), options.price):
        return name != options.time
    if sample.is_empty() or name in (options.time, *(options.keys or ())):
        return False
    return _numeric(name, sample, context) and (not hint(name, "time") or bool(sample.str.contains(DIGITS).all()))


def distinct_values(text: pl.Series) -> pl.Series:
    """Distinct values of a column, a few thousand at most, without the words for *no value*."""
    spread = text.gather_every(max(len(text) // (10 * SAMPLE), 1))
    return _said(spread.unique(maintain_order=True)).drop_nulls().head(SAMPLE)


def _empty(text: pl.Series) -> Column:
    """A column without values: numbers where its name says so."""
    measured = any(hint(text.name, kind) for kind in MEASURES)
    return Column(values=pl.Series(text.name, [None] * len(text), dtype=pl.Float64 if measured else pl.String))


def _flags_if_so(text: pl.Series, sample: pl.Series, _context: Context) -> Column | None:
    flags = to_boolean(_said(text)) if len(sample) <= 2 and to_boolean(sample) is not None else None
    return None if flags is None else Column(values=flags)


def _said(text: pl.Series) -> pl.Series:
    """The text without words for *no value*."""
    return text.to_frame("text").select(blank_to_null(pl.col("text")).alias(text.name)).to_series()


def _plain(text: pl.Series) -> Column:
    """Text without the spaces around it."""
    stripped = text.str.strip_chars()
    changed = int((stripped != text).sum())
    if not changed:
        return Column(values=text)
    finding = Finding(
        code="spaces",
        severity=Severity.INFO,
        message=f"{counted(changed, 'value')} of {text.name!r} had spaces around them.",
        action="removed the spaces",
        count=changed,
    )
    return Column(values=stripped, findings=Findings((finding,)))


def _numbers_if_so(text: pl.Series, sample: pl.Series, context: Context) -> Column | None:
    if not _numeric(text.name, sample, context):
        return None
    column = _numbers(text, context)
    said = _said(text)
    wrong = said.is_not_null() & column.values.is_null()
    return None if wrong.sum() > BAD_NUMBERS * said.count() else column


def _numeric(name: str, sample: pl.Series, context: Context) -> bool:
    """Whether most values are numbers and no codes, which have leading zeros, or letters among the digits."""
    if sample.str.contains(r"^0\d").any() or (names_a_thing(name) and not sample.str.contains("[.,]").any()):
        return False
    numbers = sample.to_frame("text").select(to_number(pl.col("text"), context.decimal))["text"]
    bad = sample.filter(numbers.is_null())
    codes = bad.str.contains(r"\d").any() and not any(hint(name, kind) for kind in MEASURES)
    return not codes and len(bad) <= 2 * BAD_NUMBERS * len(sample) and len(bad) < len(sample)


def _numbers(text: pl.Series, context: Context) -> Column:
    name = text.name
    whole = text.str.strip_chars().cast(pl.Int64, strict=False)
    if whole.null_count() == text.null_count():
        return Column(values=whole)
    numbers = _to_numbers(text, context.decimal)
    bad = numbers.is_null() & text.is_not_null() & (text.str.strip_chars() != "")
    numbers = whole_if_so(numbers)
    if not bad.any():
        return Column(values=numbers)
    finding = Finding(
        code="not_a_number",
        severity=Severity.WARNING,
        message=f"{counted(int(bad.sum()), 'value')} of {name!r} cannot be read as a number.",
        action="taken as missing",
        count=int(bad.sum()),
        rows=context.examples(text, bad),
    )
    if numbers.null_count() == len(numbers):
        raise DataError(f"No value of {name!r} is a number.", hint=f"Such as {finding.rows[0]}. Name another column.")
    return Column(values=numbers, findings=Findings((finding,)))


def _to_numbers(text: pl.Series, decimal: str) -> pl.Series:
    """Float64; what is not written plainly is read value by value, which takes longer."""
    frame = text.to_frame("text")
    if decimal != ".":
        return frame.select(to_number(pl.col("text"), decimal).alias(text.name)).to_series()
    plain = text.cast(pl.Float64, strict=False)
    if plain.null_count() == text.null_count():
        return plain
    odd = frame.filter(plain.is_null()).drop_nulls().unique()
    odd = odd.with_columns(to_number(pl.col("text"), decimal).alias("number"))
    read = frame.join(odd, on="text", how="left", maintain_order="left")["number"]
    return plain.fill_null(read)


def _moments_if_so(text: pl.Series, sample: pl.Series, context: Context) -> Column | None:
    if sample.str.contains(DIGITS).all():
        return None  # 2024 or 20240105 are numbers until it is clear which column is the time
    read = read_moments(sample)
    return None if read.values.null_count() > BAD_MOMENTS * len(sample) else _moments(text, context)


def _moments(text: pl.Series, context: Context) -> Column:
    moments = read_moments(text, date_format=context.options.date_format if text.name == context.options.time else None)
    bad = moments.values.is_null() & text.is_not_null()
    findings = about_moments(text.name, moments)
    if not bad.any():
        return Column(values=moments.values, zone=_zone(moments), findings=findings)
    rows = context.examples(text, bad)
    if bad.sum() > BAD_MOMENTS * text.count():
        raise DataError(
            f"{bad.sum()} of {text.count()} values of {text.name!r} cannot be read as dates or times.",
            hint=f"Such as {'; '.join(rows[:3])}. Name the format (--date-format %d/%m/%Y) or another column.",
        )
    finding = Finding(
        code="not_a_date",
        severity=Severity.WARNING,
        message=f"{counted(int(bad.sum()), 'value')} of {text.name!r} cannot be read as a date.",
        action="taken as missing",
        count=int(bad.sum()),
        rows=rows,
    )
    return Column(values=moments.values, zone=_zone(moments), findings=findings + Findings((finding,)))


def _zone(moments: Moments) -> str | None:
    if not moments.zones:
        return None
    return moments.zones[0] if len(moments.zones) == 1 and moments.zones[0] != "+00:00" else "UTC"
