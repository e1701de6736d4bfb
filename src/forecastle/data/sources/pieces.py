"""Rows that come piece by piece: in memory while they are few, as files by column when they are many."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.sources.table import LONG, Table, spread

CELLS = 500_000
"""Values of a piece, about, where a source can choose."""
ROW_GROUP = 1 << 17
TIMES = {date, datetime, time, timedelta}
"""Types that become numbers where they stand beside numbers, which would say nothing."""


class Pieces:
    """Rows of one table, added one below the other. A piece may lack columns, or have one in another type.

    workspace: where they are laid out; they can be read until it is deleted.
    """

    def __init__(self, workspace: Path) -> None:
        self._folder = Path(mkdtemp(dir=workspace))
        self._held: list[pl.DataFrame] = []
        self._size = 0
        self._files: list[Path] = []
        self._parts: list[pl.LazyFrame] = []
        self._samples: list[pl.DataFrame] = []
        self._seen: dict[str, list[pl.DataType]] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Rows that are in memory; they leave it when there are many."""
        self._note(frame.schema)
        self._held.append(frame)
        self._size += int(frame.estimated_size())
        if self._size >= LONG:
            self._lay_out()

    def add_values(self, columns: Mapping[str, Sequence[object]]) -> None:
        """Rows as Python's values, by column; those that no table has a type for, such as UUIDs, become text."""
        series = [_series(name, values) for name, values in columns.items()]
        self.add(pl.DataFrame(series))
        for column in series:
            if column.dtype == pl.String:
                for value in _other(columns[column.name]):
                    self._note({column.name: _series(column.name, [value]).dtype})

    def add_table(self, table: Table) -> None:
        """All rows of another table; those that are not in memory stay where they are."""
        if table.held is not None:
            self.add(table.held)
            return
        self._note(table.sample.schema)
        self._lay_out()
        self._parts.append(table.rows)
        self._samples.append(table.sample)

    def table(self) -> Table:
        """All of them, with a finding where a column has values of different kinds.

        Raises:
            SourceError: some of these cannot be written as text.
        """
        mixed = _mixed(self._seen)
        if not self._parts:
            return Table.of(self._united([frame.lazy() for frame in self._held]).collect(), findings=mixed)
        self._lay_out()
        samples = self._samples
        if self._files:
            laid_out = self._united([pl.scan_parquet(file) for file in self._files])
            height = laid_out.select(pl.len()).collect().item()
            samples = [*samples, spread(laid_out, height, self._folder)]
        return Table(
            rows=self._united(self._parts),
            sample=self._united([sample.lazy() for sample in samples]).collect(),
            costly=True,
            findings=mixed,
        )

    def _note(self, schema: Mapping[str, pl.DataType]) -> None:
        for name, kind in schema.items():
            kinds = self._seen.setdefault(name, [])
            if kind not in kinds:
                kinds.append(kind)

    def _lay_out(self) -> None:
        """What is in memory as one more file."""
        if not self._held:
            return
        file = self._folder / f"{len(self._files):06}.parquet"
        rows = self._united([frame.lazy() for frame in self._held])
        rows.sink_parquet(file, compression="lz4", row_group_size=ROW_GROUP)
        self._files.append(file)
        self._parts.append(pl.scan_parquet(file))
        self._held, self._size = [], 0

    def _united(self, parts: Sequence[pl.LazyFrame]) -> pl.LazyFrame:
        """One below the other, with all columns that were seen so far; null where a part has none."""
        kinds = {name: common(name, seen) for name, seen in self._seen.items()}
        return pl.concat([_in(part, kinds) for part in parts] or [pl.LazyFrame(schema=kinds)])


def common(name: str, kinds: Sequence[pl.DataType]) -> pl.DataType:
    """The type of a column whose values were found in several: text where these are of different kinds.

    Raises:
        SourceError: some of its values cannot be written as text.
    """
    known = [kind for kind in kinds if kind != pl.Null] or [pl.Null()]
    if len(known) == 1:
        return known[0]
    if any(kind.is_nested() or kind in (pl.Binary, pl.Object) for kind in known):
        raise SourceError(f"{name!r} holds {_told(known)}, which have no type in common.", hint="Leave the column out.")
    numbers = all(kind.is_numeric() or kind == pl.Boolean for kind in known)
    moments = all(kind in (pl.Date, pl.Datetime) for kind in known) and len({_zone(kind) for kind in known}) == 1
    if not numbers and not moments:
        return pl.String()
    return pl.concat([pl.DataFrame(schema={name: kind}) for kind in known], how="vertical_relaxed").schema[name]


def _series(name: str, values: Sequence[object]) -> pl.Series:
    if isinstance(next((value for value in values if value is not None), None), Decimal):  # which may be no number
        values = [float(value) if isinstance(value, Decimal) else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) == 1 or kinds <= {date, datetime} or not kinds & TIMES:
        column = pl.Series(name, values, strict=False)
        if column.dtype != pl.Object:
            return column
    return pl.Series(name, [None if value is None else str(value) for value in values], pl.String)


def _other(values: Sequence[object]) -> list[object]:
    """One value of every type but text."""
    return list({type(value): value for value in values if value is not None and not isinstance(value, str)}.values())


def _zone(kind: pl.DataType) -> str | None:
    return kind.time_zone if isinstance(kind, pl.Datetime) else None


def _told(kinds: Sequence[pl.DataType]) -> str:
    return " and ".join(sorted({_word(kind) for kind in kinds}))


def _word(kind: pl.DataType) -> str:
    if kind.is_numeric():
        return "numbers"
    if kind in (pl.Date, pl.Datetime):
        return "dates"
    return {pl.String(): "text", pl.Boolean(): "true or false"}.get(kind, str(kind).lower())


def _in(rows: pl.LazyFrame, kinds: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """The rows with these columns in these types."""
    there = rows.collect_schema()
    columns = (pl.col(name) if name in there else pl.lit(None).alias(name) for name in kinds)
    return rows.select(column.cast(kind) for column, kind in zip(columns, kinds.values(), strict=True))


def _mixed(seen: Mapping[str, Sequence[pl.DataType]]) -> Findings:
    """Columns of values of different kinds."""
    mixed = [
        f"{name}: {_told([kind for kind in kinds if kind != pl.Null])}"
        for name, kinds in seen.items()
        if pl.String in kinds and len({*kinds} - {pl.Null()}) > 1
    ]
    if not mixed:
        return Findings()
    finding = Finding(
        code="mixed_types",
        severity=Severity.INFO,
        message=f"{counted(len(mixed), 'column')} with values of different types.",
        action="taken as text, in which numbers and dates are looked for again",
        count=len(mixed),
        rows=tuple(mixed[:10]),
    )
    return Findings((finding,))
