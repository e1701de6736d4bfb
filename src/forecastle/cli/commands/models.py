"""`forecastle models`: the catalogue, and the trained models with who leads."""

from typing import Annotated

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.commands.forecasting import models as catalogue
from forecastle.cli.house import caller, in_house
from forecastle.cli.options import NO_GENERAL, General, settings_of
from forecastle.cli.rows import job_row, version_row

app = App(name="models", help="List the catalogue; see, promote, roll back, retrain and reload what was trained.")
app.default(catalogue)
app.command(catalogue, name="catalogue")

Name = Annotated[str, Parameter(help="A trained model, such as ets_volume.")]
Version = Annotated[int, Parameter(help="Its number; `forecastle models versions NAME` lists them.")]
Server = Annotated[str | None, Parameter(help="Where it answers; server.host and server.port if left out.")]
Key = Annotated[str | None, Parameter(env_var="FORECASTLE_KEY", help="An API key, where the server asks for one.")]
Dataset = Annotated[str | None, Parameter(help="Its dataset, where several have a model of that name.")]

Series = Annotated[str | None, Parameter(help="Whose attention; some of all series if left out.")]
Lags = Annotated[
    bool, Parameter(negative="", show_default=False, help="The weights of past periods, not of variables.")
]


@app.command
def trained(*, dataset: Dataset = None, general: General = NO_GENERAL) -> None:
    """List the trained models and their champions."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.models.list(dataset))
        rows = [
            {
                "model": one.name,
                "dataset": one.dataset.name,
                "champion": one.champion.label if one.champion else "",
                "mape": one.champion.metrics.get("mape") if one.champion else None,
                "wape": one.champion.metrics.get("wape") if one.champion else None,
                "versions": len(one.versions),
            }
            for one in found
        ]
        show(rows, general, nothing="Nothing has been trained yet: forecastle train SOURCE --name NAME")


@app.command
def versions(name: Name, *, dataset: Dataset = None, general: General = NO_GENERAL) -> None:
    """List the versions of a model, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.models.find(name, dataset))
        rows = [version_row(version, champion=found.champion) for version in found.versions]
        show(rows, general, nothing=f"{name} has no version.")


@app.command
def decisions(name: Name, *, dataset: Dataset = None, general: General = NO_GENERAL) -> None:
    """Show every comparison and every move of a model, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.models.decisions(name, dataset))
        rows = [
            {
                "at": line.at,
                "action": line.action,
                "metric": line.metric,
                "champion": line.champion_value,
                "challenger": line.challenger_value,
                "by": line.by,
                "reason": line.reason,
            }
            for line in found
        ]
        show(rows, general, nothing=f"Nothing was decided about {name} yet.")


@app.command
def explain(
    name: Name, *, series: Series = None, lags: Lags = False, dataset: Dataset = None, general: General = NO_GENERAL
) -> None:
    """Show what a model looks at: the weights of its variables, or how far back it looks."""
    with console.errors(as_json=general.json):
        _, told = in_house(general, lambda house: house.models.explanation(name, dataset=dataset, series=series))
        table = told.attention if lags else told.importances
        show(table.drop("target").to_dicts(), general, nothing=f"{name} cannot tell.")


@app.command
def promote(name: Name, version: Version, *, dataset: Dataset = None, general: General = NO_GENERAL) -> None:
    """Make a version the champion; the next request is served by it."""
    with console.errors(as_json=general.json):
        by = caller()
        chosen = in_house(general, lambda house: house.models.promote(name, version, by=by, dataset=dataset))
        say(version_row(chosen, champion=chosen), f"{chosen.label} leads now.", general)


@app.command
def rollback(name: Name, *, dataset: Dataset = None, general: General = NO_GENERAL) -> None:
    """Go back to the champion before."""
    with console.errors(as_json=general.json):
        before = in_house(general, lambda house: house.models.rollback(name, by=caller(), dataset=dataset))
        say(version_row(before, champion=before), f"{before.label} leads again.", general)


@app.command
def retrain(name: Name, *, dataset: Dataset = None, general: General = NO_GENERAL) -> None:
    """Queue a training whose result challenges the champion."""
    with console.errors(as_json=general.json):
        job = in_house(general, lambda house: house.models.retrain(name, dataset=dataset))
        say(job_row(job), f"{job.id} is queued. Follow it: forecastle jobs follow {job.id}", general)


@app.command
def reload(
    name: Name,
    *,
    dataset: Dataset = None,
    server: Server = None,
    key: Key = None,
    general: General = NO_GENERAL,
) -> None:
    """Have a running server read and verify the champion's files again."""
    with console.errors(as_json=general.json):
        from forecastle.client import Client
        from forecastle.core.address import url_of

        where = settings_of(general).server
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with Client(server or url_of(where.host, where.port), headers=headers) as client:
            read = client.reload(name, dataset=dataset)
        say({"label": read.label, "version": read.version}, f"{read.label} was read again.", general)
