"""The numbers of a series, period by period, and the planner's own in their place."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from nicegui import ui

from forecastle.core.columns import DS, MEAN
from forecastle.core.records import Override
from forecastle.reporting.wording import count, number
from forecastle.server.web import icons
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.parts.basic import block, button, card, chip, icon_button, text
from forecastle.server.web.parts.dialogs import tell
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import unit_of, written
from forecastle.server.web.visitor import visitor
from forecastle.services.forecasts.results import SeriesResult
from forecastle.services.requests import NewOverride

Again = Callable[[], Awaitable[None]]
"""Shows the series anew."""

Row = Mapping[str, Any]
"""A period with its forecast."""


def numbers_of(choice: Choice, found: SeriesResult, again: Again) -> None:
    """Every period with its range; each can be changed."""
    if found.forecasts.is_empty():
        return
    low, high = (name if name in found.forecasts.columns else None for name in ("p10", "p90"))
    columns = ("Period", "Forecast", "Low (P10)", "High (P90)", "Planned", "")
    about = "Forecasts of this series by period"
    rows = found.forecasts.rows(named=True)
    with card("Period by period", classes="flat"), table(columns, numbers=columns[1:5], about=about) as add:
        for place, row in enumerate(rows):
            change = partial(_change, choice, rows[place:], again)
            add(
                _period(choice, row),
                number(row[MEAN]),
                number(row[low] if low else None),
                number(row[high] if high else None),
                partial(_planned, row),
                partial(icon_button, icons.EDIT, f"Change {_period(choice, row)}", change),
            )


def _period(choice: Choice, row: Row) -> str:
    return written(row[DS], unit_of(choice.execution.freq))


def _planned(row: Row) -> None:
    if row.get("override") is None:
        text("–", "span", "muted")
    else:
        chip(number(row["override"]), "warn")


async def _change(choice: Choice, rows: Sequence[Row], again: Again) -> None:
    """Ask for another number of the first row and the reason, and keep both beside what the model said."""
    row, standing = rows[0], await _standing(choice, rows)
    with ui.dialog() as dialog, card():
        dialog.props["aria-label"] = "Change a forecast"
        text(f"Change {_period(choice, row)}", "h2")
        text(
            f"The model says {number(row[MEAN])}. Your number stands in its place in every export, and beside it here.",
            classes="muted",
        )
        planned = row.get("override")
        value = ui.number("Planned", value=round(row[MEAN], 2) if planned is None else planned).props("autofocus")
        periods = {place: _period(choice, one) for place, one in enumerate(rows, start=1)}
        until = ui.select(periods, label="Until", value=1)
        until.props["hint"] = "Later periods change by the same percentage"
        reason = ui.input("Why", value=standing[row[DS]].reason if row[DS] in standing else "")
        with block("line").style("justify-content:flex-end"):
            if standing:
                button("Back to the model's", lambda: dialog.submit("remove"), kind="danger")
            button("Cancel", lambda: dialog.submit(None))
            button("Keep", lambda: dialog.submit("keep"), kind="main")
    answer = await dialog
    said, why, meant = value.value, reason.value or "", rows[: until.value]
    dialog.delete()
    if answer == "remove":
        await _let_go([standing[one[DS]] for one in meant if one[DS] in standing])
    elif answer == "keep" and said is not None:
        await _keep(choice, meant, said, why)
    if answer:
        await again()


async def _keep(choice: Choice, rows: Sequence[Row], value: float, reason: str) -> None:
    """Give the first row this number, and the others what is the same to theirs."""
    who, first = visitor(), rows[0][MEAN]
    for row in rows:
        asked = NewOverride(
            execution_id=choice.execution.id,
            series_id=choice.series,
            target=choice.target,
            ds=_moment(row[DS]),
            value=row[MEAN] / first * value if first else value,
            reason=reason,
        )
        await who.house.overrides.set(asked, by=who.name)
    tell(f"Kept for {count(len(rows), 'period')}.")


async def _let_go(changes: Sequence[Override]) -> None:
    who = visitor()
    for change in changes:
        await who.house.overrides.remove(change.id, by=who.name)
    tell("The model's numbers stand again.")


async def _standing(choice: Choice, rows: Sequence[Row]) -> Mapping[date | int, Override]:
    """The changes that are in force, by period."""
    if not choice.dataset:
        return {}
    here = (choice.series, choice.target)
    known = await visitor().house.overrides.list(choice.dataset)
    kept = {one.ds: one for one in known if (one.series_id, one.target) == here}
    return {row[DS]: kept[_moment(row[DS])] for row in rows if _moment(row[DS]) in kept}


def _moment(ds: date | int) -> datetime | int:
    """When a period begins, as changes are kept."""
    return ds if isinstance(ds, int | datetime) else datetime(ds.year, ds.month, ds.day)
