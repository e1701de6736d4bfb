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
NUMBERS = {"type": "rightAligned", ":comparator": "forecastle.last"}
"""Columns of numbers, in which what is not known stands last."""


BESIDE = {"filter": "agTextColumnFilter", "suppressHeaderFilterButton": True}
"""Columns that are filtered by a field above the list."""


def _percent(field: str) -> dict[str, Any]:
    """A filter of shares that takes percent."""
    return {
        "filter": "agNumberColumnFilter",
        ":filterValueGetter": f"row => row.data.{field} === null ? null : 100 * row.data.{field}",
    }


COLUMNS: tuple[dict[str, Any], ...] = (
    {"field": "series_id", "headerName": "Series", "flex": 1, "minWidth": 180, "pinned": "left",
     "tooltipField": "series_id", ":cellRenderer": "forecastle.name"},
    NUMBERS | {"field": "coming", "headerName": "Coming", "width": 82,
     ":valueFormatter": f"{CELL}(forecastle.short)", "headerTooltip": "Sum of the forecasts over the horizon"},
    NUMBERS | _percent("change") | {"field": "change", "headerName": "Change", "width": 112,
     ":valueFormatter": f"{CELL}(forecastle.change)", "headerTooltip": "Against the same periods before, in percent"},
    NUMBERS | _percent("wape") | {"field": "wape", "headerName": "Error", "width": 96,
     ":valueFormatter": f"{CELL}(forecastle.percent)",
     "headerTooltip": "Total absolute error on past windows, as a share of the total (WAPE), in percent"},
    {"colId": "class", "headerName": "Class", "width": 72, **BESIDE,
     ":valueGetter": "row => (row.data.abc || '') + (row.data.xyz || '')",
     "headerTooltip": "A, B, C: share of the total. X, Y, Z: how steady."},
    {"field": "pattern", "headerName": "Pattern", "width": 110, **BESIDE},
    {"field": "model", "headerName": "Model", "width": 140, "filter": "agTextColumnFilter"},
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
        pattern = _pick("Demand pattern", {None: "All patterns", **{name: name for name in PATTERNS}}, 142)
        abc = _pick("Class", {None: "All classes", **{name: f"Class {name}" for name in "ABC"}}, 134)
    url = f"/rows/{choice.execution.id}?target={quote(choice.target, safe='')}"
    with block("grow"):
        made = grid(COLUMNS, url, identity=SERIES_ID, chosen=choice.series, about="Series of this forecast")

    def narrow() -> None:
        chosen = {"pattern": ("equals", pattern.value), "class": ("startsWith", abc.value)}
        model = {
            column: {"filterType": "text", "type": kind, "filter": value}
            for column, (kind, value) in chosen.items()
            if value is not None
        }
        made.run_grid_method("setFilterModel", model)

    search.on_value_change(lambda: made.run_grid_method("setGridOption", "quickFilterText", search.value or ""))
    pattern.on_value_change(narrow)
    abc.on_value_change(narrow)
    return made


def _pick(label: str, options: dict[str | None, str], width: int) -> ui.select:
    made = ui.select(options, value=None).style(f"width:{width}px")
    made.props["aria-label"] = label
    return made
