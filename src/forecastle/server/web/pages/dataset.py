"""One dataset: what was read, what each column was taken for, what was wrong, and every version."""

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from forecastle.core.findings import Severity
from forecastle.core.records import DatasetVersion
from forecastle.reporting.wording import percent
from forecastle.server.web import icons
from forecastle.server.web.pages.findings import finding
from forecastle.server.web.parts.basic import block, button, card, chip, link, note, text, title
from forecastle.server.web.parts.dialogs import confirmed, tell
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor


async def dataset(name: str, number: int | None) -> None:
    """One version of a dataset; the newest without a number."""
    house = visitor().house
    version = await house.datasets.version(name, number)
    versions = await house.datasets.versions(name)
    with title(name, f"Version {version.number} of {len(versions)}: {version.rows:,} rows from {version.source}"):
        button("Delete", lambda: _delete(name), icon=icons.TRASH, kind="danger")
        link("Forecast it", f"/run?dataset={quote(name)}", icon=icons.PLAY, kind="main")
    with block("columns"):
        with block("stack"):
            _columns(version)
        with block("stack"):
            _found(version)
            _versions(name, version, versions)


def _columns(version: DatasetVersion) -> None:
    with (
        card("Columns", classes="flat"),
        table(("Column", "Taken for", "Sure", "Why"), numbers=("Sure",), about="What each column was taken for") as add,
    ):
        for column in version.columns:
            add(
                lambda column=column: text(column["column"], "strong", "wrap"),
                lambda column=column: chip(column["role"], "plain" if column["role"] == "ignored" else "busy"),
                percent(column["confidence"], 0),
                lambda column=column: text(column["reason"], "span", "muted wrap"),
            )


def _found(version: DatasetVersion) -> None:
    with card("What was found"):
        order = list(Severity)
        for found in sorted(version.findings, key=lambda one: order.index(one["severity"])):
            finding(found)
        if not version.findings:
            note("Nothing needed correction while it was read.", tone="good")


def _versions(name: str, shown: DatasetVersion, versions: Sequence[DatasetVersion]) -> None:
    columns = ("Version", "Read", "Rows")
    with card("Versions", classes="flat"), table(columns, numbers=("Rows",), about="Versions, the newest first") as add:
        for one in versions:
            add(
                lambda one=one: ui.link(f"{one.number}", f"/data?dataset={quote(name)}&version={one.number}"),
                ago(one.created_at),
                f"{one.rows:,}",
                lead=one.number == shown.number,
            )


async def _delete(name: str) -> None:
    who = visitor()
    days = who.house.settings.storage.retention_days
    about = f"It is gone from every list at once, with its forecasts and models, and from the disk after {days} days."
    if await confirmed(f"Delete {name}?", about, yes="Delete"):
        await who.house.datasets.delete(name, by=who.name)
        tell(f"{name} is deleted.")
        ui.navigate.to("/data")
