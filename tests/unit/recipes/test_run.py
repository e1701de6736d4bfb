"""Laws of whole recipes."""

from collections.abc import Callable
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import InputError
from forecastle.recipes.recipe import KINDS, MOST_STEPS, Recipe, kind_of, step_kinds

from .conftest import Step, history, take, with_cell

ONCE: list[Step] = [
    {"step": "duplicates"},
    {"step": "duplicates", "keep": "sum"},
    {"step": "align"},
    {"step": "align", "absent": "zero", "until": "data"},
    {"step": "stock_outs"},
    {"step": "convert", "columns": ["price"], "to": "text"},
    {"step": "filter", "where": "volume > 3"},
    {"step": "resample", "freq": "W", "partial": "keep"},
    *({"step": "missing", "method": method} for method in ("interpolate", "mean", "seasonal", "model", "drop", "keep")),
]
"""Taken twice, these do what they do when taken once."""
ALL: list[Step] = [
    *ONCE,
    {"step": "outliers", "method": "stl", "action": "cap"},
    {"step": "outliers", "action": "replace"},
    {"step": "outliers", "method": "isolation_forest"},
    {"step": "units", "factor": 2.5},
    {"step": "formula", "column": "double", "formula": "2 * volume"},
    {"step": "drop", "columns": ["price"]},
    {"step": "log"},
    {"step": "power"},
    {"step": "scale", "over": "all"},
    {"step": "difference", "lag": 2},
]
values = st.lists(
    st.lists(st.one_of(st.none(), st.floats(0, 100).map(lambda v: round(v, 1))), min_size=3, max_size=20),
    min_size=1,
    max_size=4,
).filter(lambda made: any(value is not None and value > 3 for one in made for value in one))


def twice_is_once(step: Step, made: list[list[float | None]]) -> None:
    once = take(history(made), step)
    assert take(once.dataset, step).dataset.frame.equals(once.dataset.frame)


def nothing_but_the_rows_matters(step: Step, made: list[list[float | None]], random: Random) -> None:
    """Neither their order nor the size of pieces; and every row is accounted for."""
    frame = history(made)
    places = list(range(frame.height))
    random.shuffle(places)
    whole, shuffled, pieces = take(frame, step), take(frame[places], step), take(frame, step, rows=5)
    assert shuffled.dataset.frame.equals(whole.dataset.frame)
    assert pieces.dataset.frame.equals(whole.dataset.frame)
    change = whole.changes[0]
    assert (change.rows_before, change.rows_after) == (frame.height, whole.dataset.frame.height)
    assert {**pieces.changes[0].cells} == {**change.cells}


@settings(max_examples=12)
@given(st.sampled_from(ONCE), values)
def test_twice_is_once(step: Step, made: list[list[float | None]]) -> None:
    twice_is_once(step, made)


@settings(max_examples=15)
@given(st.sampled_from(ALL), values, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_size_of_pieces_matters(
    step: Step, made: list[list[float | None]], random: Random
) -> None:
    nothing_but_the_rows_matters(step, made, random)


@pytest.mark.slow
@pytest.mark.parametrize("step", ONCE, ids=str)
@settings(max_examples=25)
@given(values)
def test_each_step_taken_twice_does_what_it_does_once(step: Step, made: list[list[float | None]]) -> None:
    twice_is_once(step, made)


@pytest.mark.slow
@pytest.mark.parametrize("step", ALL, ids=str)
@settings(max_examples=25)
@given(values, st.randoms(use_true_random=False))
def test_nothing_but_the_rows_matters_to_any_step(step: Step, made: list[list[float | None]], random: Random) -> None:
    nothing_but_the_rows_matters(step, made, random)


def test_a_value_is_counted_as_changed_only_if_it_is_another(weekly: Callable[..., pl.DataFrame]) -> None:
    frame = with_cell(with_cell(weekly(), 3, None), 90, 500.0)
    outcome = take(frame, {"step": "missing"}, {"step": "outliers", "action": "cap"})
    assert [dict(change.cells) for change in outcome.changes] == [{"volume": 1}, {"volume": 1}]
    assert outcome.changes[1].examples[0]["before"] == 500.0


def test_every_wrong_field_is_named_with_its_step() -> None:
    wrong = [{"step": "log", "offset": "x"}, {"step": "nope"}, {"step": "missing", "metod": "mean"}, {"method": "mean"}]
    with pytest.raises(InputError) as told:
        Recipe.parse(wrong)
    assert "step 1 (log), offset: Input should be a valid number" in told.value.message
    assert "step 2 (nope)" in told.value.message
    assert "step 3 (missing), metod: there is no such field" in told.value.message
    assert "step 4" in told.value.message


def test_a_recipe_has_only_so_many_steps() -> None:
    with pytest.raises(InputError, match=f"at most {MOST_STEPS} items"):
        Recipe.parse([{"step": "log"}] * (MOST_STEPS + 1))


def test_every_kind_of_step_describes_itself() -> None:
    kinds = {kind.step: kind for kind in step_kinds()}
    assert len(kinds) == len(KINDS) == 16
    assert all(kind.description and kind.title for kind in kinds.values())
    assert all(field.description for kind in kinds.values() for field in kind.fields)
    assert kinds["outliers"].fields[1].choices[0] == "iqr"
    assert {step for step, kind in kinds.items() if kind.reversible} == {"log", "power", "scale", "difference"}


def test_a_recipe_comes_back_from_json_as_it_was() -> None:
    recipe = Recipe.parse(ALL)
    assert Recipe.parse(recipe.as_json()) == recipe
    assert [kind_of(step) for step in recipe.steps] == [step["step"] for step in ALL]
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in recipe.says())
