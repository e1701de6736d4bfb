"""What is transformed comes back as it was."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import DataError, InputError
from forecastle.recipes.back import ways_back
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import run

from .conftest import Step, dataset, history, take

TRANSFORMS: list[Step] = [
    {"step": "log"},
    {"step": "log", "offset": 5.5},
    {"step": "power"},
    {"step": "power", "power": 0.5},
    {"step": "power", "power": 0},
    {"step": "power", "method": "yeo_johnson"},
    {"step": "difference"},
    {"step": "difference", "lag": 3},
    *({"step": "scale", "method": method} for method in ("standard", "min_max", "robust")),
    {"step": "scale", "over": "all"},
]
ANY_SIGN = [step for step in TRANSFORMS if step["step"] in ("scale", "difference") or "method" in step]
sizes = st.one_of(st.none(), st.floats(0, 1e6, allow_nan=False), st.integers(0, 5).map(float))
signed = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False))


def series(values: st.SearchStrategy[float | None]) -> st.SearchStrategy[list[list[float | None]]]:
    return st.lists(st.lists(values, min_size=2, max_size=12), min_size=1, max_size=3)


def comes_back(values: list[list[float | None]], steps: list[Step]) -> None:
    data, recipe = dataset(history(values)), Recipe.parse(steps)
    outcome = run(recipe, data)
    before = run(Recipe(()), data).dataset.frame["volume"].to_numpy()
    back = run(Recipe.parse([{"step": "undo"}]), outcome.dataset, before=recipe, known=outcome.learned)
    after = back.dataset.frame["volume"].to_numpy()
    np.testing.assert_allclose(after, before, rtol=1e-6, atol=1e-5)


@settings(max_examples=12)
@given(series(sizes), st.lists(st.sampled_from(TRANSFORMS), min_size=1, max_size=1))
def test_a_transform_comes_back(values: list[list[float | None]], steps: list[Step]) -> None:
    comes_back(values, steps)


@settings(max_examples=12)
@given(series(signed), st.lists(st.sampled_from(ANY_SIGN), min_size=1, max_size=1))
def test_a_transform_of_any_sign_comes_back(values: list[list[float | None]], steps: list[Step]) -> None:
    comes_back(values, steps)


@settings(max_examples=6)
@given(series(st.floats(0, 1000)), st.permutations([{"step": "difference", "lag": 2}, {"step": "scale"}]))
def test_several_transforms_come_back_in_turn(values: list[list[float | None]], steps: list[Step]) -> None:
    comes_back(values, [{"step": "log"}, *steps])


def test_the_likeliest_power_of_lognormal_sales_is_about_the_logarithm() -> None:
    sales = np.exp(np.random.default_rng(1).normal(3, 1, 400)).tolist()
    learned = take(history([sales]), {"step": "power", "offset": 0}).learned
    assert abs(learned["values"][0][0]) < 0.1


def test_values_without_a_logarithm_are_refused_with_the_first_of_them() -> None:
    with pytest.raises(DataError, match=r"Step 1 \(log\): 1 values of 'volume' are at or below -1, such as -2 in 'S1'"):
        take(history([[1, 2], [3, -2]]), {"step": "log"})


def test_what_means_nothing_on_another_scale_comes_before_the_transforms() -> None:
    with pytest.raises(InputError, match=r"Step 2 \(resample\) means nothing .* \(log\) has transformed"):
        take(history([[1, 2, 3]]), {"step": "log"}, {"step": "resample", "freq": "W"})


def test_newer_data_get_the_scale_of_the_older_and_new_series_one_of_their_own() -> None:
    recipe = Recipe.parse([{"step": "scale", "method": "min_max"}])
    first = run(recipe, dataset(history([[0, 10]])))
    later = run(recipe, dataset(history([[0, 10, 20], [5, 7, 6]])), known=first.learned)
    assert later.dataset.frame["volume"].to_list() == [0, 1, 2, 0, 1, 0.5]
    assert later.learned.filter(pl.col("series") == "S0").equals(first.learned)


def test_what_is_done_on_another_scale_stays_when_it_comes_back() -> None:
    steps: list[Step] = [{"step": "log", "offset": 0.0}, {"step": "missing"}, {"step": "undo"}]
    outcome = take(history([[10.0, None, 40.0, 80.0]]), *steps, {"step": "resample", "freq": "W", "partial": "keep"})
    assert outcome.dataset.frame["volume"].to_list() == pytest.approx([150.0])  # by its logarithm, 20 was missing
    assert [change.cells for change in outcome.changes[:3]] == [{"volume": 3}, {"volume": 1}, {"volume": 4}]


def test_a_version_whose_transforms_were_undone_needs_no_way_back() -> None:
    trail = Recipe.parse([{"step": "log"}, {"step": "undo"}, {"step": "scale"}])
    assert [position for position, _ in trail.pending] == [2]
    learned = run(trail, dataset(history([[1, 2, 3]]))).learned
    assert ways_back(trail, learned, ["volume"])["volume"].named == "scale"


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([{"step": "undo"}], r"Step 1 \(undo\) finds nothing"),
        ([{"step": "log"}, {"step": "undo"}, {"step": "undo"}], r"Step 3 \(undo\) finds nothing"),
        ([{"step": "difference"}, {"step": "filter", "where": "volume > 0"}, {"step": "undo"}], "filter left some"),
        ([{"step": "difference"}, {"step": "missing", "method": "drop"}, {"step": "undo"}], "missing left some"),
    ],
)
def test_what_cannot_come_back_is_refused(steps: list[Step], says: str) -> None:
    with pytest.raises(InputError, match=says):
        take(history([[1, 2, 3]]), *steps)
