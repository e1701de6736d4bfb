"""Features counted from the cutoff: the last values, usual changes, and how a season compares with its level."""

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.features.history import History
from forecastle.features.lags import LARGEST
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import features, rows_of

SPEC = FeatureSpec(lags=(), recent=2, windows=(), averages=(), changes=(1, 4))


def _panel(values: list[float]) -> Panel:
    frame = pl.DataFrame({"series_id": "a", "ds": np.arange(len(values)), "y": np.array(values, dtype=float)})
    return Panel(frame=frame, freq=Frequency.parse("step"), seasons=(4,))


def _last(values: list[float], steps: tuple[int, ...] = (1, 2)) -> pl.DataFrame:
    return features(_panel(values), spec=SPEC, steps=steps, cutoffs=range(1))


def test_the_last_values_are_the_same_for_every_step() -> None:
    table = _last([5, 6, 7, 9])
    assert table.select("latest_1", "latest_2").rows() == [(9, 7), (9, 7)]


def test_changes_are_means_of_absolute_differences_until_the_cutoff() -> None:
    table = _last([1, 3, 2, 2, 5])
    assert table["change_1"][0] == pytest.approx((2 + 1 + 0 + 3) / 4)
    assert table["change_4"][0] == pytest.approx(4)


def test_a_season_index_compares_with_the_level_before_that_season() -> None:
    table = _last([*(10, 10, 10, 10), *(20, 10, 10, 40)])
    assert table["season_4_index"].to_list() == pytest.approx([2.0, 1.0])


def test_an_index_over_a_level_of_next_to_nothing_is_still_a_number() -> None:
    table = _last([*(1e-320, 0, 0, 0), *(1000, 1, 1, 1)])
    assert table["season_4_index"].to_list() == [LARGEST, LARGEST]


def test_a_series_of_less_than_a_season_has_no_index() -> None:
    assert _last([3, 4])["season_4_index"].null_count() == 2


def test_only_the_last_periods_of_a_history_are_read() -> None:
    history = History.of(_panel([1, 2, 3, 4, 5, 9]), categories={}, ahead=1)
    table = rows_of(history.latest(3), SPEC, cutoffs=range(1))
    assert table["change_1"][0] == pytest.approx(2.5)
    assert table["ds"].to_list() == [6]
