import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import polars as pl
import pytest

from forecastle.bootstrap.house import open_house
from forecastle.core.errors import NotFoundError
from forecastle.core.records import JobKind
from forecastle.services.house import House
from forecastle.services.overview import Next, _about_drift
from own_house import settings_in

from ..conftest import bring, carry_out

Answer = TypeVar("Answer")
Ask = Callable[[Callable[[House, str], Awaitable[Answer]]], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """A house with one training of four series, asked again and again; the id of its execution is passed on."""
    folder = tmp_path_factory.mktemp("house")
    settings = settings_in(folder)

    async def train() -> str:
        async with open_house(settings) as house:
            await bring(house, 40, folder)
            summary = await carry_out(house, JobKind.TRAIN, horizon=4, models=["ets", "seasonal_naive"])
            await house.housekeeping.tidy(grace=timedelta(0))
            return str(summary["execution_id"])

    execution = asyncio.run(train())

    def asked(question: Callable[[House, str], Awaitable[Answer]]) -> Answer:
        async def opened() -> Answer:
            async with open_house(settings, upgrade=False) as house:
                return await question(house, execution)

        return asyncio.run(opened())

    return asked


def test_a_series_is_shown_with_its_past_and_how_models_did_on_it(ask: Ask) -> None:
    found = ask(lambda house, execution: house.results.series(execution, "S1", "volume"))
    assert (len(found.history), len(found.forecasts), len(found.backtest)) == (40, 4, 4)
    assert found.rivals["ds"].to_list() == found.backtest["ds"].to_list()
    assert {"ets", "seasonal_naive", "auto"} <= set(found.rivals.columns)
    assert found.history["ds"].max() < found.forecasts["ds"].min()
    assert {"ets", "seasonal_naive", "auto"} <= set(found.scores["model"])
    assert found.facts["coming"] == pytest.approx(found.forecasts["mean"].sum())
    assert found.facts["wape"] == pytest.approx(found.scores.filter(model="auto")["wape"][0])


def test_series_together_are_the_sum_of_each(ask: Ask) -> None:
    whole = ask(lambda house, execution: house.results.together(execution, "volume"))
    figures = ask(lambda house, execution: house.results.figures(execution, "volume"))
    assert (whole.series, whole.ended) == (4, 0)
    assert whole.forecasts["mean"].sum() == pytest.approx(figures["coming"].sum())
    one = ask(lambda house, execution: house.results.together(execution, "volume", column="sku", value="S1"))
    assert one.forecasts["mean"].sum() == pytest.approx(figures.filter(series_id="S1")["coming"].sum())


def test_a_sum_has_a_range_of_its_own_past_and_a_single_series_keeps_its_own(ask: Ask) -> None:
    whole = ask(lambda house, execution: house.results.together(execution, "volume"))
    assert (whole.windows, whole.reconciled) == (1, False)
    assert (whole.forecasts["p10"] <= whole.forecasts["p90"]).all()
    one = ask(lambda house, execution: house.results.together(execution, "volume", column="sku", value="S1"))
    own = ask(lambda house, execution: house.results.series(execution, "S1", "volume"))
    assert one.only == "S1"
    assert one.forecasts["p90"].equals(own.forecasts["p90"])


def test_a_change_is_told_where_the_same_periods_were_observed_before(ask: Ask) -> None:
    figures = ask(lambda house, execution: house.results.figures(execution, "volume"))
    assert figures.columns[-2:] == ["before", "change"]
    told = figures.drop_nulls("before")
    assert (told["change"] - (told["coming"] / told["before"] - 1)).abs().sum() == pytest.approx(0)


@pytest.mark.parametrize(("execution", "series"), [("nothing", "S1"), ("", "S9")])
def test_what_is_not_there_is_named(ask: Ask, execution: str, series: str) -> None:
    with pytest.raises(NotFoundError, match=execution or series):
        ask(lambda house, made: house.results.series(execution or made, series, "volume"))
    with pytest.raises(NotFoundError, match="no key column 'shop'"):
        ask(lambda house, made: house.results.together(made, "volume", column="shop", value="x"))


def test_a_prediction_has_no_histories_to_draw_and_says_so(ask: Ask) -> None:
    async def predict(house: House, _: str) -> pl.DataFrame:
        from forecastle.services.requests import StoredPrediction

        answer = await house.prediction.stored(StoredPrediction(sku_ids=None, horizon_weeks=2))
        return await house.results.figures(answer.execution.id, "volume")

    with pytest.raises(NotFoundError, match="no histories to draw"):
        ask(predict)


def test_the_overview_knows_what_is_there_and_what_to_do_next(ask: Ask, tmp_path: Path) -> None:
    async def newer(house: House, _: str) -> tuple[str, ...]:
        before = await house.overview.look()
        assert [before.dataset_of(one) for one in before.executions] == ["shop"]
        await bring(house, 42, tmp_path)
        return tuple(advice.next for advice in (await house.overview.look()).advice)

    assert Next.FORECAST in ask(newer)


def test_nobody_is_told_to_forecast_a_table_without_dates(tmp_path: Path) -> None:
    file = tmp_path / "zips.csv"
    file.write_text("zip,income\n98001,50000\n98002,61000\n98003,57000\n")

    async def look() -> list[tuple[str, bool, int]]:
        async with open_house(settings_in(tmp_path)) as house:
            await house.tables.bring(str(file), name="zips")
            glance = await house.overview.look()
            return [(one.dataset.name, one.timeless, len(glance.advice)) for one in glance.datasets]

    assert asyncio.run(look()) == [("zips", True, 0)]


def test_an_error_that_grew_with_newer_data_is_told(ask: Ask) -> None:
    async def look(house: House, execution: str) -> list[str]:
        now = await house.executions.find(execution)
        (told,) = now.summary["figures"]
        better = replace(now, summary=dict(now.summary) | {"figures": [told | {"wape": told["wape"] / 2}]})
        return [one.message for one in _about_drift("shop", better, now)] + [
            one.message for one in _about_drift("shop", now, better)
        ]

    (message,) = ask(look)
    assert re.match(r"shop: the error of volume on the past grew from .* % to .* % with the newer data\.", message)
