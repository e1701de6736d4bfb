import pytest

from forecastle.core.errors import SourceError
from forecastle.data.sources.http import Breaker


class Clock:
    """A clock that goes when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_host_that_keeps_failing_is_left_alone_for_a_while() -> None:
    clock = Clock()
    breaker = Breaker(threshold=2, pause_seconds=30, clock=clock)
    breaker.failed("shop")
    breaker.check("shop")
    breaker.failed("shop")
    with pytest.raises(SourceError, match="not asked again for 30 seconds"):
        breaker.check("shop")
    breaker.check("another")
    clock.now = 31
    breaker.check("shop")


def test_success_forgets_the_failures() -> None:
    breaker = Breaker(threshold=2)
    breaker.failed("shop")
    breaker.succeeded("shop")
    breaker.failed("shop")
    breaker.check("shop")
