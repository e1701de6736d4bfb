"""What services ask of the database about recipes."""

from collections.abc import Sequence
from typing import Protocol

from forecastle.core.records import StoredRecipe


class Recipes(Protocol):
    """Steps of cleaning under a name."""

    async def put(self, recipe: StoredRecipe) -> None:
        """Keep a recipe in place of an older one of that name."""
        ...

    async def find(self, name: str) -> StoredRecipe:
        """The recipe of that name.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def list(self) -> Sequence[StoredRecipe]:
        """All of them, by name."""
        ...

    async def remove(self, name: str) -> None:
        """Forget a recipe; a second time changes nothing."""
        ...
