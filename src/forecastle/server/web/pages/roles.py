"""The rows as they were read, and above each column what it was taken for, to be changed."""

from functools import partial

from nicegui import ui

from forecastle.data.dataset import Role
from forecastle.exploration.preview import Look, Sample
from forecastle.reporting.wording import part
from forecastle.server.web import icons
from forecastle.server.web.pages.lineage import like_before
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.basic import block, button, card, text
from forecastle.server.web.parts.dialogs import tell
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.table import shown
from forecastle.server.web.visitor import visitor

ROWS = 12
"""Rows that are shown: enough to see what a column holds."""

SAMPLES = {
    Sample.HEAD: "First rows",
    Sample.TAIL: "Last rows",
    Sample.RANDOM: "Any rows",
    Sample.STRATIFIED: "Of every series",
}

MEANINGS = {
    Role.TIME: "time",
    Role.KEY: "names the series",
    Role.TARGET: "to forecast",
    Role.PRICE: "price",
    Role.PROMOTION: "promotion",
    Role.KNOWN: "known ahead",
    Role.PAST: "known afterwards",
    Role.STATIC: "never changes",
    Role.CLOSED: "closed or sold out",
    Role.IGNORED: "not used",
}


async def roles(subject: Subject) -> None:
    """Columns with their roles, on real rows."""
    chosen = _Roles(subject)
    await like_before(subject)
    with card(classes="flat"):
        with block("line apart head").style("padding:14px 20px"):
            with block(""):
                text("Is every column what it was taken for?", "h2")
                text(
                    "Change what is wrong: the data are checked again and kept as a new version.", classes="muted small"
                )
            with block("line"):
                sample = ui.select(SAMPLES, value=Sample.HEAD).style("width:160px")
                sample.props["aria-label"] = "Which rows"
                button("Keep these roles", chosen.keep, icon=icons.CHECK, kind="main").bind_enabled_from(
                    chosen, "changed"
                )
        pane = Pane("sideways")
        pane.place.props("tabindex=0 role=region aria-label='Rows of the dataset'")
    sample.on_value_change(lambda: pane.show(lambda: chosen.table(sample.value)))
    await pane.show(lambda: chosen.table(sample.value))


class _Roles:
    """The roles that were chosen so far."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._changes: dict[str, Role] = {}
        self.changed = False

    async def table(self, sample: Sample) -> None:
        """Some rows, and above each column its role."""
        house, subject = visitor().house, self._subject
        look = Look(sample=sample, rows=ROWS)
        rows = (await house.previews.preview(subject.name, look, version=subject.version.number)).rows
        columns = await house.columns.of(subject.name, version=subject.version.number)
        with ui.element("table").classes("plain-table rows"):
            with ui.element("thead"), ui.element("tr"):
                for column in columns:
                    with ui.element("th").props("scope=col"), block("stack tight"):
                        text(column.column, "span", "wrap")
                        role = self._changes.get(column.column, column.role)
                        pick = ui.select(
                            MEANINGS, value=role, on_change=partial(self._choose, column.column, column.role)
                        )
                        pick.props["aria-label"] = f"What {column.column} is for"
                        missing = part(column.missing / column.rows) if column.rows else "0 %"
                        about = f"{missing} missing · {column.distinct:,} different"
                        text(about, "span", "small muted")
                        with text(f"{part(column.confidence)} sure", "span", "small muted"):
                            ui.tooltip(column.reason)
            shown_rows = rows.select([column.column for column in columns])
            sides = ["number" if kind.is_numeric() else "" for kind in shown_rows.dtypes]
            with ui.element("tbody"):
                for row in shown_rows.iter_rows():
                    with ui.element("tr"):
                        for value, side in zip(row, sides, strict=True):
                            text(shown(value), "td", side)

    def _choose(self, column: str, before: Role, event: object) -> None:
        role = Role(getattr(event, "value", before))
        if role is before:
            self._changes.pop(column, None)
        else:
            self._changes[column] = role
        self.changed = bool(self._changes)

    async def keep(self) -> None:
        """Check the data in these roles, and keep them as a new version."""
        who, subject = visitor(), self._subject
        chosen = await who.house.columns.choose(
            subject.name, self._changes, by=who.name, version=subject.version.number
        )
        tell(f"Kept as version {chosen.version.number}.")
        serious = [finding for finding in chosen.findings if finding.severity == "error"]
        ui.navigate.to(subject.newest_address("problems" if serious else "rows"))
