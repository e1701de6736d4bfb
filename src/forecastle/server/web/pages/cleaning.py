"""What is wrong with the data, the worst first; steps that mend it, tried before they are taken."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from nicegui import ui

from forecastle.recipes.run import Change
from forecastle.server.web import icons
from forecastle.server.web.pages.findings import TONES
from forecastle.server.web.pages.steps import step_asked
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.basic import block, button, card, chip, icon_button, note, text
from forecastle.server.web.parts.dialogs import tell
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.problems import Problem
from forecastle.services.datasets.recipes import Trial
from forecastle.services.requests import Cleaning, NewRecipe

STEP = Mapping[str, Any]


async def cleaning(subject: Subject) -> None:
    """Problems on the left, the steps and what they would change on the right."""
    with block("columns even"):
        problems = block("stack")
        draft = _Draft(subject)
    with problems, card("What was found"):
        waiting = note("Looking at the data …")
        found = await visitor().house.problems.of(subject.name, version=subject.version.number)
        waiting.delete()
        for one in found:
            _problem(one, draft)
        if not found:
            note("Nothing needs correction or a second look.", tone="good")
    await draft.show()


def _problem(one: Problem, draft: "_Draft") -> None:
    finding = one.finding
    done = f"As it is: {finding.action}." if finding.action else ""
    with note(finding.message, hint=done, tone=TONES[finding.severity]):
        if not finding.rows and not one.remedies:
            return
        with block("stack tight below"):
            for row in finding.rows[:2]:
                text(row, "code", "muted small")
            with block("line"):
                for words, steps in one.remedies.items():
                    button(words, partial(draft.add, steps))


class _Draft:
    """Steps that were chosen but not taken yet."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._steps: list[STEP] = []
        self._pane = Pane()

    async def add(self, steps: tuple[STEP, ...]) -> None:
        """Choose further steps; one that is there already is not taken twice."""
        self._steps += [step for step in steps if step not in self._steps]
        await self.show()

    async def show(self) -> None:
        """The steps, and what they would change."""
        await self._pane.show(self._build)

    async def _build(self) -> None:
        with card("Cleaning"):
            if not self._steps:
                note("No step yet.", hint="Choose what to do about a problem, or add a step of your own. "
                     "Nothing is changed before you take the steps, and the old version stays.")  # fmt: skip
            for place, step in enumerate(self._steps):
                self._step(place, step)
            self._more()
        if self._steps:
            await self._try()

    def _asked(self) -> Cleaning:
        return Cleaning.of({"steps": self._steps, "version": self._subject.version.number})

    def _step(self, place: int, step: STEP) -> None:
        with block("line apart"):
            with block("line grow"):
                chip(str(place + 1))
                text(_words(step), classes="wrap")
            icon_button(icons.CLOSE, f"Leave out step {place + 1}", partial(self._remove, place))

    async def _remove(self, place: int) -> None:
        del self._steps[place]
        await self.show()

    def _more(self) -> None:
        kinds = {kind.step: kind.title for kind in visitor().house.recipes.kinds()}
        with block("line"):
            kind = ui.select(kinds, label="Add a step").classes("grow")
            button("Add", lambda: self._add_kind(kind.value), icon=icons.ARROW)

    async def _add_kind(self, kind: str | None) -> None:
        if kind is not None and (step := await step_asked(kind, self._subject)) is not None:
            await self.add((step,))

    async def _try(self) -> None:
        with card("What would change"):
            waiting = note("Trying …")
            trial = await visitor().house.recipes.dry_run(self._subject.name, self._asked())
            waiting.delete()
            await self._told(trial)

    async def _told(self, trial: Trial) -> None:
        text(f"{trial.rows_before:,} rows before, {trial.rows_after:,} after.", classes="muted")
        for change in trial.changes:
            note(change.says, hint=_changed(change), tone="good" if _changed(change) else "")
        await self._chart(trial)
        with block("line"):
            button("Take these steps", self._take, icon=icons.CHECK, kind="main")
            button("Keep as a recipe", self._save)

    async def _chart(self, trial: Trial) -> None:
        """The series of the first change, before and after."""
        series = next((example["series"] for change in trial.changes for example in change.examples), None)
        time, targets = self._subject.columns("time")[0], self._subject.columns("target")
        if series is None:
            return
        rows = await visitor().house.recipes.series(self._subject.name, self._asked(), str(series))
        if time not in rows.columns or targets[0] not in rows.columns:
            return
        text(f"{series}, before and after", "h3", "wrap")
        charts.chart(
            data_charts.states(rows, time, targets[0]), about=f"{targets[0]} of {series} before and after", low=True
        )

    async def _take(self) -> None:
        who = visitor()
        cleaned = await who.house.recipes.apply(self._subject.name, self._asked(), by=who.name)
        tell(f"Version {cleaned.version.number} is there; version {self._subject.version.number} stays.")
        ui.navigate.to(self._subject.newest_address("problems"))
        await ui.context.client.sub_pages_router.refresh()

    async def _save(self) -> None:
        with ui.dialog() as dialog, card():
            dialog.props["aria-label"] = "Keep as a recipe"
            text("Keep these steps under a name", "h2")
            name = ui.input("Name").props("autofocus")
            with block("line").style("justify-content:flex-end"):
                button("Cancel", lambda: dialog.submit(None))
                button("Keep", lambda: dialog.submit(name.value), kind="main")
        called = await dialog
        dialog.delete()
        if called:
            await visitor().house.recipes.save(NewRecipe.of({"name": called, "steps": self._steps}), by=visitor().name)
            tell(f"Kept as {called}.")


def _words(step: STEP) -> str:
    """A step before it was tried: its kind and what was chosen."""
    kinds = {kind.step: kind.title for kind in visitor().house.recipes.kinds()}
    chosen = [
        f"{name.replace('_', ' ')} {', '.join(value) if isinstance(value, list) else value}"
        for name, value in step.items()
        if name != "step"
    ]
    return f"{kinds[step['step']]}{': ' if chosen else ''}{'; '.join(chosen)}"


def _changed(change: Change) -> str:
    """What a step would do, in numbers; empty when nothing."""
    parts = [f"{count:,} values of {name} change" for name, count in change.cells.items() if count]
    parts += [f"{change.rows_removed:,} rows fewer"] * bool(change.rows_removed)
    parts += [f"{change.rows_added:,} rows more"] * bool(change.rows_added)
    parts += [f"column {name} is added" for name in change.columns_added]
    parts += [f"column {name} is left out" for name in change.columns_removed]
    return ", ".join(parts)
