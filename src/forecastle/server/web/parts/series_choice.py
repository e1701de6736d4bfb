"""Choosing one of any number of series."""

from nicegui import events, ui

from forecastle.core.columns import SERIES_ID
from forecastle.server.web.visitor import visitor

MOST = 200
"""Series that are offered at once; whoever types is offered those that fit."""


async def series_choice(dataset: str, version: int, value: str | None = None) -> ui.select:
    """A field to choose a series in, or (None) all of them together."""
    previews = visitor().house.previews
    known = await previews.series(dataset, limit=MOST, version=version)

    def offered(names: list[str], chosen: str | None) -> dict[str | None, str]:
        return {None: f"All series together ({known.total:,})"} | {name: name for name in [chosen, *names] if name}

    made = ui.select(offered(known.table[SERIES_ID].to_list(), value), label="Series", value=value, with_input=True)

    async def search(event: events.GenericEventArguments) -> None:
        found = await previews.series(dataset, search=str(event.args or ""), limit=MOST, version=version)
        made.set_options(offered(found.table[SERIES_ID].to_list(), made.value))

    if known.total > MOST:
        made.on("input-value", search, throttle=0.3, leading_events=False)
    return made
