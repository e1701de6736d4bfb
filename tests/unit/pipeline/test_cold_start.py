"""Series that have next to nothing of their own."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel, load_trained

Models = dict[tuple[str, str], TrainedModel]
Run = Callable[..., tuple[ExecutionResult, Models]]
WEEKS = pl.date_range(date(2023, 1, 2), date(2024, 2, 26), "1w", eager=True)


NAMES = [*(f"tea {n}" for n in range(10)), *(f"spice {n}" for n in range(10, 21))]


def _sales(*, own: int, planned: int = 0) -> pl.DataFrame:
    """Ten teas that sell about 100, and eleven spices about 10; the last has so few values of its own.

    planned: weeks ahead for which promotions are known, of all of them.
    """
    frames = []
    for number, name in enumerate(NAMES):
        rng = np.random.default_rng(number)
        kind = name.split()[0]
        volume = rng.poisson(100 if kind == "tea" else 10, len(WEEKS)).astype(float)
        promotion = rng.integers(0, 2, len(WEEKS))
        same = {"sku": name, "kind": kind}
        frame = pl.DataFrame(same | {"week": WEEKS, "volume": volume, "promotion": promotion})
        ahead = WEEKS.tail(1).dt.offset_by("1w").extend(WEEKS.tail(1).dt.offset_by("2w"))
        frames.append(frame.tail(own) if name == NAMES[-1] else frame)
        frames.append(pl.DataFrame(same | {"week": ahead.head(planned), "promotion": [0] * planned}))
    return pl.concat(frames, how="diagonal_relaxed")


def _of_new(result: ExecutionResult) -> pl.DataFrame:
    return result.forecasts.filter(series_id="spice 20")


def _read_with(run: Run, frame: pl.DataFrame, kept: Sequence[TrainedModel] = ()) -> tuple[ExecutionResult, Models]:
    return run(frame, Request(horizon=3, targets=("volume",)), kept=kept)


@pytest.mark.parametrize("own", [1, 2, 3])
def test_a_series_with_few_values_is_forecast_like_those_of_its_kind_and_says_so(run: Run, own: int) -> None:
    result, _ = _read_with(run, _sales(own=own))
    forecasts = _of_new(result)
    assert forecasts["model"].unique().to_list() == ["analogues"]
    assert forecasts["p90"].max() < 40
    assert (forecasts["p90"] - forecasts["p10"]).min() > 4
    reason = result.classification.filter(series_id="spice 20")["reason"].item()
    assert reason.startswith("analogues: cold start: analogues by kind, low confidence")
    finding = next(finding for finding in result.findings if finding.code == "cold_start")
    assert finding.series == ("spice 20",)


def test_a_product_that_only_the_plan_knows_is_forecast_too(run: Run) -> None:
    result, models = _read_with(run, _sales(own=0, planned=2))
    forecasts = _of_new(result)
    assert forecasts["ds"].to_list() == [date(2024, 3, 4), date(2024, 3, 11), date(2024, 3, 18)]
    assert 5 < forecasts["p50"].mean() < 20
    assert (
        models["auto", "volume"].predict(3, series=pl.Series(["spice 20"]))["mean"].to_list()
        == forecasts["mean"].to_list()
    )


def test_a_kept_model_forecasts_new_series_like_those_of_their_kind(run: Run) -> None:
    _, models = _read_with(run, _sales(own=0))
    result, _ = _read_with(run, _sales(own=2), kept=[models["auto", "volume"]])
    forecasts = _of_new(result)
    assert forecasts["model"].unique().to_list() == ["analogues"]
    assert forecasts["p90"].max() < 40


def test_a_kept_model_knows_its_cold_starts_beyond_its_horizon(run: Run, tmp_path: Path) -> None:
    _, models = _read_with(run, _sales(own=2))
    models["auto", "volume"].save(tmp_path / "auto")
    ahead = load_trained(tmp_path / "auto").predict(6, series=pl.Series(["spice 20"]))
    assert ahead["p50"].is_finite().all()
    assert ahead["p90"].max() < 40


def test_a_model_that_is_asked_for_forecasts_short_series_itself(run: Run) -> None:
    result, _ = run(_sales(own=2), Request(horizon=3, targets=("volume",), models=("ets",)))
    assert _of_new(result)["model"].unique().to_list() == ["ets"]
