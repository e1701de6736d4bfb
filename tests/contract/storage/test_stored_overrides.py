"""Changes that planners make, in every database."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from forecastle.core.errors import NotFoundError
from forecastle.core.records import DatasetVersion, Override
from forecastle.storage.database import Database

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
CHANGE = Override(
    id="o1", dataset_id="d1", series_id="A", target="volume", ds=datetime(2026, 11, 28), value=60.0,
    reason="a promotion", by="planning", at=NOW,
)  # fmt: skip


@pytest.mark.parametrize("ds", [datetime(2026, 11, 28), 17])
async def test_a_change_takes_the_place_of_an_older_one_of_its_period(
    database: Database, kept: DatasetVersion, ds: datetime | int
) -> None:
    first = replace(CHANGE, ds=ds)
    async with database.begin() as work:
        await work.datasets.save_series(kept.dataset_id, pl.DataFrame({"series_id": ["A", "B"]}))
        await work.overrides.put(first)
        await work.overrides.put(replace(first, id="o2", value=61.0))
        await work.overrides.put(replace(first, id="o3", series_id="B"))
        assert await work.overrides.list("d1") == [
            replace(first, id="o2", value=61.0), replace(first, id="o3", series_id="B")
        ]  # fmt: skip
        assert await work.overrides.find("o3") == replace(first, id="o3", series_id="B")
        await work.overrides.remove("o3")
        with pytest.raises(NotFoundError, match="'o3'"):
            await work.overrides.find("o3")


async def test_a_series_that_is_not_there_cannot_be_changed(database: Database, kept: DatasetVersion) -> None:
    async with database.begin() as work:
        with pytest.raises(NotFoundError, match="'A'"):
            await work.overrides.put(replace(CHANGE, dataset_id=kept.dataset_id))


async def test_changes_go_with_their_dataset(database: Database, kept: DatasetVersion) -> None:
    async with database.begin() as work:
        assert (await work.datasets.owner(kept.id)).name == "sales"
        await work.datasets.save_series("d1", pl.DataFrame({"series_id": ["A"]}))
        await work.overrides.put(CHANGE)
        await work.datasets.delete("d1", datetime(2026, 1, 1, tzinfo=UTC))
        assert await work.datasets.purge(NOW) == 1
        assert await work.overrides.list("d1") == []
