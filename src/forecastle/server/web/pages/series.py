"""The series of an execution: a list to search, and the one that was chosen."""

from typing import Any
from urllib.parse import quote

from nicegui import events, ui

from forecastle.core.columns import SERIES_ID
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.pages.detail import Detail
from forecastle.server.web.parts.basic import block, card
from forecastle.server.web.parts.table import grid
from forecastle.server.web.visitor import visitor

PATTERNS = ("smooth", "erratic", "intermittent", "lumpy")
CELL = "forecastle.cell"
COLUMNS: tuple[dict[str, Any], ...] = (
    {"field": "series_id", "headerName": "Series", "flex": 1, "minWidth": 200, "tooltipField": "series_id"},
    {"field": "coming", "headerName": "Coming", "width": 92, "type": "rightAligned",
     ":valueFormatter": f"{CELL}(forecastle.short)", "headerTooltip": "Sum of the forecasts over the horizon"},
    {"field": "change", "headerName": "Change", "width": 100, "type": "rightAligned",
     ":valueFormatter": f"{CELL}(forecastle.change)", "headerTooltip": "Against the same periods before"},
    {"field": "wape", "headerName": "Error", "width": 84, "type": "rightAligned",
     ":valueFormatter": f"{CELL}(forecastle.percent)",
     "headerTooltip": "Total absolute error on past windows, as a share of the total (WAPE)"},
    {"headerName": "Class", "width": 76, ":valueGetter": "row => (row.data.abc || '') + (row.data.xyz || '')",
     "headerTooltip": "A, B, C: share of the total. X, Y, Z: how steady."},
    {"field": "pattern", "headerName": "Pattern", "width": 110},
    {"field": "model", "headerName": "Model", "width": 140},
)  # fmt: skip


async def browse(choice: Choice) -> None:
    """The list beside the chosen series; the largest one to begin with."""
    if not choice.series:
        figures = await visitor().house.results.figures(choice.execution.id, choice.target)
        choice.series = figures[SERIES_ID][0] if len(figures) else ""
    with block("workbench"):
        with card(classes="flat list"):
            rows = _list(choice)
        detail = Detail(choice)

    async def chosen(event: events.GenericEventArguments) -> None:
        if event.args != choice.series:
            choice.series = str(event.args)
            choice.remember()
            await detail.show()

    rows.on("chosen", chosen)
    await detail.show()


def _list(choice: Choice) -> ui.aggrid:
    with block("find"):
        search = ui.input(placeholder="Search series").props("clearable type=search debounce=150").classes("grow")
        search.props["aria-label"] = "Search series"
        pattern = ui.select({None: "All patterns", **{name: name for name in PATTERNS}}, value=None).style(
            "width:150px"
        )
        pattern.props["aria-label"] = "Demand pattern"
    url = f"/rows/{choice.execution.id}?target={quote(choice.target, safe='')}"
    with block("grow"):
        made = grid(COLUMNS, url, identity=SERIES_ID, chosen=choice.series, about="Series of this forecast")
    search.on_value_change(lambda: made.run_grid_method("setGridOption", "quickFilterText", search.value or ""))
    pattern.on_value_change(lambda: _filter(made, "pattern", pattern.value))
    return made


def _filter(rows: ui.aggrid, column: str, value: str | None) -> None:
    model = {} if value is None else {column: {"filterType": "text", "type": "equals", "filter": value}}
    rows.run_grid_method("setFilterModel", model)
