"""Steps of cleaning under a name."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import RowMapping, delete, select

from forecastle.core.errors import NotFoundError
from forecastle.core.records import StoredRecipe
from forecastle.storage.tables import RECIPE
from forecastle.storage.transaction import Transaction


class SqlRecipes:
    """`core.ports.Recipes` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, recipe: StoredRecipe) -> None:
        """Keep a recipe in place of an older one of that name."""
        await self.remove(recipe.name)
        await self._transaction.write(RECIPE.insert().values(asdict(recipe)))

    async def find(self, name: str) -> StoredRecipe:
        """The recipe of that name."""
        rows = await self._transaction.read(select(RECIPE).where(RECIPE.c.name == name))
        if not rows:
            raise NotFoundError(
                f"There is no recipe {name!r}.", hint="GET /recipes and `forecastle recipes` list them."
            )
        return _recipe(rows[0])

    async def list(self) -> Sequence[StoredRecipe]:
        """All of them, by name."""
        return [_recipe(row) for row in await self._transaction.read(select(RECIPE).order_by(RECIPE.c.name))]

    async def remove(self, name: str) -> None:
        """Forget a recipe."""
        await self._transaction.write(delete(RECIPE).where(RECIPE.c.name == name))


def _recipe(row: RowMapping) -> StoredRecipe:
    return StoredRecipe(**{**row, "steps": tuple(row["steps"])})
