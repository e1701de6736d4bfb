"""`forecastle stage`: from a source to a report in stages, each from files to files, for Git and DVC."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say
from forecastle.cli.options import (
    NO_ASKING,
    NO_COLUMNS,
    NO_GENERAL,
    NO_READING,
    Asking,
    Columns,
    General,
    Reading,
    Source,
    read_options,
    settings_of,
)

if TYPE_CHECKING:
    from forecastle.services.files.stages import Stage

app = App(name="stage", help="The way from a source to a report in stages, each from files to files (Git and DVC).")

Out = Annotated[Path, Parameter(alias="-o", help="Folder for what comes out; renewed if this stage made it.")]
Data = Annotated[Path, Parameter(help="Folder that `ingest` or `clean` wrote.")]
RecipeFile = Annotated[Path, Parameter(help="JSON file with the steps; `forecastle recipes steps` lists them.")]
Models = Annotated[Path, Parameter(help="Folder that `train` wrote.")]
Horizon = Annotated[int | None, Parameter(alias="-n", help="Periods to forecast; those of the training if left out.")]
Target = Annotated[tuple[str, ...], Parameter(name="--target", show_default=False, negative="", help="A target.")]


@app.command
def init(source: Source, *, general: General = NO_GENERAL) -> None:
    """Write a `dvc.yaml` with all stages and a first `recipe.json` into this folder."""
    with console.errors(as_json=general.json):
        from forecastle.services.files import stages

        files = stages.begin(source, Path())
        say({"files": [str(file) for file in files]}, f"{' and '.join(map(str, files))}: now dvc repro.", general)


@app.command
def ingest(
    source: Source,
    *,
    out: Out,
    reading: Reading = NO_READING,
    columns: Columns = NO_COLUMNS,
    general: General = NO_GENERAL,
) -> None:
    """Read a source into a folder of data."""
    with console.errors(as_json=general.json):
        from forecastle.services.files import stages

        rows = stages.ingest(source, read_options(reading, columns), out, _stage(general))
        say({"rows": rows}, f"{rows:,} rows in {out}.", general)


@app.command
def clean(data: Data, recipe: RecipeFile, *, out: Out, general: General = NO_GENERAL) -> None:
    """Take the steps of a file on a folder of data, into another."""
    with console.errors(as_json=general.json):
        from forecastle.services.files import stages

        done = stages.clean(data, recipe, out)
        say({"says": list(done)}, "\n".join(done) or "No step.", general)


@app.command
def train(
    data: Data, *, out: Out, asking: Asking = NO_ASKING, target: Target = (), general: General = NO_GENERAL
) -> None:
    """Compare models, fit them, and keep them in a folder."""
    with console.errors(as_json=general.json):
        from forecastle.services.files import stages

        names = stages.train(data, asking.request(Columns(targets=target or None)), out, _stage(general))
        say({"models": list(names)}, f"{', '.join(names)} in {out}.", general)


@app.command
def backtest(
    data: Data, *, out: Out, asking: Asking = NO_ASKING, target: Target = (), general: General = NO_GENERAL
) -> None:
    """Compare models on past windows: the leaderboard, and the leaders' measures as DVC metrics."""
    with console.errors(as_json=general.json):
        from forecastle.services.files import stages

        request = asking.request(Columns(targets=target or None), backtest_only=True)
        told = stages.backtest(data, request, out, _stage(general))
        say(told, ", ".join(f"{name}: {row['model']}" for name, row in told.items()), general)


@app.command
def report(data: Data, models: Models, *, out: Out, horizon: Horizon = None, general: General = NO_GENERAL) -> None:
    """Forecast from kept models, and write the forecasts and the report into a folder."""
    with console.errors(as_json=general.json):
        from forecastle.services.files import stages

        files = stages.report(data, models, out, _stage(general), horizon=horizon)
        say({"files": [str(file) for file in files]}, f"{len(files)} files in {out}.", general)


def _stage(general: General) -> "Stage":
    from forecastle.core.progress import unheard
    from forecastle.services.files.stages import Stage

    return Stage(settings=settings_of(general), listener=unheard)
