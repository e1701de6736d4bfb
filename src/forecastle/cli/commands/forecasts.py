"""`forecastle forecasts`: what was forecast."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.house import in_house
from forecastle.cli.options import NO_GENERAL, ExecutionId, General, Limit, Series

if TYPE_CHECKING:
    import polars as pl

app = App(name="forecasts", help="List, show and export what was forecast.")

Dataset = Annotated[str | None, Parameter(help="Only those of this dataset.")]
Level = Annotated[
    tuple[str, ...],
    Parameter(name="--level", show_default=False, negative="", help="Only this level; repeat for several."),
]
Node = Annotated[
    tuple[str, ...],
    Parameter(name="--node", show_default=False, negative="", help="Only this total of a level; repeat for several."),
]
SeriesName = Annotated[str, Parameter(help="Its name, as `forecastle forecasts show` writes it.")]
File = Annotated[Path, Parameter(help="Where to write; its ending says how.")]
Html = Annotated[Path, Parameter(help="Where to write the page.")]


@app.default
@app.command(name="list")
def everything(*, dataset: Dataset = None, limit: Limit = 20, general: General = NO_GENERAL) -> None:
    """List the executions, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.executions.list(dataset=dataset, limit=limit))
        rows = [
            {
                "execution": one.id,
                "kind": one.kind,
                "created": one.created_at,
                "series": one.series,
                "horizon": one.horizon,
                "freq": one.freq,
                "targets": ", ".join(one.targets),
                "seconds": round(one.duration_seconds, 2),
            }
            for one in found
        ]
        show(rows, general, nothing="Nothing has been forecast yet.")


@app.command(name="show")
def one(execution: ExecutionId, *, series: Series = (), limit: Limit = 100, general: General = NO_GENERAL) -> None:
    """Show forecasts of an execution."""
    with console.errors(as_json=general.json):
        from forecastle.core.ports import Page

        page = Page(series=series, limit=limit)
        found, count = in_house(general, lambda house: house.executions.forecasts(execution, page))
        _show_some(found, count, general, nothing="No forecast is like that.")


@app.command
def totals(
    execution: ExecutionId, *, level: Level = (), node: Node = (), limit: Limit = 100, general: General = NO_GENERAL
) -> None:
    """Show the totals of an execution that was asked for a hierarchy."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.executions.totals(execution, levels=level, nodes=node))
        _show_some(found.head(limit), found.height, general, nothing="No total is like that.")


@app.command
def drivers(execution: ExecutionId, series: SeriesName, *, limit: Limit = 100, general: General = NO_GENERAL) -> None:
    """Show what moves the forecasts of a series, the strongest first in each period."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.drivers.of(execution, [series]))
        show(found.head(limit).to_dicts(), general, nothing="Nothing moves them.")


@app.command
def export(execution: ExecutionId, file: File, *, series: Series = (), general: General = NO_GENERAL) -> None:
    """Write the forecasts of an execution to a .csv, .parquet, .xlsx or .json file."""
    with console.errors(as_json=general.json):
        from forecastle.core.ports import Page

        page = Page(series=series, limit=None)
        rows = in_house(general, lambda house: house.executions.export(execution, page, file))
        say({"file": str(file), "rows": rows}, f"{rows} rows in {file}", general)


@app.command
def report(execution: ExecutionId, file: Html, *, general: General = NO_GENERAL) -> None:
    """Write the report of an execution, an HTML page that needs nothing else."""
    with console.errors(as_json=general.json):
        from forecastle.services.files.writing import write_page

        write_page(in_house(general, lambda house: house.results.report(execution)), file)
        say({"file": str(file)}, f"{file} is written.", general)


def _show_some(rows: "pl.DataFrame", count: int, general: General, *, nothing: str) -> None:
    """Show rows, and how many there are where these are not all."""
    show(rows.to_dicts(), general, nothing=nothing)
    if not general.json and count > rows.height:
        print(f"{rows.height} of {count} rows; --limit shows more.")  # noqa: T201 - a command answers
