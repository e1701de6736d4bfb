"""Executions and their results."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import RowMapping, Table, and_, delete, select, update

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.errors import NotFoundError
from forecastle.core.ports import Manifest, Page, Tables
from forecastle.core.records import Execution, JobKind
from forecastle.storage.repositories import rows
from forecastle.storage.repositories.paging import Kept, Paging
from forecastle.storage.repositories.products import Products
from forecastle.storage.repositories.rows import Layout
from forecastle.storage.tables import (
    CLASSES,
    DATASET_VERSION,
    EXECUTION,
    EXECUTION_FILES,
    FORECAST_METRIC,
    FORECAST_RESULT,
    FORECAST_TOTAL,
    LEADERBOARD,
    METRICS,
    PRODUCT,
    RANKED,
    ROWS_OF_EXECUTION,
    SERIES_CLASSIFICATION,
    STATISTICS,
)
from forecastle.storage.transaction import Transaction

RECORD = [EXECUTION.c[field.name] for field in fields(Execution)]
LISTS = ("targets", "steps", "findings")
ALL = "all"
"""The group of metrics that is about all series and windows."""

EMPTY = pl.Series(dtype=pl.String)


class SqlExecutions:
    """`core.ports.Executions` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def save(self, execution: Execution, tables: Tables) -> None:
        """Keep an execution with all of its rows, in bulk."""
        layout = Layout.of(tables)
        statement = EXECUTION.insert().values(**asdict(execution), layout=asdict(layout)).returning(EXECUTION.c.number)
        taken = f"Execution {execution.id!r} is kept already, or the dataset version it stands on is gone."
        number = (await self._transaction.write(statement, conflict=taken))[0]["number"]
        series = await self._series(execution.dataset_version_id, tables)
        filled: dict[Table, pl.DataFrame] = {}
        if len(tables.forecasts):
            filled[FORECAST_RESULT] = rows.of_forecasts(tables.forecasts, layout)
        if len(tables.totals):
            filled[FORECAST_TOTAL] = rows.of_totals(tables.totals, layout)
        if len(tables.classification):
            filled[SERIES_CLASSIFICATION] = rows.of_classification(tables.classification, layout)
        if len(tables.leaderboard):
            filled[LEADERBOARD] = rows.of_leaderboard(tables.leaderboard)
        if len(tables.metrics):
            filled[FORECAST_METRIC] = rows.of_metrics(tables.metrics, layout)
        for table, frame in filled.items():
            owned = frame.with_columns(pl.lit(number).alias("execution_number"))
            if SERIES_ID in owned.columns:
                owned = owned.join(series, on=SERIES_ID, how="left", maintain_order="left").drop(SERIES_ID)
            await self._transaction.fill(table, owned)

    async def attach(self, execution_id: str, files: Manifest) -> None:
        """Remember which files belong to an execution."""
        row = {"execution_id": execution_id, "manifest": dict(files)}
        await self._transaction.write(EXECUTION_FILES.insert().values(row))

    async def attached(self, execution_id: str) -> Manifest:
        """These files; none for an execution that has no others than its rows."""
        query = select(EXECUTION_FILES.c.manifest).where(EXECUTION_FILES.c.execution_id == execution_id)
        found = await self._transaction.read(query)
        return dict(found[0]["manifest"]) if found else {}

    async def conclude(self, execution_id: str, steps: Sequence[Mapping[str, Any]], *, duration_seconds: float) -> None:
        """Add all steps, and how long everything took."""
        known = {"steps": tuple(steps), "duration_seconds": duration_seconds}
        await self._transaction.write(update(EXECUTION).where(EXECUTION.c.id == execution_id).values(known))

    async def purge(self, kind: str, before: datetime) -> int:
        """Remove executions of a kind with all of their rows."""
        gone = (EXECUTION.c.kind == kind) & (EXECUTION.c.created_at < before)
        numbers = select(EXECUTION.c.number).where(gone)
        for table in ROWS_OF_EXECUTION:
            await self._transaction.write(delete(table).where(table.c.execution_number.in_(numbers)))
        return len(await self._transaction.write(delete(EXECUTION).where(gone).returning(EXECUTION.c.number)))

    async def find(self, execution_id: str) -> Execution | None:
        """The execution, if it is there."""
        found = await self._transaction.read(select(*RECORD).where(EXECUTION.c.id == execution_id))
        return _execution(found[0]) if found else None

    async def list(
        self, *, dataset_id: str | None = None, version_id: str | None = None, kind: str | None = None, limit: int = 100
    ) -> Sequence[Execution]:
        """The newest first."""
        query = select(*RECORD).order_by(EXECUTION.c.created_at.desc(), EXECUTION.c.number.desc()).limit(limit)
        if dataset_id is not None:
            query = query.join(DATASET_VERSION).where(DATASET_VERSION.c.dataset_id == dataset_id)
        if version_id is not None:
            query = query.where(EXECUTION.c.dataset_version_id == version_id)
        if kind is not None:
            query = query.where(EXECUTION.c.kind == kind)
        elif version_id is None:
            query = query.where(EXECUTION.c.kind != JobKind.TABULAR)
        return [_execution(row) for row in await self._transaction.read(query)]

    async def forecasts(self, execution_id: str, page: Page) -> pl.DataFrame:
        """One page, sorted by series, moment, target and model."""
        kept = await self._kept(execution_id)
        table = FORECAST_RESULT.c
        query = select(
            PRODUCT.c.series_id,
            table[kept.layout.moment(DS)].label(DS),
            *(table[name] for name in ("step", "target", "model", *kept.layout.forecast_columns)),
        ).join_from(FORECAST_RESULT, PRODUCT, FORECAST_RESULT.c.product_id == PRODUCT.c.id)
        return rows.forecasts_of(await self._transaction.frame(self._paging(kept, page).cut(query)), kept.layout)

    async def count_forecasts(self, execution_id: str, page: Page) -> int:
        """How many rows there are, over all pages."""
        kept = await self._kept(execution_id)
        return int((await self._transaction.read(self._paging(kept, page).count()))[0]["rows"])

    async def totals(
        self,
        execution_id: str,
        *,
        levels: Collection[str] = (),
        nodes: Collection[str] = (),
        targets: Collection[str] = (),
    ) -> pl.DataFrame:
        """By target, level and node, in the order of the run."""
        kept = await self._kept(execution_id)
        table = FORECAST_TOTAL.c
        columns = (table[name] for name in ("step", "target", *kept.layout.forecast_columns))
        query = select(table.level, table.node, table[kept.layout.moment(DS)].label(DS), *columns)
        for column, wanted in ((table.level, levels), (table.node, nodes), (table.target, targets)):
            if wanted:
                query = query.where(column.in_(wanted))
        query = query.where(kept.of(FORECAST_TOTAL)).order_by(table.position)
        return rows.forecasts_of(await self._transaction.frame(query), kept.layout)

    async def leaderboard(self, execution_id: str) -> pl.DataFrame:
        """The best first."""
        kept = await self._kept(execution_id)
        board, metric = LEADERBOARD.c, FORECAST_METRIC.c
        names = ("target", "model", "series", *RANKED), ("skill", "p_value", "seconds", "champion")
        before, after = ([board[name] for name in part] for part in names)
        same = (metric[name] == board[name] for name in ("execution_number", "target", "model"))
        query = select(*before, metric.coverage_50, *after)
        query = query.outerjoin_from(LEADERBOARD, FORECAST_METRIC, and_(*same, metric.by == ALL))
        return await self._transaction.frame(query.where(kept.of(LEADERBOARD)).order_by(board.position))

    async def metrics(self, execution_id: str, *, by: Collection[str] = ()) -> pl.DataFrame:
        """Long form, metric by metric."""
        kept = await self._kept(execution_id)
        table = FORECAST_METRIC.c
        query = select(*(table[name] for name in (*rows.METRIC_KEYS, *METRICS, "other_metrics")))
        query = query.where(kept.of(FORECAST_METRIC)).order_by(table.position)
        found = await self._transaction.frame(query.where(table.by.in_(by)) if by else query)
        return rows.long_metrics(found, kept.layout)

    async def classification(self, execution_id: str) -> pl.DataFrame:
        """In the order of the panel."""
        kept = await self._kept(execution_id)
        table = SERIES_CLASSIFICATION.c
        moments = (table[kept.layout.moment(name)].label(name) for name in ("first", "last"))
        others = (table[name] for name in (*STATISTICS, *CLASSES))
        query = select(PRODUCT.c.series_id, table.target, table.n_obs, *moments, *others)
        query = query.join_from(SERIES_CLASSIFICATION, PRODUCT, table.product_id == PRODUCT.c.id)
        query = query.where(kept.of(SERIES_CLASSIFICATION)).order_by(table.position)
        return kept.layout.restored(await self._transaction.frame(query))

    async def _kept(self, execution_id: str) -> Kept:
        query = select(EXECUTION.c.number, EXECUTION.c.layout, DATASET_VERSION.c.dataset_id).join(DATASET_VERSION)
        found = await self._transaction.read(query.where(EXECUTION.c.id == execution_id))
        if not found:
            raise NotFoundError(f"There is no execution {execution_id!r}.")
        row = found[0]
        return Kept(number=row["number"], dataset_id=row["dataset_id"], layout=Layout.read(row["layout"]))

    async def _series(self, version_id: str, tables: Tables) -> pl.DataFrame:
        """`series_id` and `product_id` of all series in the tables."""
        names = [table.get_column(SERIES_ID, default=EMPTY) for table in (tables.forecasts, tables.classification)]
        owner = select(DATASET_VERSION.c.dataset_id).where(DATASET_VERSION.c.id == version_id)
        dataset_id = (await self._transaction.read(owner))[0]["dataset_id"]
        return await Products(self._transaction, dataset_id).numbers(pl.concat(names))

    def _paging(self, kept: Kept, page: Page) -> Paging:
        return Paging(kept=kept, page=page, among=self._transaction.among)


def _execution(row: RowMapping) -> Execution:
    return Execution(**{**row, **{name: tuple(row[name]) for name in LISTS}})
