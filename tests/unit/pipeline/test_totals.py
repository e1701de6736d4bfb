"""Totals of a run, and the series that they consist of."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import RolesError
from forecastle.core.execution import ExecutionResult
from forecastle.pipeline.request import Request

Run = Callable[..., tuple[ExecutionResult, Any]]


def _sales() -> pl.DataFrame:
    """Two shops with three products each, and one that was given up."""
    weeks = pl.date_range(date(2023, 1, 2), date(2024, 2, 26), "1w", eager=True)
    frames = []
    for number, (shop, product) in enumerate((s, p) for s in ("north", "south") for p in ("tea", "rice", "milk")):
        rng = np.random.default_rng(number)
        volume = np.round(20.0 * (number + 1) + 5 * np.sin(np.arange(len(weeks)) / 8) + rng.normal(0, 3, len(weeks)))
        gone = 40 if (shop, product) == ("south", "milk") else len(weeks)
        frames.append(pl.DataFrame({"shop": shop, "product": product, "week": weeks, "volume": volume}).head(gone))
    return pl.concat(frames)


@pytest.fixture(scope="module")
def result(run: Run) -> ExecutionResult:
    return run(_sales(), Request(horizon=3, hierarchy=("shop", "product")))[0]


def _sums(result: ExecutionResult, level: str) -> pl.DataFrame:
    current = result.forecasts.join(result.keys, on="series_id").filter(pl.col("series_id") != "south / milk")
    node = pl.lit("total") if level == "total" else pl.col(level)
    return current.group_by(node.alias("node"), "ds").agg(pl.col("mean").sum().alias("sum"))


@pytest.mark.parametrize("level", ["total", "shop", "product"])
def test_the_means_of_the_series_add_up_to_those_of_every_level(result: ExecutionResult, level: str) -> None:
    joined = result.totals.filter(level=level).join(_sums(result, level), on=["node", "ds"])
    assert joined.height == result.totals.filter(level=level).height > 0
    assert joined["mean"].to_numpy() == pytest.approx(joined["sum"].to_numpy(), rel=1e-9)


def test_totals_have_ranges_and_measures_of_past_windows(result: ExecutionResult) -> None:
    assert result.totals.columns[:6] == ["level", "node", "ds", "step", "target", "mean"]
    assert (result.totals["p10"] < result.totals["p90"]).all()
    measures = result.metrics.filter(by="level", metric="wape")
    assert set(measures["group"]) == {"total", "shop", "product"}


def test_a_series_that_ended_is_no_part_of_a_total_and_is_named(result: ExecutionResult) -> None:
    found = next(finding for finding in result.findings if finding.code == "not_in_totals")
    assert found.series == ("south / milk",)


def test_a_run_from_kept_models_makes_totals_too(run: Run) -> None:
    asked = Request(horizon=3, hierarchy=("shop",))
    _, models = run(_sales(), asked)
    again, _ = run(_sales(), asked, kept=[models["auto", "volume"]])
    joined = again.totals.filter(level="shop").join(_sums(again, "shop"), on=["node", "ds"])
    assert joined["mean"].to_numpy() == pytest.approx(joined["sum"].to_numpy(), rel=1e-9)


def test_a_column_that_makes_no_hierarchy_is_named_with_the_choices(run: Run) -> None:
    with pytest.raises(RolesError, match="'volume'") as caught:
        run(_sales(), Request(horizon=3, hierarchy=("volume",)))
    assert "shop, product" in caught.value.hint


def test_totals_are_written_beside_the_forecasts(result: ExecutionResult, tmp_path: Path) -> None:
    from forecastle.reporting.files import write

    write(result, tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "totals.parquet").equals(result.totals)
    assert "the total was forecast too" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
