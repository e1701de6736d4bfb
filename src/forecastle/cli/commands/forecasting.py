"""The commands of forecasting: what each can be told, and the work it hands that to."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from forecastle.cli import console
from forecastle.cli.options import (
    NO_ASKING,
    NO_COLUMNS,
    NO_GENERAL,
    NO_READING,
    Asking,
    Columns,
    General,
    Page,
    Reading,
    Source,
    read_options,
)

OUTPUT = Group("Output", sort_key=0)
Out = Annotated[Path, Parameter(alias="-o", group=OUTPUT, help="Folder for the results.")]
Formats = Annotated[
    tuple[Literal["csv", "xlsx"], ...],
    Parameter(
        name="--format",
        group=OUTPUT,
        negative="",
        show_default=False,
        help="Also write the forecasts as csv or xlsx; repeat for both.",
    ),
]
Force = Annotated[
    bool,
    Parameter(group=OUTPUT, negative="", show_default=False, help="Also write into a folder that holds other things."),
]

Demo = Annotated[
    Literal["retail", "rossmann"],
    Parameter(help="retail: 152 monthly series, bundled. rossmann: 100 stores, weekly; needs the extra `demo`."),
]
Period = Annotated[str | None, Parameter(help="The period: 15min, h, D, B, W, W-SAT, MS, ME, QS, YS, or step.")]

DEFAULT_OUT = Path("forecastle-out")


def run(
    source: Source,
    *,
    out: Out = DEFAULT_OUT,
    formats: Formats = (),
    force: Force = False,
    asking: Asking = NO_ASKING,
    reading: Reading = NO_READING,
    columns: Columns = NO_COLUMNS,
    general: General = NO_GENERAL,
) -> None:
    """Forecast every series of a source, and write the forecasts and a report into a folder."""
    with console.errors(as_json=general.json):
        from forecastle.cli import work

        work.run(
            source,
            read_options(reading, columns),
            asking.request(columns),
            work.Output(folder=out, formats=formats, overwrite=force),
            general,
        )


def demo(
    name: Demo = "retail",
    *,
    out: Out = DEFAULT_OUT,
    formats: Formats = (),
    force: Force = False,
    asking: Asking = NO_ASKING,
    general: General = NO_GENERAL,
) -> None:
    """Forecast real data that comes along: Australian retail turnover, or Rossmann store sales."""
    with console.errors(as_json=general.json):
        from forecastle.cli import work

        work.demo(name, asking, work.Output(folder=out, formats=formats, overwrite=force), general)


def backtest(
    source: Source,
    *,
    asking: Asking = NO_ASKING,
    reading: Reading = NO_READING,
    columns: Columns = NO_COLUMNS,
    general: General = NO_GENERAL,
) -> None:
    """Compare models on past windows of a source, and forecast nothing."""
    with console.errors(as_json=general.json):
        from forecastle.cli import work

        request = asking.request(columns, backtest_only=True)
        work.backtest(source, read_options(reading, columns), request, general)


def profile(
    source: Source,
    *,
    freq: Period = None,
    html: Page = None,
    reading: Reading = NO_READING,
    columns: Columns = NO_COLUMNS,
    general: General = NO_GENERAL,
) -> None:
    """Show what a source holds: columns and their roles, frequency, series, classes, and what is wrong."""
    with console.errors(as_json=general.json):
        from forecastle.cli import work

        if html is None:
            work.profile(source, read_options(reading, columns), freq, general)
        else:
            work.profile_page(source, read_options(reading, columns), freq, html, general)


def models(*, general: General = NO_GENERAL) -> None:
    """List the models, what each is for, and whether it is installed."""
    with console.errors(as_json=general.json):
        from forecastle.cli import work

        work.models(general)
