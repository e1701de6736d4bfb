"""The numbers of a series, period by period, and the planner's own in their place."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from nicegui import ui

from forecastle.core.columns import DS, MEAN
from forecastle.core.records import Override
from forecastle.reporting.wording import number
from forecastle.server.web import icons
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.parts.basic import block, button, card, chip, icon_button, text
from forecastle.server.web.parts.dialogs import tell
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import written
from forecastle.server.web.visitor import visitor
from forecastle.services.forecasts.overrides import NewOverride
from forecastle.services.forecasts.results import SeriesResult

Again = Callable[[], Awaitable[None]]
"""Shows the series anew."""


def numbers_of(choice: Choice, found: SeriesResult, again: Again) -> None:
    """Every period with its range; each can be changed."""
    if found.forecasts.is_empty():
        return
    low, high = (name if name in found.forecasts.columns else None for name in ("p10", "p90"))
    columns = ("Period", "Forecast", "P10", "P90", "Planned", "")
    about = "Forecasts of this series by period"
    with card("Period by period", classes="flat"), table(columns, numbers=columns[1:5], about=about) as add:
        for row in found.forecasts.iter_rows(named=True):
            change = partial(_change, choice, row, again)
            add(
                written(row[DS]),
                number(row[MEAN]),
                number(row[low] if low else None),
                number(row[high] if high else None),
                partial(_planned, row),
                partial(icon_button, icons.EDIT, f"Change {written(row[DS])}", change),
            )


def _planned(row: dict[str, Any]) -> None:
    if row.get("override") is None:
        text("–", "span", "muted")
    else:
        chip(number(row["override"]), "warn")


async def _change(choice: Choice, row: dict[str, Any], again: Again) -> None:
    """Ask for another number and the reason, and keep both beside what the model said."""
    standing = await _standing(choice, row)
    with ui.dialog() as dialog, card():
        dialog.props["aria-label"] = "Change a forecast"
        text(f"Change {written(row[DS])}", "h2")
        text(
            f"The model says {number(row[MEAN])}. Your number stands in its place in every export, and beside it here.",
            classes="muted",
        )
        value = ui.number("Planned", value=row.get("override") or round(row[MEAN], 2)).props("autofocus")
        reason = ui.input("Why", value=standing.reason if standing else "")
        with block("line").style("justify-content:flex-end"):
            if standing is not None:
                button("Back to the model's", lambda: dialog.submit("remove"), kind="danger")
            button("Cancel", lambda: dialog.submit(None))
            button("Keep", lambda: dialog.submit("keep"), kind="main")
    answer = await dialog
    said, why = value.value, reason.value or ""
    dialog.delete()
    if answer == "remove" and standing is not None:
        await visitor().house.overrides.remove(standing.id, by=visitor().name)
        tell("The model's number stands again.")
    elif answer == "keep" and said is not None:
        ds = row[DS] if isinstance(row[DS], int | datetime) else datetime(row[DS].year, row[DS].month, row[DS].day)
        asked = NewOverride(
            execution_id=choice.execution.id,
            series_id=choice.series,
            target=choice.target,
            ds=ds,
            value=said,
            reason=why,
        )
        await visitor().house.overrides.set(asked, by=visitor().name)
        tell("Kept.")
    if answer:
        await again()


async def _standing(choice: Choice, row: dict[str, Any]) -> Override | None:
    """The change that is in force for a period."""
    if row.get("override") is None or not choice.dataset:
        return None
    known = await visitor().house.overrides.list(choice.dataset)
    here = (choice.series, choice.target)
    return next((one for one in known if (one.series_id, one.target) == here and _same(one.ds, row[DS])), None)


def _same(kept: datetime | int, ds: date | datetime | int) -> bool:
    if isinstance(kept, int) or isinstance(ds, int):
        return kept == ds
    return kept.date() == (ds.date() if isinstance(ds, datetime) else ds) and (
        not isinstance(ds, datetime) or kept.time() == ds.time()
    )
