"""`forecastle recipes`: steps that clean and transform a dataset."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.house import caller, in_house
from forecastle.cli.options import NO_GENERAL, DatasetName, General
from forecastle.cli.rows import dataset_row

if TYPE_CHECKING:
    from forecastle.recipes.run import Change
    from forecastle.services.requests import Cleaning

app = App(name="recipes", help="List, keep, try and carry out recipes: steps that clean and transform a dataset.")

Name = Annotated[str, Parameter(help="Name of the recipe.")]
File = Annotated[Path, Parameter(help="JSON file with the steps; `forecastle recipes steps` lists them.")]
Steps = Annotated[Path | None, Parameter(help="JSON file with the steps.")]
ByName = Annotated[str | None, Parameter(name="--recipe", help="Instead: a recipe by its name.")]
Like = Annotated[int | None, Parameter(help="Instead: all steps of this version, with what they learned then.")]
Version = Annotated[int | None, Parameter(help="Version to work on; the current one if left out.")]
Note = Annotated[str, Parameter(help="Why, for those who look at the lineage.")]


@app.default
@app.command(name="list")
def everything(*, general: General = NO_GENERAL) -> None:
    """List the recipes that are kept."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.recipes.list())
        rows = [
            {
                "recipe": one.name,
                "steps": ", ".join(step["step"] for step in one.steps),
                "saved": one.saved_at,
                "by": one.by,
                "note": one.note,
            }
            for one in found
        ]
        show(rows, general, nothing="No recipe is kept yet: forecastle recipes save NAME FILE")


@app.command(name="steps")
def kinds(*, general: General = NO_GENERAL) -> None:
    """List the kinds of steps with their fields."""
    with console.errors(as_json=general.json):
        from forecastle.recipes.recipe import step_kinds

        if general.json:
            say({"steps": [asdict(kind) for kind in step_kinds()]}, "", general)
            return
        rows = [
            {"step": kind.step, "fields": ", ".join(field.name for field in kind.fields), "what": kind.description}
            for kind in step_kinds()
        ]
        show(rows, general, nothing="")


@app.command
def save(name: Name, file: File, *, note: Note = "", general: General = NO_GENERAL) -> None:
    """Keep the steps of a file under a name, in place of an older recipe of that name."""
    with console.errors(as_json=general.json):
        from forecastle.services.files.recipes import read_steps
        from forecastle.services.requests import NewRecipe

        asked = NewRecipe.of({"name": name, "steps": read_steps(file), "note": note})
        kept = in_house(general, lambda house: house.recipes.save(asked, by=caller()))
        say(asdict(kept), f"{kept.name} is kept, with {len(kept.steps)} steps.", general)


@app.command
def delete(name: Name, *, general: General = NO_GENERAL) -> None:
    """Forget a recipe; versions that it made keep their steps."""
    with console.errors(as_json=general.json):
        gone = in_house(general, lambda house: house.recipes.delete(name, by=caller()))
        say(asdict(gone), f"{gone.name} is forgotten.", general)


@app.command(name="try")
def dry_run(
    dataset: DatasetName,
    *,
    steps: Steps = None,
    recipe: ByName = None,
    like: Like = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Show what a recipe would change in a dataset; nothing is kept."""
    with console.errors(as_json=general.json):
        asked = _asked(steps, recipe=recipe, like=like, version=version)
        with console.share_bar("trying", quiet=general.silent) as progress:
            trial = in_house(general, lambda house: house.recipes.dry_run(dataset, asked, progress))
        if general.json:
            say(asdict(trial), "", general)
        else:
            show([_row(change) for change in trial.changes], general, nothing="No step, no change.")


@app.command
def apply(
    dataset: DatasetName,
    *,
    steps: Steps = None,
    recipe: ByName = None,
    like: Like = None,
    version: Version = None,
    note: Note = "",
    general: General = NO_GENERAL,
) -> None:
    """Carry out a recipe: a new version of the dataset, the current one from now on."""
    with console.errors(as_json=general.json, stopped="Cancelled. No version was made."):
        asked, by = _asked(steps, recipe=recipe, like=like, version=version, note=note), caller()
        with console.share_bar("cleaning", quiet=general.silent) as progress:
            made = in_house(general, lambda house: house.recipes.apply(dataset, asked, by=by, progress=progress))
        number, rows = made.version.number, made.version.rows
        say(dataset_row(made.version), f"{dataset}: version {number} with {rows} rows.", general)


def _asked(file: Path | None, **others: object) -> "Cleaning":
    from forecastle.services.files.recipes import read_steps
    from forecastle.services.requests import Cleaning

    return Cleaning.of({"steps": [] if file is None else read_steps(file)} | others)


def _row(change: "Change") -> dict[str, Any]:
    return {
        "step": change.position,
        "what": change.says,
        "changed": sum(change.cells.values()),
        "found": sum(change.found.values()),
        "rows before": change.rows_before,
        "rows after": change.rows_after,
    }
