"""One version of a dataset: its rows and roles, what is wrong and how to mend it, charts, and every other version."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from nicegui import ui

from forecastle.server.web import icons
from forecastle.server.web.pages import analysing, cleaning, exploring, lineage, looking, profile, roles
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.address import asked
from forecastle.server.web.parts.basic import block, button, link, title
from forecastle.server.web.parts.dialogs import confirmed, tell
from forecastle.server.web.visitor import visitor

Build = Callable[[Subject], Awaitable[None]]

VIEWS: dict[str, tuple[str, Build]] = {
    "rows": ("Rows and roles", roles.roles),
    "problems": ("Problems", cleaning.cleaning),
    "profile": ("Profile", profile.profile),
    "charts": ("Charts", exploring.exploring),
    "analysis": ("Analysis", analysing.analysing),
    "versions": ("Versions", lineage.lineage),
}
"""What can be looked at, under its name in the address."""

OF_SERIES = ("charts", "analysis")
"""Views of one series, which is kept from one to the other."""


async def dataset(name: str, number: int | None, view: str) -> None:
    """One version of a dataset; the newest without a number."""
    house = visitor().house
    version = await house.datasets.version(name, number)
    newest = await house.datasets.version(name)
    of_series = {name: value for name, value in asked().items() if name in looking.NAMES}
    subject = Subject(name=name, version=version, newest=version.id == newest.id, asked=of_series)
    age = "the newest" if subject.newest else f"an old one; {newest.number} is the newest"
    with title(name, f"Version {version.number}, {age}: {version.rows:,} rows from {version.source}"):
        button("Delete", lambda: _delete(name), icon=icons.TRASH, kind="danger")
        link("Forecast it", f"/run?{urlencode({'dataset': name})}", icon=icons.PLAY, kind="main")
    shown = view if view in VIEWS else "rows"
    with ui.tabs().classes("views").props("align=left no-caps") as tabs:
        for key, (label, _) in VIEWS.items():
            ui.tab(key, label=label)
    tabs.value = shown
    tabs.on_value_change(lambda event: _turn(subject, str(event.value)))
    with block("stack below-tabs"):
        await VIEWS[shown][1](subject)


def _turn(subject: Subject, view: str) -> None:
    ui.navigate.to(subject.address(view, **subject.asked if view in OF_SERIES else {}))


async def _delete(name: str) -> None:
    who = visitor()
    days = who.house.settings.storage.retention_days
    about = f"It is gone from every list at once, with its forecasts and models, and from the disk after {days} days."
    if await confirmed(f"Delete {name}?", about, yes="Delete"):
        await who.house.datasets.delete(name, by=who.name)
        tell(f"{name} is deleted.")
        ui.navigate.to("/data")
