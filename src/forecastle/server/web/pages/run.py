"""A new forecast: of what, how far, and with which models."""

from collections.abc import Mapping
from typing import Any, TypeVar

from nicegui import ui

from forecastle.core.records import DatasetVersion, JobKind
from forecastle.server.web import icons
from forecastle.server.web.parts.basic import block, button, card, empty, link, note, text, title
from forecastle.server.web.visitor import visitor

KINDS = {
    JobKind.TRAIN.value: "Compare models and forecast",
    JobKind.FORECAST.value: "Forecast with kept models",
    JobKind.BACKTEST.value: "Only compare models",
}

ABOUT = {
    JobKind.TRAIN.value: "Every model is tested on the past; the best of each series forecasts it, and is kept.",
    JobKind.FORECAST.value: "The champions take in what is new and forecast, without being fitted again. Quick.",
    JobKind.BACKTEST.value: "Every model is tested on the past; nothing is forecast, and no model is kept.",
}

AUTO = (
    "Without a choice it is auto: the demand pattern of each series decides which model is tried first; another one "
    "takes its place only where it does better on past windows that took no part in choosing it."
)

LIMITS = {None: "No limit", 30: "30 seconds", 120: "2 minutes", 600: "10 minutes", 3600: "1 hour"}


async def run(dataset: str | None = None, again: str | None = None, models: str = "") -> None:
    """Choose, and start. again: a job whose choices are taken over. models: those chosen to begin with."""
    house = visitor().house
    before: dict[str, Any] = {"models": models.split(",")}
    if again:
        before = dict((await house.jobs.find(again)).params)
    every = (await house.overview.look()).datasets
    names = [one.dataset.name for one in every if any(column["role"] == "time" for column in one.version.columns)]
    with title("New forecast", "Choose what to forecast; whatever is left as it is, the data decide."):
        pass
    if not names:
        with empty("No data yet", "A forecast needs a sales history.", icons.DATA):
            link("Upload a spreadsheet", "/data", icon=icons.UPLOAD, kind="main")
        return
    wanted = dataset or before.get("dataset")
    form = _Form(wanted if wanted in names else names[0], before)
    with block("columns"):
        with block("stack"):
            with card("What"), block("fields"):
                _hinted(
                    ui.select(names, label="Dataset", value=form.dataset, on_change=form.take_dataset),
                    "Its newest version",
                )
                form.targets = _hinted(
                    ui.select([], label="Targets", multiple=True).props("use-chips"), "All, if none is chosen"
                )
                horizon = ui.number("Periods ahead", min=1, max=1000, precision=0, value=before.get("horizon"))
                form.horizon = _hinted(horizon, "Such as 13 weeks, 12 months or 28 days, if empty")
                form.hierarchy = _hinted(
                    ui.select([], label="Totals by", multiple=True).props("use-chips"),
                    "Totals that agree with their parts; the widest first",
                )
            with card("How"):
                _kinds(form)
                _models(form, before)
        with block("stack"):
            form.summary = block("stack")
            button("Start", form.start, icon=icons.PLAY, kind="main").style("width:100%").mark("start")
            note("It runs in the background: you can leave this page, close the browser, and come back.")
    await form.show_dataset()


def _kinds(form: "_Form") -> None:
    form.kind = ui.toggle(KINDS, value=JobKind.TRAIN.value)
    text(ABOUT[JobKind.TRAIN.value], classes="muted small").bind_text_from(form.kind, "value", ABOUT.__getitem__)


def _models(form: "_Form", before: Mapping[str, Any]) -> None:
    known = visitor().house.models.catalog()
    options = {"auto": "auto: what fits the demand of each series"}
    options |= {one.name: f"{one.name}: {one.title}" for one in known if one.available and not one.takes}
    chosen = [name for name in before.get("models", ()) if name in options]
    form.models = ui.select(options, label="Models", multiple=True, value=chosen).props("use-chips")
    text(AUTO, classes="muted small")
    missing = sorted({one.extra for one in known if not one.available and one.extra})
    if missing:
        text(f"More models with: pip install 'forecastle[{','.join(missing)}]'", classes="muted small")
    form.limit = ui.select(LIMITS, label="Time limit", value=before.get("time_limit"))


Field = TypeVar("Field", bound=ui.element)


def _hinted(field: Field, hint: str) -> Field:
    """The field, and below it what happens when it is left as it is."""
    field.props["hint"] = hint
    return field


class _Form:
    """What has been chosen so far."""

    targets: ui.select
    horizon: ui.number
    hierarchy: ui.select
    kind: ui.toggle
    models: ui.select
    limit: ui.select
    summary: ui.element

    def __init__(self, dataset: str, before: Mapping[str, Any]) -> None:
        self.dataset = dataset
        self.before = before

    async def take_dataset(self, event: Any) -> None:  # noqa: ANN401 - NiceGUI's events carry anything
        """Another dataset was chosen."""
        self.dataset = event.value
        await self.show_dataset()

    async def show_dataset(self) -> None:
        """Offer the targets and keys that the newest version of the dataset has."""
        version = await visitor().house.datasets.version(self.dataset)
        targets, keys = _with_role(version, "target"), _with_role(version, "key", "static")
        kept = [name for name in self.before.get("targets", ()) if name in targets]
        levels = [name for name in self.before.get("hierarchy", ()) if name in keys]
        self.targets.set_options(targets, value=kept)
        self.hierarchy.set_options(keys, value=levels)
        self.summary.clear()
        with self.summary, card(self.dataset):
            text(f"Version {version.number}, {version.rows:,} rows from {version.source}", classes="wrap")
            text(f"Targets: {', '.join(targets)}", classes="muted wrap")
            if keys:
                text(f"A series for every {' × '.join(_with_role(version, 'key'))}", classes="muted wrap")

    async def start(self) -> None:
        """Queue the job, and go where it can be followed."""
        asked = {
            "dataset": self.dataset,
            "targets": tuple(self.targets.value),
            "hierarchy": tuple(self.hierarchy.value),
            "models": tuple(self.models.value) or ("auto",),
            "horizon": int(self.horizon.value) if self.horizon.value else None,
            "time_limit": self.limit.value,
        }
        job = await visitor().house.jobs.start(JobKind(self.kind.value), asked)
        ui.navigate.to(f"/jobs/{job.id}")


def _with_role(version: DatasetVersion, *roles: str) -> list[str]:
    return [column["column"] for column in version.columns if column["role"] in roles]
