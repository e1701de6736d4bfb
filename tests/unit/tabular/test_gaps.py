"""What a row lacks is expected from what it has, as far as columns tell of each other."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.tabular.gaps import Gaps, incomplete
from forecastle.tabular.ranges import Ranges
from forecastle.tabular.regressors import Lesson

NAN = np.nan
PLACE, SIZE, ROOMS, KIND, AGE = range(5)
COLUMNS = (SIZE, ROOMS, KIND, AGE)


def lesson(count: int = 2000) -> Lesson:
    """Houses: large ones have many rooms and are at the second place; a kind of house is worth twice the other."""
    random = np.random.default_rng(1)
    place, kind = random.integers(0, 2, (2, count)).astype(float)
    size = random.normal(100 + 100 * place, 10)
    rooms = size / 20 + 2 * kind + random.normal(0, 0.1, count)
    age = random.normal(50, 10, count)
    answers = 3 * size + 100 * kind - age
    values = np.column_stack([place, size, rooms, kind, age])
    return Lesson(values=values, answers=answers, categorical=(PLACE, KIND))


GAPS = Gaps.of(lesson(), COLUMNS, PLACE)


def test_a_column_is_expected_from_its_key_and_from_the_others() -> None:
    rows = np.array([[0, NAN, NAN, NAN, 50], [1, NAN, NAN, NAN, 50], [1, 220, NAN, 0, 50], [1, 220, NAN, 1, 50]])
    filled, _ = GAPS.filled(rows)
    assert filled[:2, SIZE] == pytest.approx([100, 200], abs=1)
    assert filled[2:, ROOMS] == pytest.approx([11, 13], abs=0.3)
    assert np.isnan(filled[:2, KIND]).all()


def test_what_is_given_stays_as_it_is() -> None:
    whole = lesson().values[:20]
    filled, doubts = GAPS.filled(whole)
    assert np.array_equal(filled, whole)
    assert not doubts.any()


rows = st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=8)


@given(lacking=rows)
def test_a_row_is_filled_the_same_whatever_stands_beside_it(lacking: list[list[bool]]) -> None:
    values = lesson().values[: len(lacking)]
    values[:, COLUMNS] = np.where(lacking, NAN, values[:, COLUMNS])
    filled, doubts = GAPS.filled(values)
    for row, expected, doubt in zip(values, filled, doubts, strict=True):
        alone = GAPS.filled(row[None])
        assert np.array_equal(alone[0][0], expected, equal_nan=True)
        assert alone[1][0] == doubt


@given(one=st.sets(st.sampled_from(COLUMNS)), more=st.sets(st.sampled_from(COLUMNS)))
def test_whoever_lacks_more_is_doubted_no_less(one: set[int], more: set[int]) -> None:
    values = np.tile(lesson().values[:1], (2, 1))
    values[0, list(one)] = values[1, list(one | more)] = NAN
    _, (some, all_of_it) = GAPS.filled(values)
    assert some <= all_of_it * (1 + 1e-9)


def test_doubt_is_how_far_answers_lie_apart_for_want_of_a_column() -> None:
    rows = np.tile(lesson().values[:1], (2, 1))
    rows[0, AGE] = rows[1, KIND] = NAN
    _, doubts = GAPS.filled(rows)
    assert doubts[0] == pytest.approx(10, rel=0.1)
    assert doubts[1] < 10  # rooms and size together tell the kind


def test_incomplete_rows_lack_any_number_of_the_optional_columns() -> None:
    made, doubts = incomplete(lesson(), GAPS, (ROOMS, AGE), copies=3, seed=1)
    assert made.values.shape == (6000, 5)
    assert np.array_equal(made.answers[:2000], made.answers[4000:])
    whole = np.tile(lesson().values, (3, 1))
    changed = (made.values != whole).sum(axis=1)
    assert np.bincount(changed) / 6000 == pytest.approx([0, 0.5, 0.5], abs=0.03)
    assert (doubts > 0).all()
    assert np.array_equal(made.values[:, SIZE], whole[:, SIZE])


def test_gaps_are_the_same_once_kept(tmp_path: Path) -> None:
    GAPS.save(tmp_path)
    rows = lesson().values[:5]
    rows[:, ROOMS] = NAN
    assert all(map(np.array_equal, Gaps.load(tmp_path).filled(rows), GAPS.filled(rows)))


def test_ranges_are_as_wide_as_what_is_lacking_asks_for() -> None:
    random = np.random.default_rng(3)
    doubts = random.choice([1.0, 10.0], 8000)
    predicted = random.uniform(10, 1000, 8000)
    actual = predicted + random.normal(0, doubts)
    ranges = Ranges.of(predicted[:4000], actual[:4000], coverage=0.8, doubts=doubts[:4000])
    lower, upper = ranges.around(predicted[4000:], doubts[4000:])
    held = (lower <= actual[4000:]) & (actual[4000:] <= upper)
    for doubt in (1.0, 10.0):
        assert held[doubts[4000:] == doubt].mean() == pytest.approx(0.8, abs=0.04)
