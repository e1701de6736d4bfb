"""What MASE and RMSSE divide by."""

from collections.abc import Callable

import pytest

from forecastle.core.panel import Panel
from forecastle.evaluation.scale import scales


def test_the_scale_is_the_mean_change_over_a_season(panel_of: Callable[..., Panel]) -> None:
    year = [float(month) for month in range(12)]
    table = scales(panel_of(a=year + [value + 2 for value in year] + [value + 8 for value in year]))
    assert table.row(0) == ("a", pytest.approx(4.0), pytest.approx(20**0.5))


def test_a_series_shorter_than_a_season_is_scaled_by_its_period_changes(panel_of: Callable[..., Panel]) -> None:
    table = scales(panel_of(a=[1.0, 2.0, None, 5.0, 8.0]))
    assert table.row(0) == ("a", pytest.approx(2.0), pytest.approx(5**0.5))


def test_a_series_that_never_changes_has_no_scale(panel_of: Callable[..., Panel]) -> None:
    assert scales(panel_of(a=[3.0] * 30, b=[3.0])).rows() == [("a", None, None), ("b", None, None)]
