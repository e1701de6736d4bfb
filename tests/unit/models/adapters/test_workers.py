import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from forecastle.core.errors import ModelError
from forecastle.models.adapters.workers import Workers


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(2) as made:
        yield made


def test_calls_are_done_elsewhere_and_answered_in_order(workers: Workers) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda number: workers.call(math.sqrt, number), (1, 4, 9))) == [1, 2, 3]
    assert workers.call(os.getpid) != os.getpid()


def test_an_error_there_is_raised_here(workers: Workers) -> None:
    with pytest.raises(ValueError, match=r"math domain|nonnegative"):
        workers.call(math.sqrt, -1)
    assert workers.call(math.sqrt, 4) == 2


def test_what_is_printed_there_does_not_disturb_the_answers(workers: Workers) -> None:
    workers.call(print, "a library that talks")
    assert workers.call(math.sqrt, 4) == 2


def test_a_process_that_dies_is_told() -> None:
    with Workers(1) as workers, pytest.raises(ModelError, match="ended"):
        workers.call(os._exit, 3)
