"""What forecasts are counted from, and what the trees mind."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.core.progress import silent
from forecastle.models.batched import Compute
from forecastle.models.boosting.forecaster import BoostedForecaster
from forecastle.models.boosting.recursive import Recursive
from forecastle.models.boosting.task import Past, Task
from forecastle.models.units import FAR
from forecastle.settings import BoostingSettings

MONTHS = 72


def monthly(swing: float) -> Panel:
    """Ten series of all sizes with a yearly season and noise."""
    rng = np.random.default_rng(5)
    month, freq = np.arange(MONTHS), Frequency.parse("MS")
    season = 1 + swing * np.sin(2 * np.pi * month / 12)
    frames = [
        pl.DataFrame(
            {"series_id": f"s{n}", "ds": 600 + month, "y": 10.0 ** (n % 3) * season * rng.normal(1, 0.1, MONTHS)}
        )
        for n in range(10)
    ]
    return Panel(frame=pl.concat(frames).with_columns(freq.moments(pl.col("ds")).alias("ds")), freq=freq)


def past(panel: Panel, **asked: Any) -> Past:
    compute = Compute(rows=3_000, threads=1, boosting=BoostingSettings(**asked))
    return Task(panel=panel, horizon=6, compute=compute).past(6, silent)


def test_a_strong_season_is_what_forecasts_are_counted_from() -> None:
    anchor = past(monthly(0.5)).view.anchor
    assert anchor is not None
    assert anchor.feature.startswith("season_12")


def test_a_weak_season_is_left_to_the_trees() -> None:
    assert past(monthly(0.05)).view.anchor is None


def test_what_forecasts_are_counted_from_is_saved_and_loaded(tmp_path: Path) -> None:
    forecaster = BoostedForecaster(kind=Recursive, compute=Compute(rows=1_000, threads=1))
    fitted = forecaster.fit(monthly(0.5), 6)
    fitted.save(tmp_path)
    loaded = forecaster.load(tmp_path)
    assert loaded.trees.view.anchor == fitted.trees.view.anchor is not None
    assert loaded.predict(6).equals(fitted.predict(6))


def test_all_situations_count_alike_unless_somebody_says_otherwise() -> None:
    assert past(monthly(0.5)).weights is None


def test_older_situations_fade_by_their_half_life() -> None:
    found = past(monthly(0.5), half_life=12)
    assert found.weights is not None
    assert found.weights.mean() == pytest.approx(1)
    late, early = found.weights[found.late].max(), found.weights.min()
    assert late / early > 2 ** (50 / 12)


def test_larger_series_count_more_by_size() -> None:
    found = past(monthly(0.5), weight="size")
    assert found.weights is not None
    large, small = found.scaled.level > 50, found.scaled.level < 5
    assert found.weights[large].mean() > 20 * found.weights[small].mean()


def test_weights_change_what_is_learned() -> None:
    plain = BoostedForecaster(kind=Recursive, compute=Compute(rows=1_000, threads=1))
    fading = replace(plain, compute=replace(plain.compute, boosting=BoostingSettings(half_life=6)))
    assert not plain.fit(monthly(0.5), 6).predict(6).equals(fading.fit(monthly(0.5), 6).predict(6))


@pytest.mark.parametrize("compressed", [False, True])
def test_what_trees_learn_is_the_target_again_unless_it_was_unusually_far(*, compressed: bool) -> None:
    situations = past(monthly(0.3))
    scaled, y = replace(situations.scaled, compressed=compressed), situations.y
    usual = (np.abs(scaled.distances(y)) < FAR) & (scaled.change > 0)
    learned, distances = np.abs(scaled.answers(y)[usual]), np.abs(scaled.distances(y)[usual])
    assert scaled.restore(scaled.answers(y)[:, None])[usual, 0] == pytest.approx(y[usual])
    assert bool(learned.max() < distances.max()) is compressed


@pytest.mark.parametrize("compressed", [False, True])
def test_parts_of_what_trees_say_add_up_in_units_of_the_target(*, compressed: bool) -> None:
    scaled = replace(past(monthly(0.3)).scaled, compressed=compressed)
    told = np.random.default_rng(2).normal(0, 1, (len(scaled.level), 5))
    moved = scaled.restore(told.sum(axis=1)[:, None])[:, 0] - scaled.start
    assert scaled.restored_parts(told).sum(axis=1) == pytest.approx(moved)
