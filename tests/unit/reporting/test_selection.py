from collections.abc import Callable

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.reporting.selection import chosen, series_figures


@pytest.fixture
def figures(execution: Callable[[], ExecutionResult]) -> pl.DataFrame:
    return series_figures(execution())


def test_every_series_has_its_figures_the_largest_first(figures: pl.DataFrame) -> None:
    assert figures.height == 8
    assert figures["total"].is_sorted(descending=True)
    assert figures.select("coming", "wape", "missed", "held").null_count().sum_horizontal().item() == 0


def test_a_small_panel_is_shown_whole(figures: pl.DataFrame) -> None:
    assert chosen(figures, 500).equals(figures)


def test_a_large_panel_shows_its_largest_its_hardest_and_each_class(figures: pl.DataFrame) -> None:
    some = chosen(figures, 4)
    assert some.height == 4
    assert figures["series_id"][0] in some["series_id"]
    assert figures.sort("missed")["series_id"][-1] in some["series_id"]
    assert set(some["pattern"]) == set(figures["pattern"])


def test_the_choice_does_not_depend_on_the_order_of_rows(figures: pl.DataFrame) -> None:
    shuffled = figures.sample(fraction=1, shuffle=True, seed=3)
    assert set(chosen(shuffled, 3)["series_id"]) == set(chosen(figures, 3)["series_id"])


def test_both_targets_of_a_chosen_series_are_shown(figures: pl.DataFrame) -> None:
    second = figures.with_columns(target=pl.lit("revenue"))
    some = chosen(pl.concat([figures, second]), 2)
    assert some.group_by("series_id").len()["len"].to_list() == [2, 2]
