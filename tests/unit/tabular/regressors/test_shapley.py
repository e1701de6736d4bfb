"""What players add is shared out fairly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.panel import Floats, Integers
from forecastle.tabular.regressors.shapley import shapley

worths = st.lists(st.floats(-100, 100), min_size=1, max_size=8)


@given(each=worths, together=st.floats(-100, 100))
def test_shares_add_up_and_a_sum_is_shared_exactly(each: list[float], together: float) -> None:
    def worth(order: Integers) -> Floats:
        return np.append(0.0, np.cumsum(np.array(each)[order]))

    def with_more(order: Integers) -> Floats:
        return worth(order) + together * (np.arange(len(each) + 1) == len(each))

    assert shapley(len(each), worth, seed=1) == pytest.approx(each, abs=1e-9)
    assert shapley(len(each), with_more, seed=1).sum() == pytest.approx(sum(each) + together, abs=1e-9)


def test_two_who_are_only_worth_something_together_share_it() -> None:
    def worth(order: Integers) -> Floats:
        there = [set(order[:count]) for count in range(4)]
        return np.array([10.0 * ({0, 1} <= players) for players in there])

    assert shapley(3, worth, seed=1) == pytest.approx([5, 5, 0])
