"""What services ask of the database about the changes that planners make to forecasts."""

from collections.abc import Sequence
from typing import Protocol

from forecastle.core.records import Override


class Overrides(Protocol):
    """At most one change for each period of a series and target."""

    async def put(self, override: Override) -> None:
        """Keep a change in place of an older one.

        Raises:
            NotFoundError: the dataset has no such series.
        """
        ...

    async def find(self, override_id: str) -> Override:
        """The change of that id.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def list(self, dataset_id: str) -> Sequence[Override]:
        """All of a dataset, by series, target and period."""
        ...

    async def remove(self, override_id: str) -> None:
        """Forget a change; a second time changes nothing."""
        ...
