import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import HorizonError
from forecastle.data.sequences.windows import sequential_split, sliding_windows


def test_each_window_is_followed_by_its_answer() -> None:
    inputs, targets = sliding_windows(np.arange(6.0), window=3, horizon=2)
    assert inputs.tolist() == [[0, 1, 2], [1, 2, 3]]
    assert targets.tolist() == [[3, 4], [4, 5]]


@given(st.integers(2, 60), st.integers(1, 20), st.integers(1, 20))
def test_the_number_of_windows_follows_from_the_lengths(length: int, window: int, horizon: int) -> None:
    values = np.arange(float(length))
    if length < window + horizon:
        with pytest.raises(HorizonError, match=f"{length} values is too short: one pair needs {window + horizon}"):
            sliding_windows(values, window, horizon)
    else:
        inputs, targets = sliding_windows(values, window, horizon)
        assert inputs.shape == (length - window - horizon + 1, window)
        assert targets.shape == (length - window - horizon + 1, horizon)


@given(st.integers(20, 60), st.integers(1, 5), st.integers(1, 4), st.floats(0.1, 0.6))
def test_no_answer_of_the_test_was_seen_in_training(length: int, window: int, horizon: int, share: float) -> None:
    train, test = sequential_split(sliding_windows(np.arange(float(length)), window, horizon), share)
    assert train.targets.max() < test.targets.min()
    assert test.targets.max() == length - 1


def test_windows_with_holes_can_be_left_out() -> None:
    values = np.array([1, 2, np.nan, 4, 5, 6, 7])
    inputs, targets = sliding_windows(values, window=2).complete()
    assert inputs.tolist() == [[4, 5], [5, 6]]
    assert targets.tolist() == [[6], [7]]


@pytest.mark.parametrize(("window", "horizon"), [(0, 1), (3, 0), (-1, 1)])
def test_windows_have_a_length(window: int, horizon: int) -> None:
    with pytest.raises(HorizonError, match="must be at least 1"):
        sliding_windows(np.arange(9.0), window, horizon)


@pytest.mark.parametrize(("share", "message"), [(1.0, "between 0 and 1"), (0.9, "too few to keep 90%")])
def test_a_split_leaves_something_to_learn_from(share: float, message: str) -> None:
    with pytest.raises(HorizonError, match=message):
        sequential_split(sliding_windows(np.arange(9.0), 3, 3), share)
