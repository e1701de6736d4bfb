"""One version of a dataset: its rows and roles, what is wrong and how to mend it, charts, and every other version."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from nicegui import ui

from forecastle.server.web import icons
from forecastle.server.web.pages import cleaning, exploring, lineage, roles
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.basic import block, button, link, title
from forecastle.server.web.parts.dialogs import confirmed, tell
from forecastle.server.web.visitor import visitor

Build = Callable[[Subject], Awaitable[None]]

VIEWS: dict[str, tuple[str, Build]] = {
    "rows": ("Rows and roles", roles.roles),
    "problems": ("Problems", cleaning.cleaning),
    "charts": ("Charts", exploring.exploring),
    "versions": ("Versions", lineage.lineage),
}
"""What can be looked at, under its name in the address."""


async def dataset(name: str, number: int | None, view: str) -> None:
    """One version of a dataset; the newest without a number."""
    house = visitor().house
    version = await house.datasets.version(name, number)
    newest = await house.datasets.version(name)
    subject = Subject(name=name, version=version, newest=version.id == newest.id)
    age = "the newest" if subject.newest else f"an old one; {newest.number} is the newest"
    with title(name, f"Version {version.number}, {age}: {version.rows:,} rows from {version.source}"):
        button("Delete", lambda: _delete(name), icon=icons.TRASH, kind="danger")
        link("Forecast it", f"/run?{urlencode({'dataset': name})}", icon=icons.PLAY, kind="main")
    shown = view if view in VIEWS else "rows"
    with ui.tabs(on_change=lambda event: ui.navigate.to(subject.address(str(event.value)))) as tabs:
        tabs.classes("views").props("align=left no-caps")
        for key, (label, _) in VIEWS.items():
            ui.tab(key, label=label)
    with block("stack below-tabs"):
        await VIEWS[shown][1](subject)
    tabs.set_value(shown)


async def _delete(name: str) -> None:
    who = visitor()
    days = who.house.settings.storage.retention_days
    about = f"It is gone from every list at once, with its forecasts and models, and from the disk after {days} days."
    if await confirmed(f"Delete {name}?", about, yes="Delete"):
        await who.house.datasets.delete(name, by=who.name)
        tell(f"{name} is deleted.")
        ui.navigate.to("/data")
