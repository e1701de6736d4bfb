"""`forecastle explore`: what a dataset of the server looks like."""

import getpass
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.operations.house import dataset_row, in_house, say, show
from forecastle.cli.operations.options import DatasetName
from forecastle.cli.operations.options import Series as SomeSeries
from forecastle.cli.options import NO_COLUMNS, NO_GENERAL, Columns, General, Page

if TYPE_CHECKING:
    from forecastle.data.dataset import Role
    from forecastle.services.datasets.charts import Subject

Version = Annotated[int | None, Parameter(help="Its version; the newest if left out.")]
Series = Annotated[str | None, Parameter(name="--series", help="One series; all together if left out.")]
Column = Annotated[str | None, Parameter(name="--column", help="A column of numbers; the first target if left out.")]
Period = Annotated[str | None, Parameter(name="--freq", help="The period, such as MS; the data's own if left out.")]
Season = Annotated[int | None, Parameter(help="Length of a season in periods; the usual one if left out.")]
Chart = Annotated[
    Literal["series", "distribution", "autocorrelation", "seasonal", "calendar", "comparison"],
    Parameter(help="What to draw; `comparison` is of two versions."),
]
Question = Annotated[
    Literal["frequency", "decomposition", "stationarity", "seasonality", "change-points", "anomalies", "holidays"],
    Parameter(help="What to find out."),
]

app = App(name="explore", help="Look at a dataset of the server: rows, columns, series, charts, tests.")


@app.command
def preview(  # noqa: PLR0913 - a command has the options it has
    name: DatasetName,
    *,
    sample: Annotated[
        Literal["head", "tail", "random", "stratified"], Parameter(help="Which rows; stratified: of every series.")
    ] = "head",
    rows: Annotated[int, Parameter(alias="-n", help="How many.")] = 20,
    offset: Annotated[int, Parameter(help="Rows before the first, or after the last.")] = 0,
    sort: Annotated[str | None, Parameter(help="A column to sort all rows by.")] = None,
    descending: Annotated[bool, Parameter(negative="", show_default=False, help="The greatest first.")] = False,
    seed: Annotated[int, Parameter(help="The same seed draws the same rows.")] = 1,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Show some rows: the first, the last, or drawn at random."""
    with console.errors(as_json=general.json):
        from forecastle.exploration.preview import Look, Sample

        look = Look(sample=Sample(sample), rows=rows, offset=offset, sort=sort, descending=descending, seed=seed)
        found = in_house(general, lambda house: house.previews.preview(name, look, version=version))
        show(found.rows.to_dicts(), general, nothing=f"{name} has no such rows.")


@app.command
def columns(name: DatasetName, *, version: Version = None, general: General = NO_GENERAL) -> None:
    """Show every column: its kind and role, how surely and why, and its values in numbers."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.columns.of(name, version=version))
        if general.json:
            show([asdict(column) for column in found], general, nothing="")
            return
        rows = [
            {
                "column": column.column,
                "kind": column.kind.kind.value,
                "role": column.role.value,
                "sure": f"{column.confidence:.0%}",
                "why": column.reason,
                "missing": column.missing,
                "distinct": column.distinct,
                "from": column.least,
                "to": column.greatest,
            }
            for column in found
        ]
        show(rows, general, nothing="")


@app.command
def roles(
    name: DatasetName,
    *,
    columns: Columns = NO_COLUMNS,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Say what columns are for; the data are checked and kept as a new version."""
    with console.errors(as_json=general.json):
        changes = _changes(columns)
        by = getpass.getuser()
        chosen = in_house(general, lambda house: house.columns.choose(name, changes, by=by, version=version))
        told = dataset_row(chosen.version) | {"findings": [asdict(finding) for finding in chosen.findings]}
        lines = [f"{name}: version {chosen.version.number} with these roles."]
        lines += [f"{finding.severity}: {finding.message}" for finding in chosen.findings if finding.severity != "info"]
        say(told, "\n".join(lines), general)


@app.command
def series(
    name: DatasetName,
    *,
    search: Annotated[str, Parameter(help="Part of the name, whatever its case.")] = "",
    limit: Annotated[int, Parameter(help="The most to show.")] = 50,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """List the series with the number of their rows."""
    with console.errors(as_json=general.json):
        found = in_house(
            general, lambda house: house.previews.series(name, search=search, limit=limit, version=version)
        )
        show(found.table.to_dicts(), general, nothing=f"{name} has no series called like that.")


@app.command
def chart(  # noqa: PLR0913
    name: DatasetName,
    what: Chart,
    *,
    series: Series = None,
    column: Column = None,
    freq: Period = None,
    season: Season = None,
    before: Annotated[int | None, Parameter(help="The version that a comparison begins with.")] = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Print what a chart draws, as JSON."""
    with console.errors(as_json=general.json):
        from forecastle.services.datasets.charts import Subject

        subject = Subject(column=column, series_id=series, freq=freq, version=version)
        _print(_drawn(general, name, what, subject, {"season": season, "before": before}))


@app.command
def analyse(  # noqa: PLR0913
    name: DatasetName,
    what: Question,
    *,
    series: Series = None,
    column: Column = None,
    freq: Period = None,
    country: Annotated[str | None, Parameter(help="Whose holidays, as in DE, DE-BY, US-CA.")] = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Print what a series is made of, or what a test says about it, as JSON."""
    with console.errors(as_json=general.json):
        from forecastle.core.errors import InputError
        from forecastle.services.datasets.charts import Subject

        subject = Subject(column=column, series_id=series, freq=freq, version=version)
        if what == "holidays":
            if country is None:
                raise InputError("Holidays are those of a country.", hint="Name it: --country DE")
            _print(in_house(general, lambda house: house.analysis.holidays(name, subject, country=country)))
        elif what == "frequency":
            _print(in_house(general, lambda house: house.analysis.frequency(name, version=version)))
        else:
            method = what.replace("-", "_")
            _print(in_house(general, lambda house: getattr(house.analysis, method)(name, subject)))


@app.command
def components(  # noqa: PLR0913
    name: DatasetName,
    *,
    out: Annotated[Path, Parameter(help="Parquet file to write.")],
    series: SomeSeries = (),
    column: Column = None,
    freq: Period = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Write trend, seasons and remainder of every series, all worked out at once."""
    with console.errors(as_json=general.json):
        from forecastle.services.datasets.analysis import PanelQuestion

        asked = PanelQuestion(column=column, freq=freq, series=series, limit=None)
        found = in_house(general, lambda house: house.analysis.components(name, asked, version=version, file=out))
        told = {"rows": found.total, "seasons": list(found.seasons), "file": str(out)}
        say(told, f"{found.total:,} rows in {out}.", general)


@app.command
def profile(
    name: DatasetName,
    *,
    freq: Period = None,
    html: Page = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Show what to look at first, or write everything about a dataset as an HTML page."""
    with console.errors(as_json=general.json):
        if html is not None:
            from forecastle.services.files.writing import write_page

            page = in_house(general, lambda house: house.profiles.page(name, version=version, freq=freq))
            write_page(page, html)
            say({"file": str(html)}, f"{html} is written.", general)
            return
        found = in_house(general, lambda house: house.profiles.of(name, version=version, freq=freq))
        if general.json:
            _print(found)
            return
        rows = [
            {
                "severity": each.finding.severity.value,
                "what": each.finding.message,
                "concerns": f"{each.weight:.0%}",
            }
            for each in found.warnings
        ]
        show(rows, general, nothing="There is nothing to look at.")


def _drawn(general: General, name: str, what: str, subject: "Subject", more: dict[str, int | None]) -> object:
    if what == "seasonal":
        return in_house(general, lambda house: house.charts.seasonal(name, subject, season=more["season"]))
    if what == "comparison":
        before = more["before"] or 1
        return in_house(general, lambda house: house.charts.comparison(name, subject, before=before))
    return in_house(general, lambda house: getattr(house.charts, what)(name, subject))


def _changes(columns: Columns) -> "dict[str, Role]":
    """What was said about columns, by column."""
    from forecastle.core.errors import RolesError
    from forecastle.data.dataset import Role

    said = {
        Role.TIME: columns.time,
        Role.KEY: columns.keys,
        Role.TARGET: columns.targets,
        Role.PRICE: columns.price,
        Role.PROMOTION: columns.promotion,
        Role.KNOWN: columns.known,
        Role.PAST: columns.past,
        Role.STATIC: columns.static,
        Role.CLOSED: columns.closed,
        Role.IGNORED: columns.ignored,
    }
    pairs = [
        (name, role) for role, names in said.items() for name in ((names,) if isinstance(names, str) else names or ())
    ]
    if not pairs:
        raise RolesError("No role was named.", hint="Name columns, as in --target units --key sku --ignore note.")
    changes = dict(pairs)
    if len(changes) < len(pairs):
        raise RolesError("A column was named for two roles.", hint="A column has one role.")
    return changes


def _print(found: object) -> None:
    import json

    print(json.dumps(_plain(found), default=str, ensure_ascii=False))  # noqa: T201 - a command answers


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can say
    """A result as JSON can say it: frames column by column."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    import polars as pl
    import polars.selectors as cs

    if isinstance(value, pl.DataFrame):
        return value.with_columns(cs.float().fill_nan(None)).to_dict(as_series=False)
    return value
