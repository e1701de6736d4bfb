from time import perf_counter

import pytest

from forecastle.core.budget import UNLIMITED, Budget, OutOfTime
from forecastle.core.progress import silent


def test_work_is_stopped_at_its_next_report_when_the_time_is_over() -> None:
    report = Budget(ends=perf_counter() - 1).watch(silent)
    with pytest.raises(OutOfTime):
        report(0.5, "half done")
    Budget.of(60).watch(silent)(0.5, "half done")


def test_without_a_limit_nothing_is_watched() -> None:
    assert Budget.of(None) == UNLIMITED
    assert UNLIMITED.watch(silent) is silent
    assert UNLIMITED.shared(3) == UNLIMITED


def test_what_is_left_is_shared_in_equal_parts() -> None:
    budget = Budget.of(90)
    assert budget.shared(3).left() == pytest.approx(30, abs=1)
    assert budget.sparing(50).left() == pytest.approx(40, abs=1)
