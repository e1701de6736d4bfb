"""Home: the state of the house at a glance, and what to do next."""

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from forecastle.core.records import Execution, Job, JobKind
from forecastle.reporting.wording import count, number, percent, smaller
from forecastle.server.web import icons
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import Tone, block, bullets, button, card, empty, figure, link, note, text, title
from forecastle.server.web.parts.status import asked_of, figures_of, kind_of, outlook, progress, status_chip
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.parts.watching import paced
from forecastle.server.web.visitor import visitor
from forecastle.services.overview import Advice, Glance, Next

DEMO = "demo:retail"

ADVICE = 5
"""Things to do that are shown at once."""

WAYS = {
    Next.FORECAST: ("Forecast it", "/run?dataset={about}"),
    Next.LOOK_AT_DATA: ("Look at the data", "/data?dataset={about}&view=problems"),
    Next.LOOK_AT_JOB: ("See why", "/jobs/{about}"),
    Next.LOOK_AT_MODELS: ("Look at the models", "/models?dataset={about}"),
}


async def home() -> None:
    """Datasets, the newest forecast and how accurate it is, what is at work, what to do next."""
    house = visitor().house
    start = await house.events.newest()
    glance = await house.overview.look()
    with title("Home", "What is here, how good it is, and what to do next."):
        link("New forecast", "/run", kind="main").classes("phone-only")
    with block("stack"):
        if not glance.datasets:
            _welcome()
            return
        latest = glance.executions[0] if glance.executions else None
        _figures(glance, latest)
        at_work = block("stack")
        with block("columns"):
            with block("stack"):
                if latest is not None:
                    await _latest(glance, latest)
                _executions(glance)
            with block("stack"):
                _advice(glance.advice)
                _datasets(glance)
    await _follow(at_work, start)


def _welcome() -> None:
    about = (
        "Bring a sales history: any table with a time column and a number will do. Columns that name the series, "
        "prices and promotions are recognised, in any language."
    )
    with empty("Nothing is here yet", about, icons.DATA):
        link("Upload a spreadsheet", "/data", icon=icons.UPLOAD, kind="main")
        button("Try it with demo data", _demo, icon=icons.PLAY)


async def _demo() -> None:
    """Real sales that come along, and a training on them."""
    house = visitor().house
    await house.datasets.bring(DEMO, name="retail")
    job = await house.jobs.start(JobKind.TRAIN, {"dataset": "retail"})
    ui.navigate.to(f"/jobs/{job.id}")


def _figures(glance: Glance, latest: Execution | None) -> None:
    told = figures_of(latest) if latest else {}
    with block("tiles"):
        if latest is None or not told:
            figure(
                "Datasets", str(len(glance.datasets)), count(sum(one.version.rows for one in glance.datasets), "row")
            )
            return
        figure(f"Next {outlook(latest)}", number(told["coming"]), _growth(told["growth"], told["target"]))
        figure(
            "Total error (WAPE)",
            percent(told["wape"]),
            f"{smaller(told['skill'])} than repeating the past",
            _tone(told["skill"]),
        )
        band = told["band"]
        if band:
            figure(
                f"{percent(band['share'], 0)} ranges held",
                percent(told["held"], 0),
                "of the actual values on past windows",
            )
        figure("Series", f"{latest.series:,}", f"in {count(len(glance.datasets), 'dataset')}")


def _growth(growth: float | None, target: str) -> str:
    if growth is None:
        return f"{target} in all"
    return f"{target}, {percent(abs(growth))} {'more' if growth > 0 else 'less'} than before"


def _tone(skill: float | None) -> Tone:
    return "" if skill is None else "good" if skill > 0 else "bad"


async def _latest(glance: Glance, latest: Execution) -> None:
    house = visitor().house
    target = latest.targets[0]
    with card() as made:
        with block("line apart"):
            text(f"{glance.dataset_of(latest)}: {target}, all series together", "h2")
            link("Open", f"/forecasts/{latest.id}", icon=icons.ARROW)
        together = await house.results.together(latest.id, target)
        with made:
            options = charts.history_and_forecast(together.history, together.forecasts, latest.freq)
            charts.chart(options, about=f"History and forecast of {target}, summed over {together.series} series")
            bullets(latest.summary.get("words", [])[:4])


def _executions(glance: Glance) -> None:
    with (
        card("Forecasts made", classes="flat"),
        table(
            ("Dataset", "Made", "Horizon", "Series", "Error"), numbers=("Series", "Error"), about="The newest forecasts"
        ) as add,
    ):
        for one in glance.executions:
            told = figures_of(one)
            name = glance.dataset_of(one) or "a deleted dataset"
            add(
                lambda one=one, name=name: ui.link(name, f"/forecasts/{one.id}"),
                f"{kind_of(one.kind)}, {ago(one.created_at)}",
                outlook(one),
                f"{one.series:,}",
                percent(told.get("wape")),
            )


def _advice(advice: Sequence[Advice]) -> None:
    with card("What to do next"):
        if not advice:
            note("Everything is in order: every dataset has a forecast of its newest version.", tone="good")
        for one in sorted(advice, key=lambda one: not one.serious)[:ADVICE]:
            label, way = WAYS[one.next]
            with note(one.message, tone="bad" if one.serious else ""):
                link(label, way.format(about=quote(one.about)))
        link("Upload newer data", "/data", icon=icons.UPLOAD)


def _datasets(glance: Glance) -> None:
    with (
        card("Datasets", classes="flat"),
        table(("Name", "Version", "Made", "Rows"), numbers=("Version", "Rows"), about="Datasets") as add,
    ):
        for one in glance.datasets:
            add(
                lambda one=one: ui.link(one.dataset.name, f"/data?dataset={quote(one.dataset.name)}"),
                str(one.version.number),
                ago(one.version.created_at),
                f"{one.version.rows:,}",
            )


async def _follow(place: ui.element, start: int) -> None:
    """Show what is at work, for as long as somebody looks."""
    house = visitor().house
    await _show_work(place)
    async for _ in paced(house.events.follow(after=start)):
        await _show_work(place)


async def _show_work(place: ui.element) -> None:
    jobs = [job for job in await visitor().house.jobs.list(limit=20) if not job.status.over]
    place.clear()
    with place:
        for job in jobs:
            _at_work(job)


def _at_work(job: Job) -> None:
    with card():
        with block("line apart"):
            with block("line"):
                text(kind_of(job.kind), "h2")
                status_chip(job)
                text(asked_of(job), classes="muted")
            link("Follow", f"/jobs/{job.id}")
        progress(job)
        if job.started_at:
            text(f"Begun {ago(job.started_at)}", classes="hidden-text")
