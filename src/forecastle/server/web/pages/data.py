"""Data: bringing a history in, and every dataset there is."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from nicegui import ui

from forecastle.reporting.wording import count
from forecastle.server.web import icons
from forecastle.server.web.pages.dataset import dataset as dataset_page
from forecastle.server.web.parts.basic import block, button, card, text, title
from forecastle.server.web.parts.dialogs import tell
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.parts.upload import named, upload_field
from forecastle.server.web.visitor import visitor
from forecastle.services.overview import DatasetGlance


async def data(dataset: str | None = None, version: str | None = None, view: str = "rows") -> None:
    """All datasets, or one of them as it is in one of its versions."""
    if dataset:
        await dataset_page(dataset, int(version) if version and version.isdecimal() else None, view)
        return
    glance = await visitor().house.overview.look()
    with title("Data", "Sales histories, each with every version it ever had."):
        pass
    with block("columns"):
        with block("stack"):
            _upload()
            if glance.datasets:
                _list(glance.datasets)
        with block("stack"):
            _connect()
            with card("What fits"):
                text("One row a sale or a period: a time column and a number are enough. Spreadsheets, CSV, JSON and "
                     "Parquet; any separator, decimal sign or date format.")  # fmt: skip
                text("Columns that name the series, prices, promotions and closed days are recognised in any language. "
                     "What was changed or left out is told.", classes="muted")  # fmt: skip


def _upload() -> None:
    async def take(file: Path, filename: str) -> None:
        called = (name.value or "").strip() or named(filename)
        house = visitor().house
        door = house.tables if timeless.value else house.datasets
        kept = await door.upload(file, name=called, filename=filename)
        tell(f"{count(kept.rows, 'row')} of {filename} are kept.")
        ui.navigate.to("/tabular" if timeless.value else f"/data?dataset={quote(called)}")

    with card("Upload a file"):
        with block("fields"):
            name = ui.input("Name of the dataset").props(
                'hint="The name of the file, if empty; a known name gets a new version"'
            )
            timeless = ui.switch("A table without dates, to learn from or to join")
        upload_field(take)


def _connect() -> None:
    with card("Connect a source"):
        text("A database, an HTTP endpoint or an object store that this server may read.", classes="muted")
        name = ui.input("Name of the dataset")
        source = ui.input("Source").props('hint="https://…, postgresql://…, s3://…" autocomplete=off')

        async def connect() -> None:
            called = (name.value or "").strip() or "connected"
            kept = await visitor().house.datasets.connect((source.value or "").strip(), name=called)
            tell(f"{count(kept.rows, 'row')} are kept.")
            ui.navigate.to(f"/data?dataset={quote(called)}")

        button("Read it", connect, icon=icons.ARROW)


def _list(datasets: Sequence[DatasetGlance]) -> None:
    columns = ("Dataset", "Version", "Made", "Rows", "Last forecast")
    with (
        card("Datasets", classes="flat"),
        table(columns, numbers=("Version", "Rows"), about="Datasets, the newest first") as add,
    ):
        for one in datasets:
            add(
                lambda one=one: ui.link(one.dataset.name, f"/data?dataset={quote(one.dataset.name)}"),
                str(one.version.number),
                ago(one.version.created_at),
                f"{one.version.rows:,}",
                lambda one=one: _forecast_of(one),
            )


def _forecast_of(one: DatasetGlance) -> None:
    if one.timeless:
        ui.link("no dates: learn from it", "/tabular")
    elif one.execution is None:
        ui.link("none yet: forecast it", f"/run?dataset={quote(one.dataset.name)}")
    else:
        ui.link(ago(one.execution.created_at), f"/forecasts/{one.execution.id}")
