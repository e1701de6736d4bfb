from datetime import date
from pathlib import Path

import pytest

from forecastle.core.ports import Page
from forecastle.core.progress import unheard
from forecastle.core.records import JobKind
from forecastle.services.house import House
from forecastle.services.requests import StoredPrediction

from ..conftest import Visit, bring, carry_out


async def _first_day(house: House) -> date:
    answer = await house.prediction.stored(StoredPrediction(sku_ids=None, horizon_weeks=2))
    rows, _count = await house.executions.forecasts(answer.execution.id, Page())
    first: date = rows["ds"].min()
    return first


def test_a_forecast_on_newer_data_is_what_predictions_go_on_from(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        await carry_out(house, JobKind.TRAIN, horizon=4)
        before = await _first_day(house)

        await bring(house, 42, tmp_path)
        summary = await carry_out(house, JobKind.FORECAST, horizon=4)

        assert summary["forecasts"] == 16
        assert (await _first_day(house) - before).days == 14
        for name in ("auto_volume", "ets_volume"):
            standing = await house.models.find(name)
            assert [version.number for version in standing.versions] == [2, 1]
            assert standing.champion == standing.versions[0]
            assert standing.champion.metrics == standing.versions[1].metrics
            assert standing.champion.parameters["continues"] == standing.versions[1].label

        await house.models.rollback("auto_volume", by="planner")
        assert await _first_day(house) == before

    visit(use)


@pytest.mark.slow
def test_a_forecast_without_newer_data_makes_no_version(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        await carry_out(house, JobKind.TRAIN, horizon=4)
        await carry_out(house, JobKind.FORECAST)
        assert {len(standing.versions) for standing in await house.models.list()} == {1}

    visit(use)


def test_a_forecast_before_any_training_trains(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        await carry_out(house, JobKind.FORECAST, horizon=4)
        assert "auto_volume" in [standing.name for standing in await house.models.list()]

    visit(use)


def test_retraining_one_model_challenges_that_one_only(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        await carry_out(house, JobKind.TRAIN, horizon=4)
        job = await house.models.retrain("ets_volume")
        await house.runner.carry_out(job, unheard)
        counts = {standing.name: len(standing.versions) for standing in await house.models.list()}
        assert counts.pop("ets_volume") == 2
        assert set(counts.values()) == {1}
        newest = (await house.models.decisions("ets_volume"))[0]
        assert newest.action == "keep"  # the same data: no better than the one that leads
        assert newest.champion_value == newest.challenger_value

    visit(use)


def test_a_job_whose_results_are_kept_is_not_run_again(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        job = await house.jobs.start(JobKind.TRAIN, {"horizon": 4})
        heard: list[str] = []
        first = await house.runner.carry_out(job, lambda report: heard.append(report.name))
        steps = len(heard)
        assert await house.runner.carry_out(job, lambda report: heard.append(report.name)) == first
        assert len(heard) == steps
        assert len(await house.executions.list()) == 1

    visit(use)


def test_all_ten_steps_are_in_the_record(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        summary = await carry_out(house, JobKind.TRAIN, horizon=4)
        execution = await house.executions.find(summary["execution_id"])
        assert [step["number"] for step in execution.steps] == list(range(1, 11))
        assert execution.steps[-1]["message"] == "no trigger is configured"

    visit(use)


def test_a_backtest_keeps_its_figures_and_no_model(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 40, tmp_path)
        summary = await carry_out(house, JobKind.BACKTEST, horizon=4)
        assert not await house.models.list()
        assert summary["forecasts"] == 0
        assert "ets" in (await house.executions.leaderboard(summary["execution_id"]))["model"].to_list()

    visit(use)


@pytest.mark.slow
def test_feature_tables_of_the_same_data_are_made_once(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 60, tmp_path)
        counts = []
        for _ in range(2):
            told = await carry_out(house, JobKind.BACKTEST, dataset="shop", models=["lightgbm"], horizon=2)
            counts.append((await house.executions.find(told["execution_id"])).manifest["features"])
        assert counts[0] == {"reused": 0, "made": counts[1]["reused"]}
        assert counts[1]["reused"] > counts[1]["made"] == 0

    visit(use)
