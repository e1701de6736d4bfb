"""Steps that were chosen but not taken yet: in the address until they are, tried at once, and kept as recipes."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from nicegui import ui

from forecastle.core.errors import InputError
from forecastle.server.web import icons
from forecastle.server.web.pages.account import account
from forecastle.server.web.pages.steps import said_of, step_asked
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.address import Address
from forecastle.server.web.parts.basic import block, button, card, chip, icon_button, note, text, waiting
from forecastle.server.web.parts.dialogs import asked_name, tell
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.trials import Trial
from forecastle.services.requests import Cleaning, NewRecipe, StartCleaning

STEP = Mapping[str, Any]

NAMES = ("steps", "like")
"""In the address: the steps as JSON, or the number of a version that is to be followed."""


class Draft:
    """Further steps can be added and left out; those of another version are taken as a whole."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._pane = Pane()
        self._address = Address(NAMES, self._pane.place, lambda said: subject.address("problems", **said), self.show)

    async def add(self, steps: Sequence[STEP]) -> None:
        """Choose further steps; one that is there already is not taken twice."""
        chosen = self._steps()
        await self._choose([*chosen, *(step for step in steps if step not in chosen)])

    async def follow(self, version: int) -> None:
        """Choose what was done to another version."""
        self._address.say(like=str(version))
        await self.show()

    async def show(self) -> None:
        """The steps, and what they would change."""
        await self._pane.show(self._build)

    def _steps(self) -> list[STEP]:
        """Those in the address, which anybody may have written."""
        try:
            steps = json.loads(self._address.said.get("steps", "[]"))
        except ValueError as error:
            raise InputError("The steps in the address cannot be read.", hint="Choose them here.") from error
        Cleaning.of({"steps": steps})  # raises where they are none
        return list(steps)

    async def _choose(self, steps: Sequence[STEP]) -> None:
        self._address.say(steps=json.dumps(steps, separators=(",", ":")) if steps else None)
        await self.show()

    def _asked(self) -> Cleaning:
        chosen = (
            {"like": int(like)}
            if (like := self._address.said.get("like", "")).isdecimal()
            else {"steps": self._steps()}
        )
        return Cleaning.of(chosen | {"version": self._subject.version.number})

    async def _build(self) -> None:
        asked = self._asked()
        with card("Cleaning"):
            if asked.like is not None:
                self._followed(asked.like)
            else:
                self._chosen()
        if asked.like is not None or asked.steps:
            with card("What would change"):
                await self._try(asked)

    async def _try(self, asked: Cleaning) -> None:
        house, name = visitor().house, self._subject.name
        if await house.cleaning.takes_long(name, asked):
            self._as_job(asked)
            return
        with waiting("Trying …"):
            trial = await house.recipes.dry_run(name, asked)
        await self._told(trial, asked)

    def _as_job(self, asked: Cleaning) -> None:
        """What takes longer than anybody waits for is done by a worker."""
        note(
            f"These steps on {self._subject.version.rows:,} rows take a while.",
            hint="They are tried or taken in the background, and you see how far that is.",
        )
        with block("line"):
            button("Try them", partial(self._start, asked, dry_run=True), icon=icons.PLAY, kind="main")
            button("Take them", partial(self._start, asked, dry_run=False))

    async def _start(self, asked: Cleaning, *, dry_run: bool) -> None:
        who = visitor()
        order = StartCleaning.of(asked.as_params() | {"dry_run": dry_run})
        job = await who.house.cleaning.start(self._subject.name, order, by=who.name)
        ui.navigate.to(f"/jobs/{job.id}")

    def _followed(self, version: int) -> None:
        with block("line apart"):
            text(f"All that was done to version {version}, as it was done then.", classes="grow")
            icon_button(icons.CLOSE, "Leave it out", partial(self._choose, []))

    def _chosen(self) -> None:
        steps = self._steps()
        if not steps:
            note("No step yet.", hint="Choose what to do about a problem, take a recipe, or add a step of your own. "
                 "Nothing is changed before you take the steps, and the old version stays.")  # fmt: skip
        for place, step in enumerate(steps):
            with block("line apart"):
                with block("line grow"):
                    chip(str(place + 1))
                    text(said_of(step), classes="wrap")
                without = [*steps[:place], *steps[place + 1 :]]
                icon_button(icons.CLOSE, f"Leave out step {place + 1}", partial(self._choose, without))
        kinds = {kind.step: kind.title for kind in visitor().house.recipes.kinds()}
        with block("line"):
            kind = ui.select(kinds, label="Add a step").classes("grow")
            button("Add", lambda: self._add_kind(kind.value), icon=icons.ARROW)

    async def _add_kind(self, kind: str | None) -> None:
        if kind is not None and (step := await step_asked(kind, self._subject)) is not None:
            await self.add((step,))

    async def _told(self, trial: Trial, asked: Cleaning) -> None:
        text(f"{trial.rows_before:,} rows before, {trial.rows_after:,} after.", classes="muted")
        account(trial.changes)
        await self._chart(trial, asked)
        with block("line"):
            button("Take these steps", partial(self._take, asked), icon=icons.CHECK, kind="main")
            button("Keep as a recipe", partial(self._save, trial))

    async def _chart(self, trial: Trial, asked: Cleaning) -> None:
        """The series of the first change, before and after."""
        series = next((example["series"] for change in trial.changes for example in change.examples), None)
        time, targets = self._subject.columns("time")[0], self._subject.columns("target")
        if series is None:
            return
        rows = await visitor().house.recipes.series(self._subject.name, asked, str(series))
        if time not in rows.columns or targets[0] not in rows.columns:
            return
        text(f"{series}, before and after", "h3", "wrap")
        charts.chart(
            data_charts.states(rows, time, targets[0]), about=f"{targets[0]} of {series} before and after", low=True
        )

    async def _take(self, asked: Cleaning) -> None:
        who = visitor()
        cleaned = await who.house.recipes.apply(self._subject.name, asked, by=who.name)
        tell(f"Version {cleaned.version.number} is there; version {self._subject.version.number} stays.")
        ui.navigate.to(self._subject.newest_address("problems"))
        await ui.context.client.sub_pages_router.refresh()

    async def _save(self, trial: Trial) -> None:
        called = await asked_name("Keep these steps under a name", "What they do, such as: Monthly export, cleaned")
        if called:
            who = visitor()
            await who.house.recipes.save(NewRecipe.of({"name": called, "steps": trial.steps}), by=who.name)
            tell(f"Kept as {called}.")
            await ui.context.client.sub_pages_router.refresh()
