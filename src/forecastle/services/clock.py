"""The time, passed in so that tests can choose it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers with the present moment in UTC."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)
