"""Changes that planners make to forecasts."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, delete, select

from forecastle.core.errors import NotFoundError
from forecastle.core.records import Override
from forecastle.storage.repositories.products import lock_dataset
from forecastle.storage.tables import OVERRIDE, PRODUCT
from forecastle.storage.transaction import Transaction

FOUND = select(*OVERRIDE.c, PRODUCT.c.series_id).join_from(OVERRIDE, PRODUCT, OVERRIDE.c.product_id == PRODUCT.c.id)


class SqlOverrides:
    """`core.ports.Overrides` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, override: Override) -> None:
        """Keep a change in place of an older one."""
        await lock_dataset(self._transaction, override.dataset_id)
        known = PRODUCT.c.dataset_id == override.dataset_id, PRODUCT.c.series_id == override.series_id
        products = await self._transaction.read(select(PRODUCT.c.id).where(*known))
        if not products:
            raise NotFoundError(f"There is no series {override.series_id!r} in this dataset.")
        row = asdict(override) | _moment(override.ds) | {"product_id": products[0]["id"]}
        del row["series_id"]
        same = (
            OVERRIDE.c[name].is_not_distinct_from(row[name]) for name in ("product_id", "target", "ds", "ds_number")
        )
        await self._transaction.write(delete(OVERRIDE).where(*same))
        await self._transaction.write(OVERRIDE.insert().values(row))

    async def find(self, override_id: str) -> Override:
        """The change of that id."""
        rows = await self._transaction.read(FOUND.where(OVERRIDE.c.id == override_id))
        if not rows:
            raise NotFoundError(f"There is no override {override_id!r}.", hint="GET /overrides lists them.")
        return _override(rows[0])

    async def list(self, dataset_id: str) -> Sequence[Override]:
        """All of a dataset, by series, target and period."""
        order = (PRODUCT.c.series_id, OVERRIDE.c.target, OVERRIDE.c.ds, OVERRIDE.c.ds_number)
        rows = await self._transaction.read(FOUND.where(OVERRIDE.c.dataset_id == dataset_id).order_by(*order))
        return [_override(row) for row in rows]

    async def remove(self, override_id: str) -> None:
        """Forget a change."""
        await self._transaction.write(delete(OVERRIDE).where(OVERRIDE.c.id == override_id))


def _moment(ds: datetime | int) -> dict[str, datetime | int | None]:
    return {"ds": None, "ds_number": ds} if isinstance(ds, int) else {"ds": ds, "ds_number": None}


def _override(row: RowMapping) -> Override:
    kept = dict(row)
    number = kept.pop("ds_number")
    del kept["product_id"]
    return Override(**kept | {"ds": kept["ds"] if number is None else number})
