"""Every version of a dataset: where it comes from, what stands on it, and how it differs from the one before."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from nicegui import ui

from forecastle.recipes.comparison import Comparison
from forecastle.reporting.wording import count
from forecastle.server.web import icons
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.basic import block, bullets, button, card, chip, icon_button, note, text
from forecastle.server.web.parts.dialogs import confirmed, tell
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.series_choice import series_choice
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.charts import Subject as Drawn
from forecastle.services.datasets.lineage import Generation


async def lineage(subject: Subject) -> None:
    """The versions, and two of them side by side."""
    generations = await visitor().house.lineage.of(subject.name)
    columns = ("Version", "Made", "From", "What was done", "Rows", "Forecasts", "")
    with (
        card("Versions", classes="flat"),
        table(columns, numbers=columns[4:6], about="Versions, the newest first") as add,
    ):
        for one in generations:
            version = one.version
            add(
                partial(_number, subject, one),
                f"{ago(version.created_at)}{f' by {version.by}' if version.by else ''}",
                f"version {version.parent}" if version.parent else version.source,
                version.note or _steps(one) or "Read",
                f"{version.rows:,}",
                f"{len(one.executions):,}",
                partial(_tools, subject, one),
                lead=version.number == subject.version.number,
            )
    if len([one for one in generations if one.kept]) > 1:
        await _compare(subject, generations)


async def like_before(subject: Subject) -> None:
    """An upload whose forerunner was changed here can be changed in the same way."""
    if subject.version.parent is not None:
        return
    known = await visitor().house.lineage.of(subject.name)
    changed = [one for one in known if one.kept and one.version.parent and one.version.number < subject.version.number]
    if not changed:
        return
    before = changed[0].version
    what = f"cleaned in {count(len(before.recipe), 'step')}" if before.recipe else "given other roles"
    hint = "The same can be done to this upload, with the roles, limits and fillings of then."
    with note(f"Version {before.number} was {what} {ago(before.created_at)}.", hint=hint), block("below"):
        again = subject.address("problems", like=before.number)
        button(f"Do as with version {before.number}", lambda: ui.navigate.to(again), icon=icons.CHECK)


def _steps(one: Generation) -> str:
    kinds = {kind.step: kind.title for kind in visitor().house.recipes.kinds()}
    return ", ".join(kinds[step["step"]] for step in one.version.recipe).capitalize()


def _number(subject: Subject, one: Generation) -> None:
    version = one.version
    with block("line"):
        there = urlencode({"dataset": subject.name, "version": version.number, "view": "versions"})
        ui.link(str(version.number), f"/data?{there}")
        if one.current:
            chip("current", "good")
        if version.pinned_at:
            chip("kept for good")
        if not one.kept:
            chip("gone", "warn")


def _tools(subject: Subject, one: Generation) -> None:
    if not one.kept:
        return
    with block("line"):
        if not one.current:
            button("Restore", partial(_restore, subject, one), icon=icons.RESTORE)
        label = "Need not stay" if one.version.pinned_at else "Keep for good"
        button(label, partial(_pin, subject, one))
        if not one.current and not one.version.pinned_at and not one.executions:
            icon_button(icons.TRASH, f"Delete version {one.version.number}", partial(_delete, subject, one))


async def _restore(subject: Subject, one: Generation) -> None:
    about = "Its rows become the newest version; the versions between stay as they are."
    if await confirmed(f"Go back to version {one.version.number}?", about, yes="Restore"):
        who = visitor()
        again = await who.house.lineage.restore(subject.name, one.version.number, by=who.name)
        tell(f"Version {one.version.number} is back, as version {again.number}.")
        ui.navigate.to(subject.newest_address("versions"))
        await ui.context.client.sub_pages_router.refresh()


async def _pin(subject: Subject, one: Generation) -> None:
    who = visitor()
    act = who.house.lineage.unpin if one.version.pinned_at else who.house.lineage.pin
    await act(subject.name, one.version.number, by=who.name)
    await ui.context.client.sub_pages_router.refresh()


async def _delete(subject: Subject, one: Generation) -> None:
    if await confirmed(
        f"Delete version {one.version.number}?", "What it was made from and by whom stays.", yes="Delete"
    ):
        who = visitor()
        await who.house.lineage.delete(subject.name, one.version.number, by=who.name)
        await ui.context.client.sub_pages_router.refresh()


async def _compare(subject: Subject, generations: Sequence[Generation]) -> None:
    numbers = [one.version.number for one in generations if one.kept]
    now = subject.version.number
    before = next((number for number in numbers if number < now), numbers[-1])
    targets = subject.columns("target")
    with card("Before and after"):
        with block("fields"):
            older = ui.select(numbers, label="Before", value=before)
            newer = ui.select(numbers, label="After", value=now)
            one = await series_choice(subject.name, now)
            column = ui.select(targets, label="Of", value=targets[0])
        pane = Pane()

    async def build() -> None:
        told = (await visitor().house.comparisons.of(subject.name, before=older.value, after=newer.value)).told
        _told(told)
        drawn = Drawn(column=column.value, series_id=one.value, version=newer.value)
        both = await visitor().house.charts.comparison(subject.name, drawn, before=older.value)
        about = f"{column.value} in version {older.value} and {newer.value}"
        charts.chart(data_charts.before_and_after(both.points), about=about, low=True)
        changed = f"{both.changed:,} of {both.periods:,} periods have another value"
        text(f"{changed}, {both.appeared:,} appeared, {both.vanished:,} are gone.", classes="muted small")

    for field in (older, newer, one, column):
        field.on_value_change(lambda: pane.show(build))
    await pane.show(build)


def _told(told: Comparison) -> None:
    """What is different, in sentences."""
    cells = [f"{many:,} values of {name} are others" for name, many in told.changed.items()]
    rows = [f"{many:,} rows {word}" for many, word in ((told.rows_added, "more"), (told.rows_removed, "fewer")) if many]
    columns = [f"column {name} is new" for name in told.columns_added]
    columns += [f"column {name} is gone" for name in told.columns_removed]
    columns += [f"column {name} is of another type" for name in told.columns_retyped]
    bullets([f"{part[:1].upper()}{part[1:]}." for part in (*rows, *cells, *columns)] or ["Their rows are the same."])
