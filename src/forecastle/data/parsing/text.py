"""One column of text as what its values say: flags, numbers, moments, or plain text."""

from dataclasses import dataclass, field, replace

import polars as pl

from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.detection.keys import names_a_thing
from forecastle.data.detection.vocabulary import hint
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.doubts import about_moments
from forecastle.data.parsing.moments import Moments, find_moments, plain_moments, read_moments
from forecastle.data.parsing.numbers import all_whole, blank_to_null, digits_to_number, to_number, word_for_true
from forecastle.data.parsing.written import WORD, Beside, Written, by_table, looked_up

SAMPLE = 2_000
"""Distinct values of a text column that are looked at before all of it is read."""
BAD_NUMBERS = 0.10
"""Share of values that may be no number in a column of numbers."""
BAD_MOMENTS = 0.10
EXAMPLES = 10
MOST_WORDS = 1_000_000
"""Different texts, about, whose meaning is looked up in a table."""
MEASURES = ("volume", "revenue", "price")
DIGITS = r"^\d+$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the reading of one column depends on."""

    options: ReadOptions
    decimal: str
    row_word: str
    first_row: int

    def examples(self, column: Written, bad: pl.Expr, meanings: Beside | None) -> tuple[str, ...]:
        """The first of the bad values, each with the row it stands in."""
        rows = column.first(bad, meanings, EXAMPLES)
        return tuple(f"{self.row_word} {self.first_row + row}: {column.name} = {text!r}" for row, text in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one column is read, its time zone if its moments had one, and what was noticed.

    values: of the column, and of what its texts mean where meanings put that beside them.
    """

    values: pl.Expr
    meanings: Beside | None = None
    zone: str | None = None
    findings: Findings = field(default_factory=Findings)


def read_text(column: Written, context: Context) -> Column:
    """A text column as what the user says it is, or else as what its values say."""
    options, name = context.options, column.name
    if name == options.time:
        return _moments(column, context)
    if name in (*(options.targets or ()), options.price):
        return _numbers(column, context)
    if name in (options.keys or ()):
        return _plain(column)
    if column.sample.is_empty():  # the few values there are may stand between the rows that were looked at
        there = column.rows.filter(blank_to_null(column.text).is_not_null()).head(10 * SAMPLE)
        column = replace(column, sample=distinct_values(there.collect().to_series()))
    if column.sample.is_empty():
        return _empty(column)
    readers = [_flags_if_so, _numbers_if_so, _moments_if_so]
    if hint(name, "time"):
        readers.reverse()
    columns = (read(column, context) for read in readers)
    return next((found for found in columns if found is not None), None) or _plain(column)


def distinct_values(text: pl.Series) -> pl.Series:
    """Distinct values of a column, a few thousand at most, without the words for *no value*."""
    spread = text.gather_every(max(len(text) // (10 * SAMPLE), 1)).unique(maintain_order=True)
    said = spread.to_frame("text").select(blank_to_null(pl.col("text")).alias(text.name)).to_series()
    return said.drop_nulls().head(SAMPLE)


def _empty(column: Written) -> Column:
    """A column without values: numbers where its name says so."""
    measured = any(hint(column.name, kind) for kind in MEASURES)
    nothing = pl.when(pl.lit(value=False)).then(column.text)
    return Column(values=nothing.cast(pl.Float64 if measured else pl.String))


def _flags_if_so(column: Written, _context: Context) -> Column | None:
    if len(column.sample) > 2 or word_for_true(column.sample) is None:
        return None
    text = blank_to_null(column.text)
    yes = word_for_true(column.words(text.is_not_null()))
    return None if yes is None else Column(values=text.str.strip_chars().str.to_lowercase() == yes)


def _plain(column: Written) -> Column:
    """Text without the spaces around it."""
    changed = column.facts.padded
    if not changed:
        return Column(values=column.text)
    finding = Finding(
        code="spaces",
        severity=Severity.INFO,
        message=f"{counted(changed, 'value')} of {column.name!r} had spaces around them.",
        action="removed the spaces",
        count=changed,
    )
    return Column(values=column.text.str.strip_chars(), findings=Findings((finding,)))


def _numbers_if_so(column: Written, context: Context) -> Column | None:
    if not _numeric(column.name, column.sample, context):
        return None
    read, text = _numbers(column, context), blank_to_null(column.text)
    if not read.findings.items:
        return read
    wrong = column.count(text.is_not_null() & read.values.is_null(), read.meanings)
    return None if wrong > BAD_NUMBERS * column.count(text.is_not_null()) else read


def _numeric(name: str, sample: pl.Series, context: Context) -> bool:
    """Whether most values are numbers, and no codes: these have leading zeros, letters, or too many digits."""
    long = sample.str.contains(r"^\d{19,}$") & sample.cast(pl.Int64, strict=False).is_null()
    if long.any() or sample.str.contains(r"^0\d").any():
        return False
    if names_a_thing(name) and not sample.str.contains("[.,]").any():
        return False
    numbers = sample.to_frame("text").select(to_number(pl.col("text"), context.decimal))["text"]
    bad = sample.filter(numbers.is_null())
    codes = bad.str.contains(r"\d").any() and not any(hint(name, kind) for kind in MEASURES)
    return not codes and len(bad) <= 2 * BAD_NUMBERS * len(sample) and len(bad) < len(sample)


def _numbers(column: Written, context: Context) -> Column:
    facts, plain = column.facts, column.text.cast(pl.Float64, strict=False)
    if facts.whole == facts.there:
        return Column(values=column.text.str.strip_chars().cast(pl.Int64, strict=False))
    if context.decimal == "." and facts.plain == facts.there:
        return Column(values=plain.cast(pl.Int64) if facts.exact else plain)
    found = _looked_up(column, context.decimal)
    bad = found.values.is_null() & column.text.is_not_null() & (column.text.str.strip_chars() != "")
    return _judged(column, found, bad, context)


def _looked_up(column: Written, decimal: str) -> Column:
    """Numbers; those that are written in an odd way by a table of them, unless it would be too long for memory."""
    plain = digits_to_number(column.text, decimal)
    odd = plain.is_null() & column.text.is_not_null()
    count = column.distinct(odd)
    if not count:
        return Column(values=plain)
    if count > MOST_WORDS:
        return Column(values=pl.coalesce(plain, to_number(column.text, decimal)))
    words = column.words(odd).to_frame(WORD)
    meanings = words.with_columns(to_number(pl.col(WORD), decimal).alias(looked_up(column.name)))
    return Column(values=pl.coalesce(plain, column.read), meanings=by_table(column.name, meanings))


def _judged(column: Written, numbers: Column, bad: pl.Expr, context: Context) -> Column:
    """The numbers, whole ones where all are, and what cannot be read as a number."""
    count = column.count(bad, numbers.meanings)
    if column.count(all_whole(numbers.values), numbers.meanings):
        numbers = replace(numbers, values=numbers.values.cast(pl.Int64))
    if not count:
        return numbers
    finding = Finding(
        code="not_a_number",
        severity=Severity.WARNING,
        message=f"{counted(count, 'value')} of {column.name!r} cannot be read as a number.",
        action="taken as missing",
        count=count,
        rows=context.examples(column, bad, numbers.meanings),
    )
    if not column.count(numbers.values.is_not_null(), numbers.meanings):
        raise DataError(
            f"No value of {column.name!r} is a number.", hint=f"Such as {finding.rows[0]}. Name another column."
        )
    return replace(numbers, findings=Findings((finding,)))


def _moments_if_so(column: Written, context: Context) -> Column | None:
    if column.sample.str.contains(DIGITS).all():
        return None  # 2024 or 20240105 are numbers until it is clear which column is the time
    read = read_moments(column.sample)
    return None if read.null_count() > BAD_MOMENTS * len(column.sample) else _moments(column, context)


def _moments(column: Written, context: Context) -> Column:
    date_format = context.options.date_format if column.name == context.options.time else None
    plain = None if date_format else plain_moments(column.rows, column.name, column.sample)
    if plain is not None:
        return Column(values=plain)
    moments, meanings = _found_moments(column, date_format)
    bad = column.read.is_null() & column.text.is_not_null()
    count = column.count(bad, meanings) if moments.unread else 0
    findings = about_moments(column.name, moments)
    found = Column(values=column.read, meanings=meanings, zone=_zone(moments), findings=findings)
    if not count:
        return found
    rows, there = context.examples(column, bad, meanings), column.facts.there
    if count > BAD_MOMENTS * there:
        raise DataError(
            f"{count} of {there} values of {column.name!r} cannot be read as dates or times.",
            hint=f"Such as {'; '.join(rows[:3])}. Name the format (--date-format %d/%m/%Y) or another column.",
        )
    finding = Finding(
        code="not_a_date",
        severity=Severity.WARNING,
        message=f"{counted(count, 'value')} of {column.name!r} cannot be read as a date.",
        action="taken as missing",
        count=count,
        rows=rows,
    )
    return replace(found, findings=findings + Findings((finding,)))


def _found_moments(column: Written, date_format: str | None) -> tuple[Moments, Beside]:
    """How the column says when; by a table of its different texts, unless that would be too long for memory."""
    name, under = column.name, looked_up(column.name)
    if column.distinct(column.text.is_not_null()) > MOST_WORDS:
        moments = find_moments(column.rows, name, date_format=date_format)
        return moments, lambda rows: moments.beside(rows, name, under)
    words = column.words().to_frame(WORD).lazy()
    moments = find_moments(words, WORD, date_format=date_format)
    return moments, by_table(name, moments.beside(words, WORD, under).select(WORD, under).collect())


def _zone(moments: Moments) -> str | None:
    if not moments.zones:
        return None
    return moments.zones[0] if len(moments.zones) == 1 and moments.zones[0] != "+00:00" else "UTC"
