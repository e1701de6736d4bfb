"""Read a sales history from anywhere and find out what its columns are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
from forecastle.data.roles import find_roles
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

__all__ = ["ReadOptions", "read"]

EXAMPLES = 10
DOUBTFUL = 0.5
"""Confidence below which the choice of a target is a finding."""
CONVERSIONS = {"pandas": "pl.from_pandas(frame)", "pyarrow": "pl.from_arrow(table)", "polars": "frame.collect()"}
"""How tables of other libraries, and lazy ones, become a Polars frame."""
FIND_OUT, USUAL = ReadOptions(), ReadSettings()


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
    with _opened(source, options, settings, lambda share, text: progress(0.3 * share, text)) as (table, name):
        typed = parse(table, options, lambda share, text: progress(0.3 + 0.5 * share, text))
    progress(0.8, "finding out what the columns are")
    found = find_roles(typed.frame, options)
    time = found.roles.time
    frame, dropped = _with_time(found.frame, time, table)
    progress(1.0, f"{len(frame):,} rows read")
    return Dataset(
        frame=frame,
        roles=found.roles,
        source=name,
        transactions=found.transactions,
        time_zone=typed.zones.get(time),
        findings=typed.findings + dropped + _doubts(found.roles),
    )


@contextmanager
def _opened(
    source: str | Path | pl.DataFrame, options: ReadOptions, settings: ReadSettings, progress: Progress
) -> Iterator[tuple[Table, str]]:
    """The rows as the source has them, and what to call it."""
    if isinstance(source, pl.DataFrame):
        yield _ready(Table.of(source), "the frame"), "the frame"
    elif isinstance(source, str | Path):
        name = sources.name_of(source)
        with sources.opened(source, options=options, settings=settings, progress=progress) as table:
            yield _ready(table, name), name
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
    """One row a period, under headers that say something."""
    if table.sample.is_empty():
        raise SourceError(f"{name} has no rows.", hint="Check that the export finished.")
    return unpivot(tidy(table))


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


def _with_time(frame: pl.DataFrame, time: str, table: Table) -> tuple[pl.DataFrame, Findings]:
    """Only rows that say when; what the others held is in the findings."""
    timeless = frame[time].is_null()
    if not timeless.any():
        return frame, Findings()
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series() & timeless
    left_out = timeless & ~blank
    if timeless.all():
        raise DataError(f"No row has a value in the time column {time!r}.", hint="Name another time column.")
    findings = []
    if blank.any():
        findings.append(
            Finding(
                code="blank_rows",
                severity=Severity.INFO,
                message=f"{counted(int(blank.sum()), 'row')} without any value.",
                count=int(blank.sum()),
            )
        )
    if left_out.any():
        rows = left_out.arg_true().head(EXAMPLES).to_list()
        findings.append(
            Finding(
                code="no_time",
                severity=Severity.WARNING,
                message=f"{counted(int(left_out.sum()), 'row')} without a readable value in {time!r}.",
                action="left out",
                count=int(left_out.sum()),
                rows=tuple(f"{table.row_word} {table.first_row + row}: {_short(frame.row(row))}" for row in rows),
            )
        )
    return frame.filter(~timeless), Findings(tuple(findings))


def _short(values: tuple[object, ...]) -> str:
    text = ", ".join("" if value is None else str(value) for value in values)
    return text if len(text) <= 80 else f"{text[:77]}…"
