from datetime import date

import numpy as np
import polars as pl
import pytest

from forecastle.core.quantiles import Quantiles
from forecastle.pipeline.contest import AUTO, COMBINATION, Rules, judge, replay

QUANTILES = Quantiles((0.1, 0.5, 0.9))
SERIES = [f"s{number:02}" for number in range(12)]
MODELS = {"good": 1.0, "poor": 6.0}
STEPS = 4


def _backtest(errors: dict[str, dict[int, float]], windows: int = 3) -> pl.DataFrame:
    """Two models whose typical error in each window is given; the truth is 100 plus noise."""
    rng = np.random.default_rng(5)
    rows = [
        {
            "series_id": series,
            "ds": date(2024, 13 - 4 * window + step, 1),
            "step": step,
            "model": model,
            "window": window,
            "cutoff": date(2024, 13 - 4 * window, 1),
            "y": 100.0 + (int(series[1:]) + 3 * window + step) % 7,
            "mean": 100.0 + error * rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5),
            "scale": 1.0,
            "scale_rms": 1.0,
        }
        for series in SERIES
        for window in range(1, windows + 1)
        for step in range(STEPS)
        for model, error in ((name, by_window[window]) for name, by_window in errors.items())
    ]
    spread = {"p10": pl.col("mean") - 5, "p50": pl.col("mean"), "p90": pl.col("mean") + 5}
    frame = pl.DataFrame(rows).with_columns(pl.col("window").cast(pl.Int32), pl.col("step") + 1, **spread)
    order = ["series_id", "ds", "step", "model", "window", "cutoff", "y", "mean", *QUANTILES.columns]
    return frame.select(*order, "scale", "scale_rms")


def _rules(routed: str = "poor", ensembles: frozenset[str] = frozenset({COMBINATION})) -> Rules:
    groups = pl.DataFrame({"series_id": SERIES, "group": ["smooth"] * len(SERIES)})
    return Rules(
        groups=groups,
        routes=groups.select("series_id", routed=pl.lit(routed), because=pl.lit("a row of the table")),
        members=frozenset(MODELS),
        voters=frozenset(MODELS),
        ensembles=ensembles,
        measure="wape",
        quantiles=QUANTILES,
    )


STEADY = {name: dict.fromkeys((1, 2, 3), error) for name, error in MODELS.items()}


def test_without_evidence_the_routing_table_decides() -> None:
    verdict = judge(None, _rules("poor"))
    assert verdict.champions["model"].unique().to_list() == ["poor"]
    assert "no window to compare on" in verdict.champions["reason"][0]


def test_a_rival_that_wins_on_a_window_it_had_not_seen_replaces_the_routed_model() -> None:
    rules = _rules("poor", ensembles=frozenset())
    verdict = judge(replay(_backtest(STEADY), rules), rules)
    assert verdict.champions["model"].unique().to_list() == ["good"]
    assert "better than poor on the newest" in verdict.champions["reason"][0]


def test_a_rival_that_wins_only_where_it_was_chosen_does_not() -> None:
    lucky = {"good": {1: 9.0, 2: 1.0, 3: 1.0}, "poor": {1: 1.0, 2: 6.0, 3: 6.0}}
    rules = _rules("poor", ensembles=frozenset())
    verdict = judge(replay(_backtest(lucky), rules), rules)
    assert verdict.champions["model"].unique().to_list() == ["poor"]


def test_the_better_model_gets_more_weight_and_weights_add_up_to_one() -> None:
    rules = _rules()
    weights = judge(replay(_backtest(STEADY), rules), rules).weights
    assert weights is not None
    assert weights.group_by("series_id").agg(pl.col("weight").sum())["weight"].to_list() == pytest.approx([1.0] * 12)
    average = dict(weights.group_by("model").agg(pl.col("weight").mean()).iter_rows())
    assert average["good"] > 0.8


def test_what_happened_in_a_window_changes_no_forecast_of_that_window() -> None:
    backtest, rules = _backtest(STEADY), _rules()
    latest = pl.col("window") == 1
    shaken = backtest.with_columns(pl.when(latest).then(pl.col("y") * 50 - 3).otherwise("y").alias("y"))
    columns = ("series_id", "ds", "model", "mean", *QUANTILES.columns)
    made = [
        replay(table, rules).filter(latest, pl.col("model").is_in([AUTO, COMBINATION])).select(columns)
        for table in (backtest, shaken)
    ]
    assert made[0].equals(made[1])


def test_the_oldest_window_is_combined_with_equal_weights() -> None:
    replayed = replay(_backtest(STEADY), _rules()).filter(pl.col("window") == 3)
    wide = replayed.pivot(on="model", index=["series_id", "ds"], values="mean")
    assert wide[COMBINATION].to_numpy() == pytest.approx((wide["good"].to_numpy() + wide["poor"].to_numpy()) / 2)
