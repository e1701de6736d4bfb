"""The options that commands share."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter
from cyclopts.validators import Number

if TYPE_CHECKING:
    from forecastle.data.options import ReadOptions
    from forecastle.pipeline.request import Request
    from forecastle.settings import Settings

READING = Group("Reading (found out from the source)", sort_key=2)
COLUMNS = Group("Columns (found out from the data; name them to be sure)", sort_key=3)
FORECAST = Group("Forecast", sort_key=1)
GENERAL = Group("Settings and output", sort_key=4)

Source = Annotated[
    str,
    Parameter(
        help="A file (CSV, TSV, Excel, JSON, NDJSON, Parquet), a folder or glob, a database URL, an http(s) URL, "
        "or an object store URL such as s3://."
    ),
]
Page = Annotated[Path | None, Parameter(name="--html", help="Write everything as an HTML page into this file.")]
Names = tuple[str, ...] | None

Limit = Annotated[int, Parameter(validator=Number(gte=1), help="The most rows to show.")]
Series = Annotated[
    tuple[str, ...],
    Parameter(name="--series", show_default=False, negative="", help="Only this series; repeat for several."),
]
JobId = Annotated[str, Parameter(help="Its id; `forecastle jobs` lists them.")]
ExecutionId = Annotated[str, Parameter(help="Its id, which is that of its job; `forecastle forecasts` lists them.")]
DatasetName = Annotated[str, Parameter(help="Its name or id; `forecastle datasets` lists them.")]
Version = Annotated[int | None, Parameter(help="Its version; the newest if left out.")]
OneSeries = Annotated[str | None, Parameter(name="--series", help="One series; all together if left out.")]
Column = Annotated[str | None, Parameter(name="--column", help="A column of numbers; the first target if left out.")]
Period = Annotated[str | None, Parameter(name="--freq", help="The period, such as MS; the data's own if left out.")]
Season = Annotated[int | None, Parameter(help="Length of a season in periods; the usual one if left out.")]


@Parameter(name="*", group=READING, negative="")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the source is read."""

    sheet: str | None = None
    "Excel sheet, by name or by number from 1."
    table: str | None = None
    "Table of a database source."
    query: str | None = None
    "SQL query of a database source."
    source_format: Annotated[str | None, Parameter(name="--source-format")] = None
    "csv, excel, json or parquet, where the content does not tell."
    delimiter: str | None = None
    "What separates CSV fields."
    encoding: str | None = None
    "Text encoding, such as latin-1."
    decimal: str | None = None
    "Decimal sign: . or ,"
    date_format: str | None = None
    "Date format, such as %d/%m/%Y."


@Parameter(name="*", group=COLUMNS, negative="")
@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What each column is for."""

    time: str | None = None
    "The time column."
    keys: Annotated[Names, Parameter(name="--key")] = None
    "A column that names a series; repeat for several."
    targets: Annotated[Names, Parameter(name="--target")] = None
    "A column to forecast; repeat for several, volume before revenue."
    price: str | None = None
    "The price column."
    promotion: Names = None
    "A promotion column; repeat for several."
    known: Names = None
    "A column whose future is known; repeat for several."
    past: Names = None
    "A column known only up to now; repeat for several."
    static: Names = None
    "A column with one value a series; repeat for several."
    closed: str | None = None
    "A flag column that marks closed days and stock-outs."
    ignored: Annotated[Names, Parameter(name="--ignore")] = None
    "A column that is left aside; repeat for several."


@Parameter(name="*", group=FORECAST, negative="")
@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is forecast, how far, and with which models."""

    horizon: Annotated[int | None, Parameter(alias="-n")] = None
    "Periods to forecast; the usual for the frequency if left out."
    freq: str | None = None
    "The period: 15min, h, D, B, W, W-SAT, MS, ME, QS, YS, or step."
    season: tuple[int, ...] | None = None
    "Season length in periods; repeat for several; 1 for none."
    hierarchy: str | None = None
    "Key or static columns whose totals are forecast too, such as state,industry; all of them agree."
    time_limit: float | None = None
    "Seconds the run may take: cheap models first, and what does not fit in is left out; no limit if left out."
    model: Annotated[tuple[str, ...], Parameter(alias="-m", show_default=False)] = ("auto",)
    "A model to run; repeat for several (`forecastle models` lists them); auto if left out."

    def with_freq(self, freq: str | None) -> "Asking":
        """The same for another period."""
        return replace(self, freq=freq)

    def request(self, columns: Columns, *, backtest_only: bool = False) -> "Request":
        """The same as the pipeline wants it."""
        from forecastle.pipeline.request import Request

        return Request(
            horizon=self.horizon,
            targets=columns.targets or (),
            freq=self.freq,
            models=self.model,
            hierarchy=tuple(filter(None, map(str.strip, (self.hierarchy or "").split(",")))),
            time_limit=self.time_limit,
            seasons=() if self.season == (1,) else self.season,
            backtest_only=backtest_only,
        )


@Parameter(name="*", group=GENERAL, negative="")
@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """Settings, and how the command answers."""

    settings: Path | None = None
    "Settings file; forecastle.yaml in this folder if left out."
    overrides: Annotated[tuple[str, ...], Parameter(name="--set", show_default=False)] = ()
    "One setting, such as clean.missing=interpolate; repeat for several."
    json: Annotated[bool, Parameter(show_default=False)] = False
    "Answer in JSON, for programs."
    quiet: Annotated[bool, Parameter(alias="-q", show_default=False)] = False
    "Show no progress."

    @property
    def silent(self) -> bool:
        """Whether progress would reach no person."""
        return self.quiet or self.json or not sys.stderr.isatty()

    def with_settings(self, chosen: Mapping[str, object]) -> "General":
        """The same with settings that options of their own stand for; None leaves one as it is."""
        told = tuple(f"{name}={value}" for name, value in chosen.items() if value is not None)
        return replace(self, overrides=(*self.overrides, *told))

    def load(self) -> "Settings":
        """The settings of the file, the environment and the command line."""
        from forecastle.settings import load_settings

        return load_settings(self.settings, overrides=self.overrides)


def settings_of(general: General) -> "Settings":
    """The settings of a command, the log set up by them."""
    from forecastle.core.logs import configure_logging

    settings = general.load()
    configure_logging(settings.log.level, json=settings.log.format == "json", file=settings.log.file)
    return settings


def read_options(reading: Reading, columns: Columns) -> "ReadOptions":
    """The options of a reading command as the reader wants them."""
    from forecastle.data.options import ReadOptions

    return ReadOptions(
        sheet=reading.sheet,
        table=reading.table,
        query=reading.query,
        format=reading.source_format,
        delimiter=reading.delimiter,
        encoding=reading.encoding,
        decimal=reading.decimal,
        date_format=reading.date_format,
        time=columns.time,
        keys=columns.keys,
        targets=columns.targets,
        price=columns.price,
        promotion=columns.promotion,
        known=columns.known,
        past=columns.past,
        static=columns.static,
        closed=columns.closed,
        ignored=columns.ignored,
    )


NO_READING = Reading()
NO_COLUMNS = Columns()
NO_ASKING = Asking()
NO_GENERAL = General()
