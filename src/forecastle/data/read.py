"""Read a sales history from anywhere and find out what its columns are."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import polars as pl

from forecastle.core.errors import DataError, SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.progress import Progress, silent
from forecastle.data import sources
from forecastle.data.cleaning.rows import counted
from forecastle.data.dataset import Dataset, Role, Roles
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.columns import parse
from forecastle.data.parsing.tidying import tidy
from forecastle.data.parsing.wide import unpivot
from forecastle.data.parsing.written import ROW
from forecastle.data.roles import find_roles
from forecastle.data.snapshot import ROWS, Description, with_rows, write_description, write_rows, writing
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

__all__ = ["ReadOptions", "Reading", "read", "reading"]

EXAMPLES = 10
DOUBTFUL = 0.5
"""Confidence below which the choice of a target is a finding."""
CONVERSIONS = {"pandas": "pl.from_pandas(frame)", "pyarrow": "pl.from_arrow(table)", "polars": "frame.collect()"}
"""How tables of other libraries, and lazy ones, become a Polars frame."""
FIND_OUT, USUAL = ReadOptions(), ReadSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sales history that was looked through. rows: still in the source, read when they are asked for.

    file: where they lie as a snapshot has them, if they do.
    """

    rows: pl.LazyFrame
    description: Description
    file: Path | None = None

    def dataset(self) -> Dataset:
        """All of it in memory."""
        return with_rows(self.description, self.rows.collect())

    def named(self, source: str) -> Self:
        """The same under another name of its source."""
        return replace(self, description=replace(self.description, source=source))

    def save(self, folder: Path) -> None:
        """Write it as `save_snapshot` would, piece by piece; afterwards its rows are gone.

        Raises:
            OutputError: it could not be written.
        """
        with writing(folder):
            if self.file is not None:
                shutil.move(self.file, folder / ROWS)
            else:
                write_rows(self.rows, folder / ROWS)
            write_description(self.description, folder)


def read(
    source: str | Path | pl.DataFrame,
    *,
    options: ReadOptions = FIND_OUT,
    settings: ReadSettings = USUAL,
    progress: Progress = silent,
) -> Dataset:
    """Read a file, folder, URL, database or frame.

    Nothing has to be said about it: format, number and date formats and the role of each column are found, and every
    decision is among the dataset's findings and `roles.guesses`. `options` overrides any of them.

    Raises:
        SourceError: the source is not there, cannot be read, or is of no known kind.
        RolesError: a named column is missing, or there is no time or no target.
        DataError: a column named as time or target holds something else.
    """
    with reading(source, options=options, settings=settings, progress=progress) as found:
        return found.dataset()


@contextmanager
def reading(
    source: str | Path | pl.DataFrame,
    *,
    options: ReadOptions = FIND_OUT,
    settings: ReadSettings = USUAL,
    progress: Progress = silent,
) -> Iterator[Reading]:
    """As `read`, for rows that need not be in memory: a long text or Parquet file is passed through piece by piece."""
    with (
        TemporaryDirectory(prefix="forecastle-") as folder,
        _opened(source, options, settings, lambda share, text: progress(0.3 * share, text)) as (original, name),
    ):
        table = unpivot(_ready(original, name), options, Path(folder))
        typed = parse(table, options, lambda share, text: progress(0.3 + 0.3 * share, text))
        rows, file = _laid_out(typed.rows, table, Path(folder))
        progress(0.8, "finding out what the columns are")
        found = find_roles(rows, options)
        time = found.roles.time
        timed, dropped = _with_time(found.time.put_into(rows), time, table)
        description = Description(
            source=name,
            transactions=found.transactions,
            time_zone=typed.zones.get(time),
            roles=found.roles,
            findings=tuple((typed.findings + dropped + _doubts(found.roles)).items),
        )
        same = found.time.as_it_is and not dropped.items
        yield Reading(rows=timed, description=description, file=file if same else None)
        progress(1.0, "read")


def _laid_out(rows: pl.LazyFrame, table: Table, folder: Path) -> tuple[pl.LazyFrame, Path | None]:
    """The same rows; those that take long to pass through in a file by column, where looking at one costs little."""
    if not table.costly:
        return rows, None
    with writing(folder):
        write_rows(rows, folder / ROWS)
    return pl.scan_parquet(folder / ROWS), folder / ROWS


@contextmanager
def _opened(
    source: str | Path | pl.DataFrame, options: ReadOptions, settings: ReadSettings, progress: Progress
) -> Iterator[tuple[Table, str]]:
    """The rows as the source has them, and what to call it."""
    if isinstance(source, pl.DataFrame):
        yield Table.of(source), "the frame"
    elif isinstance(source, str | Path):
        name = sources.name_of(source)
        with sources.opened(source, options=options, settings=settings, progress=progress) as table:
            yield table, name
    else:
        raise _no_source(source)


def _no_source(value: object) -> SourceError:
    library, kind = type(value).__module__.partition(".")[0], type(value).__name__
    if library not in CONVERSIONS:
        return sources.unsupported(f"a value of type {kind}")
    return SourceError(
        f"A {library} {kind} is no source; a Polars frame is.", hint=f"Convert it: {CONVERSIONS[library]}."
    )


def _ready(table: Table, name: str) -> Table:
    """The rows under headers that say something."""
    if table.sample.is_empty():
        raise SourceError(f"{name} has no rows.", hint="Check that the export finished.")
    return tidy(table)


def _doubts(roles: Roles) -> Findings:
    """Targets that were taken for want of a better column."""
    findings = (
        Finding(
            code="guessed_target",
            severity=Severity.WARNING,
            message=f"No column is named for what was sold; {guess.column!r} was taken.",
            action="name another as target if that is wrong",
        )
        for guess in roles.guesses
        if guess.role is Role.TARGET and guess.confidence < DOUBTFUL
    )
    return Findings(tuple(findings))


def _with_time(rows: pl.LazyFrame, time: str, table: Table) -> tuple[pl.LazyFrame, Findings]:
    """Only rows that say when; what the others held is in the findings."""
    timeless = pl.col(time).is_null()
    blank = pl.all_horizontal(pl.all().is_null())
    there = rows.select(timeless.sum().alias("timeless"), pl.len().alias("rows")).collect()
    count, height = there.row(0)
    if not count:
        return rows, Findings()
    if count == height:
        raise DataError(f"No row has a value in the time column {time!r}.", hint="Name another time column.")
    blanks = rows.select(blank.sum()).collect().item()
    findings = []
    if blanks:
        message = f"{counted(blanks, 'row')} without any value."
        findings.append(Finding(code="blank_rows", severity=Severity.INFO, message=message, count=blanks))
    if count > blanks:
        first = rows.with_row_index(ROW).filter(timeless, ~pl.all_horizontal(pl.exclude(ROW).is_null()))
        findings.append(
            Finding(
                code="no_time",
                severity=Severity.WARNING,
                message=f"{counted(count - blanks, 'row')} without a readable value in {time!r}.",
                action="left out",
                count=count - blanks,
                rows=tuple(
                    f"{table.row_word} {table.first_row + row}: {_short(values)}"
                    for row, *values in first.head(EXAMPLES).collect().iter_rows()
                ),
            )
        )
    return rows.filter(~timeless), Findings(tuple(findings))


def _short(values: Sequence[object]) -> str:
    text = ", ".join("" if value is None else str(value) for value in values)
    return text if len(text) <= 80 else f"{text[:77]}…"
