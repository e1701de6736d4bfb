"""Jobs: all of them, and one as it goes on. What is shown comes from the database, so that a reload loses nothing."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from nicegui import ui

from forecastle.core.records import Job, JobEvent, JobKind, JobStatus
from forecastle.server.web import icons
from forecastle.server.web.pages.account import cleaned
from forecastle.server.web.parts.basic import block, button, card, empty, facts, link, note, text, title
from forecastle.server.web.parts.dialogs import confirmed, for_people, tell
from forecastle.server.web.parts.status import asked_of, kind_of, remaining, status_chip, steps_of
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago, lasting
from forecastle.server.web.parts.watching import paced
from forecastle.server.web.visitor import visitor

SHOWN = 100


async def jobs() -> None:
    """The newest jobs, kept up to date."""
    house = visitor().house
    start = await house.events.newest()
    with title("Jobs", "Long work: what runs, what waits, and how it ended."):
        link("New forecast", "/run", icon=icons.PLAY, kind="main").classes("phone-only")
    place = block("stack")
    await _list(place)
    async for _ in paced(house.events.follow(after=start)):
        await _list(place)


async def _list(place: ui.element) -> None:
    found = await visitor().house.jobs.list(limit=SHOWN)
    place.clear()
    with place:
        if not found:
            with empty(
                "No job yet", "Trainings, forecasts and comparisons of models run here, in the background.", icons.JOBS
            ):
                link("New forecast", "/run", icon=icons.PLAY, kind="main")
            return
        columns = ("Job", "Asked for", "State", "Progress", "Begun", "Took")
        with card(classes="flat"), table(columns, about="Jobs, the newest first") as add:
            for job in found:
                add(
                    lambda job=job: ui.link(f"{kind_of(job.kind)} {job.id[:8]}", f"/jobs/{job.id}"),
                    asked_of(job),
                    lambda job=job: status_chip(job),
                    remaining(job) if not job.status.over else "–",
                    ago(job.started_at or job.created_at),
                    _took(job),
                )


def _took(job: Job) -> str:
    if job.started_at is None or job.finished_at is None:
        return "–"
    return lasting((job.finished_at - job.started_at).total_seconds())


async def job(job_id: str) -> None:
    """One job: its ten steps, how far it is, what it says, and how it ended."""
    house = visitor().house
    found = await house.jobs.find(job_id)
    with title(kind_of(found.kind), asked_of(found)):
        tools = block("line")
    with block("columns"):
        with block("stack"):
            outcome = block("stack")
            with card("Progress"):
                bar = ui.linear_progress(0, show_value=False)
                bar.props["aria-label"] = "How far the job is"
                told = text("", classes="muted").props("aria-live=polite")
                steps = ui.element("ol").classes("steps")
            with card("What it says"):
                log = text("", "div", "log").props("tabindex=0 role=log aria-label='Messages of the job'")
        with card("Details"):
            details = block("")
    seen = _Seen()

    async def show() -> None:
        now = await house.jobs.find(job_id)
        took = await _steps_taken(now)
        bar.value = 1 if now.status is JobStatus.COMPLETED else (now.report.percent if now.report else 0) / 100
        told.text = _told(now)
        log.text = "\n".join(seen.lines) or "Nothing yet."
        _replace(steps, lambda: _steps(now, took))
        _replace(tools, lambda: _tools(now))
        _replace(outcome, lambda: _outcome(now))
        _replace(details, lambda: _details(now))

    await show()
    async for event in paced(seen.noting(house.jobs.follow(job_id))):
        if event.kind == "job:progress" or not seen.over:
            await show()
    await show()


def _told(job: Job) -> str:
    if not job.status.over:
        return remaining(job)
    return f"Took {_took(job)}." if job.started_at else "It was never begun."


def _replace(place: ui.element, build: Callable[[], object]) -> None:
    place.clear()
    with place:
        build()


class _Seen:
    """What the events of a job have told so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.over = False

    async def noting(self, events: AsyncGenerator[JobEvent, None]) -> AsyncGenerator[JobEvent, None]:
        """The same events, each remembered."""
        async with aclosing(events):
            async for event in events:
                self._note(event)
                yield event

    def _note(self, event: JobEvent) -> None:
        if event.kind != "job:progress":
            self.over = True
            self.lines.append(f"{event.at:%H:%M:%S}  {event.kind.removeprefix('job:')}")
            return
        line = f"{event.at:%H:%M:%S}  {event.payload['step']}. {event.payload['message']}"
        if event.payload["message"] and (not self.lines or self.lines[-1][8:] != line[8:]):
            self.lines.append(line)


async def _steps_taken(job: Job) -> Mapping[int, Mapping[str, Any]]:
    """What each step of a completed job did, by its number."""
    if job.status is not JobStatus.COMPLETED or job.kind is JobKind.CLEAN:
        return {}
    execution = await visitor().house.executions.find(job.id)
    return {step["number"]: step for step in execution.steps}


def _steps(job: Job, taken: Mapping[int, Mapping[str, Any]]) -> None:
    done = job.status is JobStatus.COMPLETED
    current = job.report.step if job.report else 0
    for number, name in enumerate(steps_of(job), start=1):
        took = taken.get(number, {})
        skipped = took.get("status") == "skipped"
        past = (done or number < current) and not skipped
        now = number == current and not job.status.over
        with ui.element("li").classes("done" if past else "now" if now else "skipped" if skipped else ""):
            with ui.element("span").classes("mark").props("aria-hidden=true"):
                if past:
                    ui.icon(icons.CHECK)
                else:
                    text(str(number), "span")
            with block(""):
                text(name, "div")
                if took.get("message"):
                    text(took["message"], "div", "small muted wrap")
            state = (
                "skipped"
                if skipped
                else lasting(took.get("seconds"))
                if took
                else "done"
                if past
                else "now"
                if now
                else ""
            )
            text(state, "span", "small muted number")


def _tools(job: Job) -> None:
    if job.status.over:
        link("All jobs", "/jobs")
        return

    async def cancel() -> None:
        if await confirmed(
            "Stop this job?", "Nothing half-written is left behind. It can be started again.", yes="Stop it"
        ):
            await visitor().house.jobs.cancel(job.id)
            tell("It stops at the end of the step it is at.")

    button("Cancel", cancel, icon=icons.CLOSE, kind="danger")


def _outcome(job: Job) -> None:
    if job.status is JobStatus.COMPLETED and job.kind is JobKind.TABULAR and job.result:
        name = str(job.result["name"])
        with note(f"{name} answers with {job.result['target']}: {job.result['reason']}.", tone="good"):
            link("Look at the model", f"/tabular/{quote(name, safe='')}", icon=icons.TABULAR, kind="main")
    elif job.status is JobStatus.COMPLETED and job.kind is JobKind.CLEAN and job.result:
        cleaned(job.result, job.params)
    elif job.status is JobStatus.COMPLETED and job.result:
        said = job.result.get("words") or [
            f"{job.result.get('forecasts', 0):,} forecasts of {job.result.get('series', 0):,} series."
        ]
        with note(said[0], hint=said[1] if len(said) > 1 else "", tone="good"):
            if job.kind is JobKind.BACKTEST:
                link("See the comparison", f"/forecasts/{job.id}?view=accuracy", icon=icons.ARROW, kind="main")
            else:
                link("See the forecasts", f"/forecasts/{job.id}", icon=icons.FORECAST, kind="main")
                if job.kind is JobKind.TRAIN:
                    link("See who leads", f"/models?dataset={quote(str(job.params.get('dataset', '')))}")
    elif job.status is JobStatus.FAILED and job.error:
        with note(str(job.error.get("message", "")), hint=for_people(str(job.error.get("hint", ""))), tone="bad"):
            link("Try again with other choices", f"/run?again={job.id}", icon=icons.RESTORE)
    elif job.status is JobStatus.CANCELLED:
        with note("It was stopped; nothing was kept.", tone="warn"):
            link("Start again", f"/run?again={job.id}", icon=icons.RESTORE)


def _details(job: Job) -> None:
    known = {
        "Id": job.id,
        "Asked for": ago(job.created_at),
        "Begun": ago(job.started_at),
        "Took": _took(job),
        "Attempts": f"{job.attempts} of {job.max_attempts}",
        "Worker": job.worker or "–",
    }
    asked = {name.replace("_", " ").capitalize(): _said(value) for name, value in job.params.items()}
    facts(known | asked)


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
