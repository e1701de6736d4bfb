"""From what a source had to typed columns: text becomes numbers, moments or booleans where a whole column says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

import polars as pl

from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.detection.keys import names_a_thing
from forecastle.data.detection.vocabulary import hint
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.moments import DayOrder, Moments, read_moments
from forecastle.data.parsing.numbers import blank_to_null, decimal_mark, to_boolean, to_number
from forecastle.data.sources.table import Table

SAMPLE = 2_000
"""Distinct values of a text column that are looked at before all of it is read."""
BAD_NUMBERS = 0.10
"""Share of values that may be no number in a column of numbers."""
BAD_MOMENTS = 0.10
EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Typed columns.

    zones: the time zone of each column of moments that had one (the column holds UTC, or local dates), named as in the
    source, or by the offset where all values have the same, such as `+02:00`.
    """

    frame: pl.DataFrame
    zones: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)


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


def parse(table: Table, options: ReadOptions) -> Typed:
    """Give every column its type.

    Raises:
        DataError: a column named as time or target cannot be read as such.
    """
    samples = {name: _sample(table.frame[name]) for name, kind in table.frame.schema.items() if kind == pl.String}
    mark = decimal_mark(samples.values(), default=table.decimal)
    context = Context(
        options=options, decimal=options.decimal or mark.mark, row_word=table.row_word, first_row=table.first_row
    )
    frame, findings, zones = table.frame, table.findings, dict[str, str]()
    for name in frame.columns:
        column = _text(frame[name], samples[name], context) if name in samples else _typed(frame[name])
        frame = frame.with_columns(column.values)
        findings += column.findings
        if column.zone:
            zones[name] = column.zone
    if mark.example and options.decimal is None:
        findings += _ambiguous_number(mark.example, context.decimal)
    return Typed(frame=frame, zones=zones, findings=findings)


def _sample(text: pl.Series) -> pl.Series:
    spread = text.gather_every(max(len(text) // (10 * SAMPLE), 1))
    return _said(spread.unique(maintain_order=True)).drop_nulls().head(SAMPLE)


def _typed(column: pl.Series) -> Column:
    """A column whose type the source knew."""
    kind = column.dtype
    if kind.is_decimal():
        return Column(values=column.cast(pl.Float64))
    if not isinstance(kind, pl.Datetime):
        return Column(values=column)
    local = column.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    if (local.dt.time() == time(0)).all():
        return Column(values=local.cast(pl.Date), zone=kind.time_zone)
    if kind.time_zone is None:
        return Column(values=local)
    return Column(
        values=column.dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Datetime("us")),
        zone=kind.time_zone,
    )


def _text(text: pl.Series, sample: pl.Series, context: Context) -> Column:
    """A text column as what the user says it is, or else as what its values say."""
    options, name = context.options, text.name
    if name == options.time:
        return _moments(text, context)
    if name in (*(options.targets or ()), options.price):
        return _numbers(text, context)
    if name in (options.keys or ()):
        return _plain(text)
    if sample.is_empty():
        return _empty(text)
    readers = [_flags_if_so, _numbers_if_so, _moments_if_so]
    if hint(name, "time"):
        readers.reverse()
    columns = (read(text, sample, context) for read in readers)
    return next((column for column in columns if column is not None), None) or _plain(text)


def _empty(text: pl.Series) -> Column:
    """A column without values: numbers where its name says so."""
    measured = any(hint(text.name, kind) for kind in ("volume", "revenue", "price"))
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
    """Numbers, unless the values are codes: leading zeros, or letters among the digits."""
    if sample.str.contains(r"^0\d").any() or (names_a_thing(text.name) and not sample.str.contains("[.,]").any()):
        return None
    numbers = sample.to_frame("text").select(to_number(pl.col("text"), context.decimal))["text"]
    bad = sample.filter(numbers.is_null())
    codes = bad.str.contains(r"\d").any() and not any(hint(text.name, kind) for kind in ("volume", "revenue", "price"))
    if codes or len(bad) > 2 * BAD_NUMBERS * len(sample) or len(bad) == len(sample):
        return None
    column = _numbers(text, context)
    said = _said(text)
    wrong = said.is_not_null() & column.values.is_null()
    return None if wrong.sum() > BAD_NUMBERS * said.count() else column


def _numbers(text: pl.Series, context: Context) -> Column:
    name = text.name
    whole = text.str.strip_chars().cast(pl.Int64, strict=False)
    if whole.null_count() == text.null_count():
        return Column(values=whole)
    numbers = _to_numbers(text, context.decimal)
    bad = numbers.is_null() & text.is_not_null() & (text.str.strip_chars() != "")
    if numbers.is_finite().all() and (numbers == numbers.floor()).all() and (numbers.abs() < 2**53).all():
        numbers = numbers.cast(pl.Int64)
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
    if sample.str.contains(r"^\d+$").all():
        return None  # 2024 or 20240105 are numbers until it is clear which column is the time
    read = read_moments(sample)
    return None if read.values.null_count() > BAD_MOMENTS * len(sample) else _moments(text, context)


def _moments(text: pl.Series, context: Context) -> Column:
    moments = read_moments(text, date_format=context.options.date_format if text.name == context.options.time else None)
    bad = moments.values.is_null() & text.is_not_null()
    findings = _date_findings(text.name, moments)
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


def _ambiguous_number(example: str, decimal: str) -> Findings:
    decimals = decimal in example
    meaning = "decimals" if decimals else "thousands"
    finding = Finding(
        code="ambiguous_numbers",
        severity=Severity.WARNING if decimals else Severity.INFO,
        message=f"Numbers such as {example} can be read in two ways; what follows the mark was taken as {meaning}.",
    )
    return Findings((finding,))


def _date_findings(name: str, moments: Moments) -> Findings:
    """What was decided about the dates of a column."""
    found = []
    if len(moments.shapes) > 1:
        shapes = ", ".join(f"{shape} ({count})" for shape, count in moments.shapes.items())
        found.append(
            ("mixed_date_formats", f"The dates of {name!r} are written in {len(moments.shapes)} ways: {shapes}.")
        )
    if len(moments.zones) > 1:
        zones = ", ".join(moments.zones)
        found.append(
            ("mixed_time_zones", f"The times of {name!r} have several offsets from UTC ({zones}); UTC is used.")
        )
    if moments.some_unzoned:
        found.append(("missing_time_zones", f"Some times of {name!r} have no zone; they were taken as UTC."))
    warnings = Findings(tuple(Finding(code=code, severity=Severity.WARNING, message=text) for code, text in found))
    return _order_findings(name, moments.order) + warnings


def _order_findings(name: str, order: DayOrder) -> Findings:
    """How dates such as 01/05/2024 were taken, where no value is above 12."""
    if order.decided_by not in ("pattern", "custom"):
        return Findings()
    written = "day first" if order.day_first else "month first"
    guessed = order.decided_by == "custom"
    finding = Finding(
        code="ambiguous_dates",
        severity=Severity.WARNING if guessed else Severity.INFO,
        message=f"Nothing in {name!r} tells day from month; {written} was assumed."
        if guessed
        else f"The dates of {name!r} can be read in two ways; {written}, all are the same day of the month.",
        action=f"read {written} (name the date format if that is wrong)",
    )
    return Findings((finding,))
