"""Forecasts of a transformed target come back on the scale of the upload."""

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import ConflictError, InputError
from forecastle.core.ports import Page
from forecastle.core.records import JobKind
from forecastle.services.house import House
from forecastle.services.requests import Cleaning, StoredPrediction

from ..conftest import Visit, bring, carry_out

LOGS = Cleaning.of({"steps": [{"step": "log"}, {"step": "scale"}]})
RANGE = ("p10", "p25", "p50", "p75", "p90")


async def forecasts(house: House, execution_id: str) -> pl.DataFrame:
    return (await house.executions.forecasts(execution_id, Page(limit=None)))[0]


def test_forecasts_are_on_the_scale_of_the_upload_and_it_is_said(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 60, tmp_path)
        await house.recipes.apply("shop", LOGS, by="ana")
        told = await carry_out(house, JobKind.TRAIN, dataset="shop", models=["naive"], horizon=4)
        table = await forecasts(house, told["execution_id"])
        assert table["mean"].is_between(8, 50).all()
        assert all((table[low] <= table[high]).all() for low, high in pairwise(RANGE))
        series = await house.results.series(told["execution_id"], "S1", "volume")
        assert series.rivals["naive"].is_between(8, 50).all()
        execution = await house.executions.find(told["execution_id"])
        assert execution.manifest["transforms"] == {"volume": ["log", "scale"]}
        assert "transformed" in {finding["code"] for finding in execution.findings}
        answer = await house.prediction.stored(StoredPrediction(sku_ids=("S1",), models="naive"))
        again = await forecasts(house, answer.execution.id)
        assert again["mean"][0] == pytest.approx(table.filter(series_id="S1")["mean"][0])

    visit(use)


def test_models_do_not_go_on_with_data_of_another_scale(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 60, tmp_path)
        first = (await house.recipes.apply("shop", LOGS, by="ana")).version
        await carry_out(house, JobKind.TRAIN, dataset="shop", models=["naive"], horizon=4)
        await bring(house, 64, tmp_path)
        with pytest.raises(ConflictError, match=r"as: log, scale; version 3 has it as: not transformed"):
            await carry_out(house, JobKind.FORECAST, dataset="shop")
        await house.recipes.apply("shop", Cleaning(like=first.number), by="ana")
        told = await carry_out(house, JobKind.FORECAST, dataset="shop")
        assert (await forecasts(house, told["execution_id"]))["mean"].is_between(8, 50).all()

    visit(use)


def test_changes_stay_changes_and_transformed_values_have_no_totals(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 60, tmp_path)
        await house.recipes.apply("shop", Cleaning.of({"steps": [{"step": "difference"}]}), by="ana")
        told = await carry_out(house, JobKind.TRAIN, dataset="shop", models=["historic_mean"], horizon=2)
        assert (await forecasts(house, told["execution_id"]))["mean"].abs().max() < 8
        found = {one["code"]: one for one in (await house.executions.find(told["execution_id"])).findings}
        assert found["transformed"]["severity"] == "warning"
        with pytest.raises(InputError, match="do not add up"):
            await carry_out(house, JobKind.TRAIN, dataset="shop", hierarchy=["sku"])

    visit(use)
