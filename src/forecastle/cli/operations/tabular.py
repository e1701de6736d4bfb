"""`forecastle tabular`: regression on rows that stand for themselves, such as what a house will sell for."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Group, Parameter

from forecastle.cli import console
from forecastle.cli.operations.house import in_house, job_row, say
from forecastle.cli.operations.train import carried_out, result_of
from forecastle.cli.options import NO_GENERAL, General

if TYPE_CHECKING:
    from forecastle.core.records import Job
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
    "A column that every row must have, the rest being optional; repeat for several."


Source = Annotated[str | None, Parameter(help="The table to learn from; the dataset's newest version if left out.")]
Name = Annotated[str | None, Parameter(help="Of dataset and model; the file's name if left out.")]


@app.command
def train(source: Source = None, *, name: Name = None, learning: Learning, general: General = NO_GENERAL) -> None:
    """Train a model on a table, measure it on rows held out, and keep it for the server."""
    with console.errors(as_json=general.json, stopped="Cancelled. No model was kept."):
        job = in_house(general, lambda house: _trained(house, source, name, learning, general))
        told = result_of(job)
        say(job_row(job) | {"summary": told}, _sentence(told), general)


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
