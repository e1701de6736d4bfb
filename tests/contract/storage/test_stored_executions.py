"""Executions and their results in every database."""

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forecastle.core.errors import ConflictError, InputError, NotFoundError, StorageError
from forecastle.core.ports import Page, Tables
from forecastle.core.records import Execution
from forecastle.storage.database import Database

pytestmark = pytest.mark.anyio
EVERYTHING = Page(limit=None)


async def save(database: Database, execution: Execution, tables: Tables, *, id: str = "e2") -> None:  # noqa: A002
    async with database.begin() as work:
        await work.executions.save(replace(execution, id=id), tables)
        await work.commit()


async def read(database: Database, page: Page = EVERYTHING) -> pl.DataFrame:
    async with database.begin() as work:
        found = await work.executions.forecasts("e2", page)
        assert await work.executions.count_forecasts("e2", replace(page, limit=None, offset=0)) >= len(found)
    return found


async def test_an_execution_comes_back_as_it_was_kept(database: Database, execution: Execution) -> None:
    async with database.begin() as work:
        assert await work.executions.find(execution.id) == execution
        assert await work.executions.find("nothing") is None


async def test_every_table_comes_back_as_it_was_kept(database: Database, execution: Execution, tables: Tables) -> None:
    await save(database, execution, tables)
    async with database.begin() as work:
        forecasts = await work.executions.forecasts("e2", EVERYTHING)
        assert_frame_equal(forecasts, tables.forecasts, check_exact=True)
        assert_frame_equal(await work.executions.leaderboard("e2"), tables.leaderboard, check_exact=True)
        assert_frame_equal(await work.executions.classification("e2"), tables.classification, check_exact=True)
        metrics = await work.executions.metrics("e2")
    assert_frame_equal(metrics, tables.metrics, check_exact=True, check_row_order=False)


async def test_totals_come_back_in_their_order_as_far_as_they_are_asked_for(
    database: Database, execution: Execution, full: Tables
) -> None:
    await save(database, execution, full)
    async with database.begin() as work:
        assert_frame_equal(await work.executions.totals("e2"), full.totals, check_exact=True)
        south = await work.executions.totals("e2", levels=("shop",), nodes=("south", "total"), targets=("volume",))
        assert_frame_equal(south, full.totals.filter(node="south"))
        assert (await work.executions.totals("e2", targets=("revenue",))).is_empty()
        assert (await work.executions.totals(execution.id)).is_empty()


async def test_files_of_an_execution_are_remembered_and_referred_to(database: Database, execution: Execution) -> None:
    async with database.begin() as work:
        assert await work.executions.attached(execution.id) == {}
        await work.executions.attach(execution.id, {"history.parquet": "aa11"})
        await work.commit()
    async with database.begin() as work:
        assert await work.executions.attached(execution.id) == {"history.parquet": "aa11"}
        assert "aa11" in await work.referenced()


async def test_metrics_may_be_asked_by_grouping(database: Database, execution: Execution, tables: Tables) -> None:
    await save(database, execution, tables)
    async with database.begin() as work:
        some = await work.executions.metrics("e2", by=("all", "step"))
    assert_frame_equal(some, tables.metrics.filter(pl.col("by").is_in(["all", "step"])), check_row_order=False)


@pytest.mark.parametrize("kind", [pl.Datetime("us"), pl.Int64()])
async def test_moments_keep_their_kind(
    database: Database, execution: Execution, full: Tables, kind: pl.DataType
) -> None:
    days = pl.selectors.date()
    moments = days.cast(pl.Int32).cast(pl.Int64) if kind.is_integer() else days.cast(kind) + pl.duration(minutes=90)
    moved = replace(
        full,
        forecasts=full.forecasts.with_columns(moments),
        totals=full.totals.with_columns(moments),
        classification=full.classification.with_columns(moments),
    )
    await save(database, execution, moved)
    async with database.begin() as work:
        assert_frame_equal(await work.executions.forecasts("e2", EVERYTHING), moved.forecasts)
        assert_frame_equal(await work.executions.totals("e2"), moved.totals)
        assert_frame_equal(await work.executions.classification("e2"), moved.classification)


async def test_unusual_quantiles_and_measures_are_kept_too(
    database: Database, execution: Execution, full: Tables
) -> None:
    forecasts, totals = (
        frame.rename({"p10": "p2.5", "p90": "p99"}).drop("p25") for frame in (full.forecasts, full.totals)
    )
    metrics = full.metrics.with_columns(pl.col("metric").replace("mape", "coverage_96.5"))
    await save(database, execution, replace(full, forecasts=forecasts, metrics=metrics, totals=totals))
    assert_frame_equal(await read(database), forecasts, check_exact=True)
    async with database.begin() as work:
        assert_frame_equal(await work.executions.metrics("e2"), metrics, check_row_order=False)
        assert_frame_equal(await work.executions.totals("e2"), totals, check_exact=True)
        assert_frame_equal(await work.executions.totals("e2", nodes=("west",)), totals.clear())


async def test_forecasts_are_sorted_whatever_their_order_was(
    database: Database, execution: Execution, tables: Tables
) -> None:
    shuffled = tables.forecasts.sample(fraction=1.0, shuffle=True, seed=3)
    await save(database, execution, replace(tables, forecasts=shuffled))
    assert_frame_equal(await read(database), tables.forecasts)


async def test_any_name_and_any_number_come_back(database: Database, execution: Execution, tables: Tables) -> None:
    names = [
        "",
        " ",
        "\\N",
        "NULL",
        "1",
        "a,b",
        'say "hi"',
        "it's; DROP TABLE product",
        "two\nlines\r\n",
        "Größe 漢字 🙂",
        "t",
    ]
    numbers = [
        0.0,
        -0.0,
        5e-324,
        1.7976931348623157e308,
        0.1 + 0.2,
        1 / 3,
        float("inf"),
        -1.5,
        1e16,
        123456789.12345679,
        2.0,
    ]
    one = tables.forecasts.head(1)
    forecasts = pl.concat(
        one.with_columns(pl.lit(name).alias("series_id"), pl.lit(number).alias("mean"))
        for name, number in zip(names, numbers, strict=True)
    ).sort("series_id")
    await save(database, execution, replace(tables, forecasts=forecasts))
    assert_frame_equal(await read(database), forecasts, check_exact=True)
    for name in names:
        assert_frame_equal(await read(database, Page(series=(name,))), forecasts.filter(pl.col("series_id") == name))


async def test_a_mean_that_is_not_a_number_is_refused(database: Database, execution: Execution, tables: Tables) -> None:
    broken = tables.forecasts.with_columns(mean=pl.lit(float("nan")))
    with pytest.raises(StorageError, match="mean"):
        await save(database, execution, replace(tables, forecasts=broken))


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        (Page(series=("B", "unknown")), pl.col("series_id") == "B"),
        (Page(targets=("volume",)), pl.col("target") == "volume"),
        (Page(models=("ets",)), pl.col("model") == "ets"),
        (Page(start=datetime(2026, 11, 28)), pl.col("step") == 2),
        (Page(end=datetime(2026, 11, 27)), pl.col("step") == 1),
        (Page(series=("A",), targets=("revenue",), models=("ets",)), pl.col("mean").is_in([0.1, 2.1])),
        (Page(series=("unknown",)), pl.lit(value=False)),
    ],
)
async def test_a_page_holds_what_was_asked_for(
    database: Database, execution: Execution, tables: Tables, page: Page, rows: pl.Expr
) -> None:
    await save(database, execution, tables)
    expected = tables.forecasts.filter(rows)
    assert_frame_equal(await read(database, page), expected)
    async with database.begin() as work:
        assert await work.executions.count_forecasts("e2", page) == len(expected)


@pytest.mark.parametrize("restricted", [Page(), Page(models=("ets", 'say "theta"'))])
async def test_pages_put_together_are_the_whole(
    database: Database, execution: Execution, tables: Tables, restricted: Page
) -> None:
    await save(database, execution, tables)
    pages = [await read(database, replace(restricted, limit=3, offset=offset)) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert_frame_equal(pl.concat(pages), tables.forecasts)


async def test_numbered_periods_have_no_dates_to_ask_for(
    database: Database, execution: Execution, tables: Tables
) -> None:
    numbered = tables.forecasts.with_columns(ds=pl.col("step").cast(pl.Int64))
    await save(database, execution, replace(tables, forecasts=numbered))
    with pytest.raises(InputError, match="numbered"):
        await read(database, Page(start=datetime(2026, 11, 21)))


async def test_an_execution_is_kept_once(database: Database, execution: Execution, tables: Tables) -> None:
    await save(database, execution, tables)
    with pytest.raises(ConflictError, match="'e2' is kept already"):
        await save(database, execution, tables)
    assert len(await read(database)) == 8


async def test_without_a_commit_nothing_is_kept(database: Database, execution: Execution, tables: Tables) -> None:
    async with database.begin() as work:
        await work.executions.save(replace(execution, id="e2"), tables)
    with pytest.raises(NotFoundError, match="'e2'"):
        await read(database)


async def test_executions_are_listed_newest_first(database: Database, execution: Execution) -> None:
    later = replace(execution, id="e2", kind="forecast", created_at=execution.created_at + timedelta(seconds=1))
    async with database.begin() as work:
        await work.executions.save(later, Tables())
        assert [found.id for found in await work.executions.list()] == ["e2", "e1"]
        assert [found.id for found in await work.executions.list(limit=1)] == ["e2"]
        assert [found.id for found in await work.executions.list(dataset_id="d1", kind="train")] == ["e1"]
        assert await work.executions.list(dataset_id="d2") == []


async def test_old_predictions_go_with_their_rows_and_trainings_stay(
    database: Database, execution: Execution, tables: Tables
) -> None:
    await save(database, replace(execution, kind="predict"), tables)
    await save(database, execution, tables, id="e3")
    late = execution.created_at + timedelta(seconds=1)
    async with database.begin() as work:
        assert await work.executions.purge("predict", execution.created_at) == 0
        assert await work.executions.purge("predict", late) == 1
        assert await work.executions.find("e2") is None
        assert len(await work.executions.forecasts("e3", EVERYTHING)) == len(tables.forecasts)


async def test_an_execution_learns_how_its_last_steps_went(database: Database, execution: Execution) -> None:
    steps = ({"number": 9, "name": "save"}, {"number": 10, "name": "MRP trigger"})
    async with database.begin() as work:
        await work.executions.conclude(execution.id, steps, duration_seconds=12.5)
        assert await work.executions.find(execution.id) == replace(execution, steps=steps, duration_seconds=12.5)
