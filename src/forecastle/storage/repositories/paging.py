"""Which forecasts of an execution a page is made of."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select

from forecastle.core.errors import InputError
from forecastle.core.ports import Page
from forecastle.storage.repositories.rows import Layout
from forecastle.storage.tables import FORECAST_RESULT, PRODUCT

POSITION = FORECAST_RESULT.c.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the rows of an execution are, and what they look like."""

    number: int
    dataset_id: str
    layout: Layout

    def of(self, table: Table) -> ColumnElement[bool]:
        """Only rows of this execution."""
        return table.c.execution_number == self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """One page of the forecasts of an execution. among: `Transaction.among`."""

    kept: Kept
    page: Page
    among: Callable[[ColumnElement[str], Collection[str]], ColumnElement[bool]]

    def cut(self, query: Select[Any]) -> Select[Any]:
        """The rows of the page, in their order."""
        conditions, page = self._conditions(), self.page
        query = query.where(self.kept.of(FORECAST_RESULT)).order_by(POSITION)
        if not conditions:  # a page is where it is, and nothing before it has to be read
            query = query.where(page.offset <= POSITION)
            return query if page.limit is None else query.where(page.offset + page.limit > POSITION)
        # SQLite would look through all series to save a sort, if there were anything to save.
        order = POSITION + 0 if page.series else POSITION
        chosen = select(POSITION).where(self.kept.of(FORECAST_RESULT), *conditions).order_by(order)
        return query.where(POSITION.in_(chosen.limit(page.limit).offset(page.offset)))

    def count(self) -> Select[Any]:
        """`rows`: how many there are, over all pages."""
        conditions = self._conditions()
        counted = func.count() if conditions else func.coalesce(func.max(POSITION) + 1, 0)
        query = select(counted.label("rows")).select_from(FORECAST_RESULT)
        return query.where(self.kept.of(FORECAST_RESULT), *conditions)

    def _conditions(self) -> Sequence[ColumnElement[bool]]:
        table, page = FORECAST_RESULT.c, self.page
        if self.kept.layout.moments == "number" and (page.start or page.end):
            raise InputError("The periods of these forecasts are numbered; start and end are dates.")
        found: list[ColumnElement[bool]] = []
        if page.series:
            known = select(PRODUCT.c.id).where(PRODUCT.c.dataset_id == self.kept.dataset_id)
            found.append(table.product_id.in_(known.where(self.among(PRODUCT.c.series_id, page.series))))
        if page.targets:
            found.append(table.target.in_(page.targets))
        if page.models:
            found.append(table.model.in_(page.models))
        if page.start:
            found.append(table.ds >= page.start.replace(tzinfo=None))
        if page.end:
            found.append(table.ds <= page.end.replace(tzinfo=None))
        return found
