from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from forecastle.core.records import JobKind
from forecastle.services.house import House
from forecastle.services.requests import StoredPrediction

from .conftest import Visit, bring, carry_out


def test_what_is_past_its_days_goes_and_the_rest_stays(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        await carry_out(house, JobKind.TRAIN, horizon=4)
        await house.prediction.stored(StoredPrediction(sku_ids=("S1",)))
        await house.housekeeping.tidy(grace=timedelta())
        assert {one.kind for one in await house.executions.list()} == {"train", "predict"}

        days = house.settings.storage.retention_days
        later = replace(house.housekeeping, now=lambda: house.jobs.now() + timedelta(days=days + 1))
        await later.tidy(grace=timedelta())
        assert {one.kind for one in await house.executions.list()} == {"train"}
        await house.prediction.stored(StoredPrediction(sku_ids=("S1",)))  # the files of the models are still there

    visit(use)


def test_a_deleted_dataset_takes_its_models_and_files_along(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        await carry_out(house, JobKind.TRAIN, horizon=4)
        await house.datasets.delete("shop", by="me")
        later = replace(house.housekeeping, now=lambda: house.jobs.now() + timedelta(days=31))
        swept = await later.tidy(grace=timedelta())
        assert swept > 0
        assert not await house.executions.list()
        assert not [file for file in (tmp_path / "artifacts").rglob("*") if file.is_file()]

    visit(use)
