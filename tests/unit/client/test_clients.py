import asyncio
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecastle import ReadOptions
from forecastle.client import AsyncClient, Client
from forecastle.core.errors import ConflictError, InputError, NoModelError, NotFoundError, OutputError
from forecastle.core.records import JobStatus


@pytest.fixture
def sales() -> pl.DataFrame:
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 29), "1d", eager=True)
    return pl.DataFrame({"day": days, "sold": [5 + day.weekday() for day in days]})


def test_a_server_says_how_it_is(client: Client) -> None:
    assert (client.health().status, client.ready()) == ("ok", "ok")
    with pytest.raises(NoModelError, match="No sequence model"):
        client.model_info()


def test_a_frame_becomes_a_dataset(client: Client, sales: pl.DataFrame) -> None:
    version = client.upload(sales, name="daily ç")
    assert (version.dataset, version.version, version.rows) == ("daily ç", 1, 60)
    assert client.dataset("daily ç").versions == (version,)
    assert client.dataset_version("daily ç", 1).created_at.tzinfo
    assert "daily ç" in {dataset.name for dataset in client.datasets()}
    assert client.delete_dataset("daily ç").retention_days == 30
    with pytest.raises(NotFoundError, match="daily ç"):
        client.dataset("daily ç")


def test_a_file_is_uploaded_as_it_is(client: Client, sales: pl.DataFrame, tmp_path: Path) -> None:
    sales.write_csv(tmp_path / "sales.txt", separator="|")
    version = client.upload(str(tmp_path / "sales.txt"), name="piped", options=ReadOptions(delimiter="|", keys=()))
    assert (version.source, version.rows) == ("sales.txt", 60)
    with pytest.raises(InputError, match=r"none\.csv cannot be read: No such file"):
        client.upload(tmp_path / "none.csv", name="x")


def test_the_server_reads_a_source_itself(client: Client, served: Any, sales: pl.DataFrame) -> None:
    folder = Path(served.house.settings.server.sources[0])
    sales.write_parquet(folder / "sales.parquet")
    assert client.connect(str(folder / "sales.parquet"), name="connected").rows == 60
    with pytest.raises(InputError, match="reads no files"):
        client.connect("/etc/passwd", name="x")


def test_a_series_is_forecast_at_once(client: Client) -> None:
    told = client.predict(range(1, 31), horizon=3, quantiles=True)
    assert len(told.predictions) == 3
    assert told.quantiles
    assert told.quantiles["p10"][0] <= told.predictions[0] <= told.quantiles["p90"][0]
    assert client.predict(pl.Series([1.0, 2.0]), horizon=1).quantiles is None
    with pytest.raises(InputError, match="Value 2 of 3 is nan"):
        client.predict([1.0, float("nan"), 2.0])


def test_what_a_training_found_is_read_as_frames(client: Client, trained: str) -> None:
    forecasts = client.forecasts(trained, series="A", targets=["volume"])
    assert forecasts.select("step").to_series().to_list() == [1, 2, 3, 4]
    assert forecasts.schema["ds"].is_temporal()
    later = client.forecasts(trained, start=forecasts["ds"].cast(pl.Datetime)[2])
    assert later.height == 4
    assert set(client.leaderboard(trained)["model"]) >= {"ets", "seasonal_naive"}
    assert set(client.metrics(trained, by=["series"])["group"]) == {"A", "B"}
    totals = client.totals(trained, levels="total", targets=["volume"])
    assert totals["mean"].sum() == pytest.approx(client.forecasts(trained)["mean"].sum())
    assert client.totals(trained, nodes="north").is_empty()
    assert client.classification(trained).schema["first"].is_temporal()
    assert client.execution(trained).steps[0]["name"] == "load"
    assert isinstance(client.findings(trained), tuple)
    assert client.executions(kind="train")[0].execution_id == trained


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_forecasts_are_downloaded_in_every_format(client: Client, trained: str, ending: str, tmp_path: Path) -> None:
    readers = {"csv": pl.read_csv, "parquet": pl.read_parquet, "xlsx": pl.read_excel}
    file = client.download(trained, tmp_path / f"forecasts.{ending}")
    assert readers[ending](file).height == 8  # type: ignore[operator]
    assert client.leaderboard(trained).height >= 2
    with pytest.raises(OutputError, match="No such file or directory"):
        client.download(trained, tmp_path / "none" / f"x.{ending}")


def test_a_format_nobody_writes_is_not_asked_for(client: Client, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Choose from: \.csv, \.parquet, \.xlsx"):
        client.download("x", tmp_path / "forecasts.pdf")


@pytest.mark.usefixtures("trained")
def test_stored_series_are_forecast_from_the_models(client: Client) -> None:
    told = client.predict_stored(["A", "Z"], horizon=3, targets=["VOLUME"], dataset="shop")
    assert (told.results_count, told.summary["unknown"]) == (3, ["Z"])
    assert client.forecasts(told.execution_id).height == 3
    assert client.predict_stored().results_count == 8


@pytest.mark.usefixtures("trained")
def test_models_are_promoted_and_rolled_back(client: Client, served: Any) -> None:
    first = client.model("ets_volume").champion
    assert first
    served.carry_out(client.retrain("ets_volume", dataset="shop", horizon=3).id)
    assert client.promote("ets_volume", 2).version == 2
    assert client.rollback("ets_volume") == first
    assert client.reload("ets_volume") == first
    assert [line.action for line in client.decisions("ets_volume")][:2] == ["rollback", "promote"]
    assert "ets_volume" in {model.name for model in client.models(dataset="shop")}
    with pytest.raises(ConflictError):
        client.rollback("ets_volume")


def test_a_forecast_is_overridden_and_the_log_tells_by_whom(client: Client, trained: str) -> None:
    first = client.forecasts(trained, series="A").row(0, named=True)
    change = client.override(trained, "A", first["target"], first["ds"], 60, reason="a promotion")
    assert client.overrides("shop") == (change,)
    final = client.final_forecasts(trained, series="A", targets="volume")
    assert final["final"][0] == 60
    assert final["mean"][0] == first["mean"]
    assert client.remove_override(change.id) == change
    assert [event.by for event in client.audit(action="override.remove", limit=1)] == ["api"]


@pytest.mark.usefixtures("trained")
def test_jobs_are_listed_looked_at_and_cancelled(client: Client) -> None:
    jobs = [client.backtest("shop", models=["ets"], seasons=[5]), client.forecast("shop", horizon=2)]
    assert {job.id for job in client.jobs(status=[JobStatus.QUEUED])} >= {job.id for job in jobs}
    assert client.job(jobs[0].id).params == {"dataset": "shop", "models": ["ets"], "seasons": [5]}
    assert client.cancel(jobs[1].id).status is JobStatus.CANCELLED


async def forecast_together(url: str) -> list[int]:
    async with AsyncClient(url) as client:
        told = await asyncio.gather(*(client.predict([1, 2, 3, 4], horizon=horizon) for horizon in (1, 2, 3)))
        with pytest.raises(NotFoundError):
            await client.forecasts("none")
        return [len(one.predictions) for one in told]


def test_the_other_client_does_several_things_at_once(served: Any) -> None:
    assert asyncio.run(forecast_together(served.url)) == [1, 2, 3]


async def bring_both(url: str, sales: pl.DataFrame, file: Path) -> list[int]:
    async with AsyncClient(url) as client:
        versions = await client.upload(sales, name="both"), await client.upload(file, name="both")
        return [version.version for version in versions]


def test_the_other_client_uploads_frames_and_files(served: Any, sales: pl.DataFrame, tmp_path: Path) -> None:
    sales.head(50).write_csv(tmp_path / "sales.csv")
    assert asyncio.run(bring_both(served.url, sales, tmp_path / "sales.csv")) == [1, 2]
