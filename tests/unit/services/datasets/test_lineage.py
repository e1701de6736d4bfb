from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from forecastle.core.errors import ConflictError, NotFoundError
from forecastle.core.records import JobKind
from forecastle.services.house import House

from ..conftest import Visit, bring, carry_out


def test_a_restored_version_is_current_with_the_same_rows_and_its_parent_named(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        await bring(house, 31, tmp_path)
        restored = await house.lineage.restore("shop", 1, by="ana")
        old = await house.datasets.version("shop", 1)
        assert (restored.number, restored.parent, restored.by) == (3, 1, "ana")
        assert restored.content_hash == old.content_hash != (await house.datasets.version("shop", 2)).content_hash
        assert (await house.lineage.restore("shop", 1, by="ana")).number == 3
        assert [one.current for one in await house.lineage.of("shop")] == [True, False, False]

    visit(use)


def test_a_version_that_is_pinned_used_or_the_only_one_is_not_deleted(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        with pytest.raises(ConflictError, match="the only one"):
            await house.lineage.delete("shop", 1, by="ana")
        await carry_out(house, JobKind.BACKTEST, dataset="shop", models=["naive"])
        await bring(house, 31, tmp_path)
        with pytest.raises(ConflictError, match="1 execution made use of version 1"):
            await house.lineage.delete("shop", 1, by="ana")
        await house.lineage.pin("shop", 2, by="ana")
        with pytest.raises(ConflictError, match="pinned since"):
            await house.lineage.delete("shop", 2, by="ana")
        await house.lineage.unpin("shop", 2, by="ana")
        assert (await house.lineage.delete("shop", 2, by="ana")).number == 2
        used = (await house.lineage.of("shop"))[1].executions
        made = await house.executions.find(used[0])
        assert made.manifest["dataset"]["version"] == 1

    visit(use)


def test_the_files_of_a_deleted_version_go_after_a_while_and_its_lineage_stays(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        await bring(house, 31, tmp_path)
        await house.lineage.delete("shop", 2, by="ana")
        with pytest.raises(NotFoundError):
            await house.datasets.version("shop", 2)
        later = replace(house.housekeeping, now=lambda: house.lineage.now() + timedelta(days=31))
        assert await later.tidy(grace=timedelta(0)) == 2
        newest, first = await house.lineage.of("shop")
        assert (newest.version.number, newest.kept, first.kept) == (2, False, True)
        await house.datasets.open(first.version)

    visit(use)
