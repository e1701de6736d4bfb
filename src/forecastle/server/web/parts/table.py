"""Small tables of the page itself, and large ones that show only the rows in view."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from nicegui import ui

from forecastle.reporting.wording import UNKNOWN, number
from forecastle.server.web.parts.basic import block, text
from forecastle.server.web.parts.times import written

LONGEST = 80
"""Characters of a text in a cell."""

Cell = str | Callable[[], object]
"""A text, or what puts something else into the cell."""


def shown(value: object) -> str:
    """A value of somebody's data as it is written in a cell."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return written(value)
    return number(value) if isinstance(value, float) else str(value)[:LONGEST]


@contextmanager
def table(columns: Sequence[str], *, numbers: Sequence[str] = (), about: str) -> Iterator[Callable[..., None]]:
    """A table of at most some dozens of rows; gives what adds a row. numbers: columns that stand on the right.

    about: what the table shows, for those who do not see it.
    """
    sides = ["number" if name in numbers else "" for name in columns]
    with block("sideways").props("tabindex=0 role=region") as area:
        area.props["aria-label"] = about
        with ui.element("table").classes("plain-table"):
            with ui.element("thead"), ui.element("tr"):
                for name, side in zip(columns, sides, strict=True):
                    text(name, "th", side).props("scope=col")
            body = ui.element("tbody")

    def add(*cells: Cell, lead: bool = False) -> None:
        with body, ui.element("tr").classes("lead" if lead else ""):
            for cell, side in zip(cells, sides, strict=True):
                if isinstance(cell, str):
                    text(cell, "td", side)
                else:
                    with ui.element("td").classes(side):
                        cell()

    yield add


def grid(columns: Sequence[Mapping[str, Any]], url: str, *, identity: str, about: str, chosen: str = "") -> ui.aggrid:
    """A table of any length, whose rows the browser fetches from `url` and sorts and filters by itself.

    identity: the column that names a row. about: as above. chosen: the row that is selected to begin with. The event
    `chosen` tells when another one is.
    """
    made = ui.aggrid(
        {
            "columnDefs": [dict(column) for column in columns],
            "defaultColDef": {"sortable": True, "resizable": True, "suppressHeaderMenuButton": False},
            ":getRowId": f"params => String(params.data[{json.dumps(identity)}])",
            ":onGridReady": f"forecastle.rows({json.dumps(url)}, {json.dumps(chosen)})",
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "suppressFieldDotNotation": True,
            "rowHeight": 42,
            "headerHeight": 40,
            "animateRows": False,
            "loading": True,
            "overlayNoRowsTemplate": "<span>Nothing fits.</span>",
        },
        auto_size_columns=False,
    )
    made.options[":onRowSelected"] = f"forecastle.chosen({made.id})"
    made.props["aria-label"] = about
    return made
