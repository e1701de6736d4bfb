"""`forecastle explore`: what a dataset of the server looks like."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.commands import charts, profiles
from forecastle.cli.house import caller, in_house
from forecastle.cli.options import NO_COLUMNS, NO_GENERAL, Columns, DatasetName, General, Version
from forecastle.cli.rows import dataset_row

if TYPE_CHECKING:
    from forecastle.data.dataset import Role

app = App(name="explore", help="Look at a dataset of the server: rows, columns, series, charts, tests.")


@app.command
def preview(
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
        by = caller()
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


for command in (charts.chart, charts.analyse, charts.components, profiles.problems, profiles.profile):
    app.command(command)


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
