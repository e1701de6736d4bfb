"""How material planning hears of new forecasts."""

from collections.abc import Mapping
from typing import Any, Protocol


class Trigger(Protocol):
    """Step 10 of an execution."""

    async def fire(self, event: Mapping[str, Any], *, key: str) -> str:
        """Tell material planning; answers with one sentence about what was done.

        key: the same for the same execution, so that a receiver who hears of it twice can tell.

        Raises:
            TriggerError: it could not be told after every try.
        """
        ...
