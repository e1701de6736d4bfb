"""`forecastle tabular`: regression on rows that stand for themselves, such as what a house will sell for."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Group, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.commands.train import carried_out, result_of
from forecastle.cli.house import caller, in_house
from forecastle.cli.options import NO_GENERAL, General
from forecastle.cli.rows import job_row
from forecastle.core.naming import tabular_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecastle.core.records import Job, ModelVersion
    from forecastle.services.house import House

app = App(name="tabular", help="Train and try models that answer rows, such as what a house will sell for.")

LEARNING = Group("Learning", sort_key=1)
Names = tuple[str, ...]


@Parameter(name="*", group=LEARNING, negative="")
@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What is to be learned, and from what."""

    target: str
    "The column to answer with."
    join: str | None = None
    "A table, or a dataset, whose columns are joined; also when rows are answered."
    on: str | None = None
    "The column that both tables have."
    model: str = "lightgbm"
    "lightgbm, knn or linear."
    columns: Annotated[Names, Parameter(name="--column", show_default=False)] = ()
    "A column to look at; repeat for several. All that do not leak the answer if left out."
    drop: Annotated[Names, Parameter(name="--drop", show_default=False)] = ()
    "A column not to look at; repeat for several."
    required: Annotated[Names, Parameter(name="--required", show_default=False)] = ()
    "A column that every row must have; repeat for several. The key that is joined by, if left out."


Source = Annotated[str | None, Parameter(help="The table to learn from; the dataset's newest version if left out.")]
Name = Annotated[str | None, Parameter(help="Of dataset and model; the file's name if left out.")]
ModelName = Annotated[str | None, Parameter(help="Of the model; the default one if left out.")]
Which = Annotated[str | None, Parameter(help="The model; the default one if left out.")]
Rows = Annotated[str, Parameter(help="A file with a row a question: CSV, Excel, JSON or Parquet.")]
Out = Annotated[Path | None, Parameter(help="Where to write rows and answers; its ending says how. Shown if left out.")]
Version = Annotated[int, Parameter(help="Its number; `forecastle tabular versions` lists them.")]


@app.command
def train(source: Source = None, *, name: Name = None, learning: Learning, general: General = NO_GENERAL) -> None:
    """Train a model on a table, measure it on rows held out, and keep it for the server."""
    with console.errors(as_json=general.json, stopped="Cancelled. No model was kept."):
        job = in_house(general, lambda house: _trained(house, source, name, learning, general))
        told = result_of(job)
        say(job_row(job) | {"summary": told}, _sentence(told), general)


@app.default
@app.command(name="list")
def everything(*, general: General = NO_GENERAL) -> None:
    """List the tabular models, who leads, and how good it is."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.tabular.list())
        rows = [_row(one.champion, one.versions) for one in found if one.champion]
        show(rows, general, nothing="Nothing has been trained yet: forecastle tabular train SOURCE --target COLUMN")


@app.command
def versions(name: Which = None, *, general: General = NO_GENERAL) -> None:
    """List the versions of a model, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.tabular.find(name))
        rows = [
            _version(one, leads=found.champion is not None and found.champion.id == one.id) for one in found.versions
        ]
        show(rows, general, nothing="It has no version.")


@app.command
def predict(rows: Rows, *, name: ModelName = None, out: Out = None, general: General = NO_GENERAL) -> None:
    """Answer the rows of a table, by the version that leads; a row that cannot be answered says why."""
    with console.errors(as_json=general.json):
        from forecastle.data.tables import read_table
        from forecastle.reporting.export import export

        table = read_table(rows).frame
        said = in_house(general, lambda house: house.tabular.prediction.answer_table(table, name))
        answered = table.hstack(said.rows.drop("row").rename({"error": "why_not"}))
        if out is None:
            show(said.rows.to_dicts(), general, nothing="There are no rows.")
            return
        export(answered, out)
        label, count = said.served.version.label, answered.height - said.failed
        answer = {"file": str(out), "rows": answered.height, "failed": said.failed, "model_version": label}
        say(answer, f"{count} of {answered.height} rows answered by {label} in {out}", general)


@app.command
def promote(version: Version, *, name: ModelName = None, general: General = NO_GENERAL) -> None:
    """Let a version answer, whatever its figures."""
    with console.errors(as_json=general.json):
        by = caller()
        chosen = in_house(general, lambda house: house.tabular.promote(version, by=by, name=name))
        say(_version(chosen, leads=True), f"{chosen.label} leads now.", general)


@app.command
def rollback(*, name: ModelName = None, general: General = NO_GENERAL) -> None:
    """Go back to the version before; again and again, to the oldest that is kept."""
    with console.errors(as_json=general.json):
        before = in_house(general, lambda house: house.tabular.rollback(by=caller(), name=name))
        say(_version(before, leads=True), f"{before.label} leads again.", general)


@app.command
def retrain(*, name: ModelName = None, general: General = NO_GENERAL) -> None:
    """Queue a training like the last one, on the newest rows of its dataset."""
    with console.errors(as_json=general.json):
        job = in_house(general, lambda house: house.tabular.retrain(name))
        say(job_row(job), f"{job.id} is queued. Follow it: forecastle jobs follow {job.id}", general)


def _row(champion: "ModelVersion", versions: "Sequence[ModelVersion]") -> dict[str, Any]:
    called = tabular_name(champion.family)
    return {"model": called, "target": champion.target, **_version(champion, leads=True), "versions": len(versions)}


def _version(version: "ModelVersion", *, leads: bool) -> dict[str, Any]:
    measures = {name: version.metrics.get(name) for name in ("r2", "mape", "mae", "coverage")}
    return {"version": version.number, "label": version.label, "leads": leads, **measures}


async def _trained(house: "House", source: str | None, name: str | None, learning: Learning, general: General) -> "Job":
    chosen = name or (_stem(source) if source else None)
    if source is not None:
        await house.tables.bring(source, name=str(chosen))
    asked: dict[str, Any] = asdict(learning) | {"name": chosen, "dataset": chosen}
    if learning.join is not None and Path(learning.join).exists():
        asked["join"] = f"{chosen}_{learning.on}"
        await house.tables.bring(learning.join, name=asked["join"])
    job = await house.tabular.training.start(asked)
    return await carried_out(house, job, general)


def _stem(source: str) -> str:
    """`sales` of `data/sales.csv.gz`."""
    return Path(source).name.partition(".")[0]


def _sentence(told: dict[str, Any]) -> str:
    measures = told["metrics"]
    shown = ", ".join(
        f"{title} {measures[name]:{form}}"
        for name, title, form in (("r2", "R²", ".3f"), ("mape", "MAPE", ".1%"), ("mae", "MAE", ",.4g"))
        if measures.get(name) is not None
    )
    leads = "leads" if told["leads"] else "does not lead"
    return (
        f"{told['model_version']} learned {told['target']} from {told['rows']:,} rows and {told['features']} columns.\n"
        f"On {measures['rows']:,.0f} rows held out: {shown}; {measures['coverage']:.0%} inside the range.\n"
        f"It {leads}: {told['reason']}.\nforecastle serve answers with the one that leads."
    )
