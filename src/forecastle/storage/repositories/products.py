"""The series of a dataset, which results refer to by number."""

import polars as pl
from sqlalchemy import select

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import NotFoundError
from forecastle.storage.tables import DATASET, PRODUCT
from forecastle.storage.transaction import Transaction

PRODUCT_ID = "product_id"


class Products:
    """The series of one dataset."""

    def __init__(self, transaction: Transaction, dataset_id: str) -> None:
        self._transaction = transaction
        self._dataset_id = dataset_id

    async def remember(self, keys: pl.DataFrame) -> None:
        """Keep the series that are not known yet.

        keys: `series_id`, and the user's key columns where they are known.
        """
        if (await self._new(keys)).is_empty():
            return
        await lock_dataset(self._transaction, self._dataset_id)
        new = await self._new(keys)
        named = [pl.col(name) for name in keys.columns if name != SERIES_ID]
        as_json = pl.struct(named).struct.json_encode() if named else pl.lit("{}")
        rows = new.select(pl.lit(self._dataset_id).alias("dataset_id"), SERIES_ID, as_json.alias("keys"))
        await self._transaction.fill(PRODUCT, rows)

    async def numbers(self, series: pl.Series) -> pl.DataFrame:
        """`series_id` and `product_id` of these series; those that were not known are from now on."""
        wanted = pl.DataFrame({SERIES_ID: series.unique()})
        known = await self._known(wanted)
        if len(known) < len(wanted):
            await self.remember(wanted)
            known = await self._known(wanted)
        return known

    async def _new(self, keys: pl.DataFrame) -> pl.DataFrame:
        known = await self._known(keys)
        return keys.unique(SERIES_ID, maintain_order=True).join(known, on=SERIES_ID, how="anti", maintain_order="left")

    async def _known(self, keys: pl.DataFrame) -> pl.DataFrame:
        among = self._transaction.among(PRODUCT.c.series_id, keys[SERIES_ID].to_list())
        query = select(PRODUCT.c.series_id, PRODUCT.c.id.label(PRODUCT_ID))
        return await self._transaction.frame(query.where(PRODUCT.c.dataset_id == self._dataset_id, among))


async def lock_dataset(transaction: Transaction, dataset_id: str) -> None:
    """Have this dataset alone: wait for others that add to it, and let later ones wait for the end of this transaction.

    Raises:
        NotFoundError: there is no such dataset any more.
    """
    query = select(DATASET.c.id).where(DATASET.c.id == dataset_id)
    if not await transaction.write(query.with_for_update(key_share=True)):
        raise NotFoundError(f"There is no dataset of the id {dataset_id!r}.")
