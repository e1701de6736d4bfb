"""`forecastle datasets`: what the server knows."""

from typing import Annotated, Any

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.house import caller, in_house
from forecastle.cli.options import (
    NO_COLUMNS,
    NO_GENERAL,
    NO_READING,
    Columns,
    DatasetName,
    General,
    Limit,
    Reading,
    Source,
    read_options,
)
from forecastle.cli.rows import dataset_row, generation_row

Number = Annotated[int, Parameter(help="Its number; `forecastle datasets versions NAME` lists them.")]
Before = Annotated[int | None, Parameter(help="The older version; the one the newer was made from if left out.")]
After = Annotated[int | None, Parameter(help="The newer version; the current one if left out.")]
Name = Annotated[str, Parameter(help="What to call it; a known dataset gets a new version.")]

app = App(name="datasets", help="List, add and delete the datasets of the server.")


@app.default
@app.command(name="list")
def everything(*, general: General = NO_GENERAL) -> None:
    """List the datasets, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.datasets.list())
        rows = [{"name": one.name, "id": one.id, "created": one.created_at} for one in found]
        show(rows, general, nothing="There is no dataset yet: forecastle datasets add SOURCE --name NAME")


@app.command
def versions(name: DatasetName, *, general: General = NO_GENERAL) -> None:
    """List the versions of one dataset, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.datasets.versions(name))
        show([dataset_row(version) for version in found], general, nothing=f"{name} has no version.")


@app.command
def add(
    source: Source,
    *,
    name: Name,
    reading: Reading = NO_READING,
    columns: Columns = NO_COLUMNS,
    general: General = NO_GENERAL,
) -> None:
    """Read a source into a new version of a dataset; `demo:retail` is real data that comes along."""
    with console.errors(as_json=general.json):
        options = read_options(reading, columns)
        version = in_house(general, lambda house: house.datasets.bring(source, name=name, options=options, by=caller()))
        say(dataset_row(version), f"{name}: version {version.number} with {version.rows} rows.", general)


@app.command
def delete(name: DatasetName, *, general: General = NO_GENERAL) -> None:
    """Delete a dataset with all of its versions, forecasts and models."""
    with console.errors(as_json=general.json):
        gone = in_house(general, lambda house: house.datasets.delete(name, by=caller()))
        days = general.load().storage.retention_days
        say({"name": gone.name, "id": gone.id}, f"{gone.name} is deleted; its files go in {days} days.", general)


@app.command
def lineage(name: DatasetName, *, general: General = NO_GENERAL) -> None:
    """Show where each version comes from, which steps made it, and what stands on it."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.lineage.of(name))
        show([generation_row(one) for one in found], general, nothing=f"{name} has no version.")


@app.command
def compare(
    name: DatasetName, *, before: Before = None, after: After = None, limit: Limit = 20, general: General = NO_GENERAL
) -> None:
    """Show what is different between two versions, and in which series most."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.comparisons.of(name, before=before, after=after))
        told, rows = found.told, found.told.per_series.head(limit).to_dicts()
        answer: dict[str, Any] = {"before": found.before.number, "after": found.after.number}
        for what, pair in (("rows", told.rows), ("series", told.series)):
            answer[what] = {"before": pair.before, "after": pair.after}
        answer |= {"rows_added": told.rows_added, "rows_removed": told.rows_removed, "changed": dict(told.changed)}
        cells = ", ".join(f"{count:,} of {column}" for column, count in told.changed.items()) or "none"
        sentence = (
            f"Version {found.before.number} → {found.after.number}: {told.rows_added:,} rows came, "
            f"{told.rows_removed:,} went; changed cells: {cells}."
        )
        say(answer | {"per_series": rows}, sentence, general)
        if not general.json:
            show(rows, general, nothing="No series differs.")


@app.command
def pin(name: DatasetName, number: Number, *, general: General = NO_GENERAL) -> None:
    """Have a version stay: it cannot be deleted until it is unpinned."""
    with console.errors(as_json=general.json):
        version = in_house(general, lambda house: house.lineage.pin(name, number, by=caller()))
        say(dataset_row(version), f"{name}: version {number} is pinned.", general)


@app.command
def unpin(name: DatasetName, number: Number, *, general: General = NO_GENERAL) -> None:
    """Let a version go again."""
    with console.errors(as_json=general.json):
        version = in_house(general, lambda house: house.lineage.unpin(name, number, by=caller()))
        say(dataset_row(version), f"{name}: version {number} is no longer pinned.", general)


@app.command
def restore(name: DatasetName, number: Number, *, general: General = NO_GENERAL) -> None:
    """Make an old version current, as a new version with the same rows."""
    with console.errors(as_json=general.json):
        version = in_house(general, lambda house: house.lineage.restore(name, number, by=caller()))
        say(dataset_row(version), f"{name}: version {version.number} has the rows of version {number}.", general)


@app.command(name="delete-version")
def delete_version(name: DatasetName, number: Number, *, general: General = NO_GENERAL) -> None:
    """Delete one version, unless it is pinned or an execution stands on it."""
    with console.errors(as_json=general.json):
        gone = in_house(general, lambda house: house.lineage.delete(name, number, by=caller()))
        days = general.load().storage.retention_days
        say(dataset_row(gone), f"{name}: version {number} is deleted; its files go in {days} days.", general)
