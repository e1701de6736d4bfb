"""Forecasts: every execution, and what one of them says of thousands of series."""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlencode

from nicegui import background_tasks, events, ui

from forecastle.core.records import JobKind
from forecastle.reporting import evidence
from forecastle.reporting.wording import percent
from forecastle.server.web import icons
from forecastle.server.web.pages import accuracy, series, together
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.pages.findings import findings
from forecastle.server.web.parts.address import follow
from forecastle.server.web.parts.basic import card, empty, link, note, title
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.status import figures_of, kind_of, outlook
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor

SHOWN = 200
FORECASTS = (JobKind.TRAIN, JobKind.FORECAST, JobKind.BACKTEST)

EXPORTS = (("Report", "html"), ("Excel", "xlsx"), ("CSV", "csv"))
"""What everything can be taken home as, and the ending of its file."""

KEPT_SINCE = {
    evidence.HISTORY: "no histories to draw",
    evidence.RIVALS: "no curves of the other models",
    evidence.REPORT: "no report",
}
"""Files that executions of older versions lack, and what is missing without them."""

Build = Callable[[Choice], Awaitable[None]]

VIEWS: dict[str, tuple[str, Build]] = {
    "series": ("Series", series.browse),
    "together": ("Together", together.together),
    "accuracy": ("Accuracy", accuracy.accuracy),
    "data": ("Data and run", findings),
}
"""What can be looked at, under its name in the address."""


async def executions() -> None:
    """Every execution, the newest first."""
    house = visitor().house
    glance = await house.overview.look()
    made = [one for one in await house.executions.list(limit=SHOWN) if one.kind in FORECASTS]
    with title("Forecasts", "Every run with its series, its ranges and how well it did on the past."):
        link("New forecast", "/run", icon=icons.PLAY, kind="main").classes("phone-only")
    if not made:
        with empty("No forecast yet", "Bring a sales history, then start a forecast.", icons.FORECAST):
            link("Upload a spreadsheet", "/data", icon=icons.UPLOAD)
            link("New forecast", "/run", icon=icons.PLAY, kind="main")
        return
    columns = ("Dataset", "Kind", "Made", "Targets", "Horizon", "Series", "Error", "Better than the past")
    with card(classes="flat"), table(columns, numbers=columns[5:], about="Forecasts, the newest first") as add:
        for one in made:
            told = figures_of(one)
            name = glance.dataset_of(one) or "a deleted dataset"
            view = "?view=accuracy" if one.kind == JobKind.BACKTEST else ""
            add(
                lambda one=one, name=name, view=view: ui.link(name, f"/forecasts/{one.id}{view}"),
                kind_of(one.kind),
                ago(one.created_at),
                ", ".join(one.targets),
                outlook(one),
                f"{one.series:,}",
                percent(told.get("wape")),
                percent(told.get("skill"), 0),
            )


async def execution(execution_id: str) -> None:
    """One execution, by series, together, with its accuracy, and where it comes from."""
    house = visitor().house
    found = await house.executions.find(execution_id)
    dataset = (await house.overview.look()).dataset_of(found)
    choice = Choice(execution=found, dataset=dataset, target=found.targets[0])
    choice.take(ui.context.client.sub_pages_router.current_path)
    made = f"{kind_of(found.kind)} of {found.series:,} series, {outlook(found)} ahead, {ago(found.created_at)}"
    kept = await house.results.kept(execution_id)
    views = _Views(choice)
    with title(dataset or "A deleted dataset", made):
        if len(found.targets) > 1:
            ui.toggle(list(found.targets), value=choice.target, on_change=views.aim)
        for label, ending in EXPORTS if found.kind != JobKind.BACKTEST else ():
            if ending != "html" or evidence.REPORT in kept:
                link(label, f"/export/{execution_id}.{ending}", icon=icons.DOWNLOAD).props("download")
    _lacking(choice, kept)
    await views.build()


def _lacking(choice: Choice, kept: Collection[str]) -> None:
    """Say what an earlier version of the program did not keep with a forecast."""
    lacking = [words for name, words in KEPT_SINCE.items() if name not in kept]
    if not lacking or choice.execution.kind not in (JobKind.TRAIN, JobKind.FORECAST):
        return
    said = f"An earlier version of Forecastle made this forecast; it kept {', '.join(lacking)}."
    with note(said, hint="Its numbers are whole. A new forecast has everything."):
        asked = urlencode({"dataset": choice.dataset}) if choice.dataset else ""
        link("Forecast again", f"/run?{asked}", icon=icons.PLAY)


class _Views:
    """The views of an execution, one at a time; what is looked at is in the address."""

    tabs: ui.tabs
    pane: Pane

    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    async def build(self) -> None:
        """Show what the address asks for."""
        with ui.tabs().classes("views").props("align=left no-caps inline-label") as self.tabs:
            for name, (label, _) in VIEWS.items():
                ui.tab(name, label=label)
        self.tabs.value = self._choice.view
        self.pane = Pane("stack below-tabs")
        self.tabs.on_value_change(self._turn)
        follow(self._went)
        await self._show()

    async def aim(self, event: events.ValueChangeEventArguments[str]) -> None:
        """Look at another target."""
        if event.value != self._choice.target:
            self._choice.target = event.value
            self._choice.remember()
            await self._show()

    async def _show(self) -> None:
        await self.pane.show(lambda: VIEWS[self._choice.view][1](self._choice))

    async def _turn(self) -> None:
        if self.tabs.value != self._choice.view:
            self._choice.view = str(self.tabs.value)
            self._choice.remember()
            await self._show()

    def _went(self, path: str) -> None:
        """The browser went back or forward."""
        if not self.pane.place.is_deleted and self._choice.take(path):
            self.tabs.value = self._choice.view
            background_tasks.create(self._show(), context=self.tabs)
