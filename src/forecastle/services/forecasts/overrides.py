"""Changes that planners make to forecasts: kept beside what the models said, never in its place."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import polars as pl

from forecastle.core.columns import DS, MEAN, SERIES_ID, TARGET
from forecastle.core.errors import NotFoundError
from forecastle.core.ports import Begin, Page, UnitOfWork
from forecastle.core.records import AuditEvent, Override
from forecastle.services.clock import Clock, utc_now
from forecastle.services.requests import NewOverride

log = logging.getLogger(__name__)

OVERRIDDEN = "override"
FINAL = "final"


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """One change a period, series and target; it stands for every execution of its dataset."""

    begin: Begin
    now: Clock = field(default=utc_now)

    async def set(self, asked: NewOverride, *, by: str) -> Override:
        """Keep a change in place of an older one of the same period.

        Raises:
            NotFoundError: there is no such execution, or it has no such forecast.
        """
        async with self.begin() as work:
            execution = await work.executions.find(asked.execution_id)
            if execution is None:
                raise NotFoundError(f"There is no execution {asked.execution_id!r}.", hint="GET /forecasts lists them.")
            mean = await _mean(work, asked)
            owner = await work.datasets.owner(execution.dataset_version_id)
            override = Override(
                id=str(uuid4()),
                dataset_id=owner.id,
                series_id=asked.series_id,
                target=asked.target,
                ds=asked.ds,
                value=asked.value,
                reason=asked.reason,
                by=by,
                at=self.now(),
            )
            await work.overrides.put(override)
            await work.audit.add(_event("override.set", override, by=by, at=self.now(), mean=mean))
            await work.commit()
        log.info("override set", extra={"series": override.series_id, "by": by})
        return override

    async def list(self, dataset: str) -> Sequence[Override]:
        """All of a dataset, by series, target and period.

        Raises:
            NotFoundError: there is no such dataset.
        """
        async with self.begin() as work:
            return await work.overrides.list((await work.datasets.find(dataset)).id)

    async def remove(self, override_id: str, *, by: str) -> Override:
        """Let the forecasts stand as the models made them.

        Raises:
            NotFoundError: there is none of that id.
        """
        async with self.begin() as work:
            override = await work.overrides.find(override_id)
            await work.overrides.remove(override_id)
            await work.audit.add(_event("override.remove", override, by=by, at=self.now()))
            await work.commit()
        return override


def overridden(rows: pl.DataFrame, overrides: Sequence[Override]) -> pl.DataFrame:
    """Forecasts with `override`, the planner's value or null, and `final`, that value or else the mean."""
    numbered = rows.schema[DS].is_integer()
    known = [
        (change.series_id, change.target, change.ds, change.value)
        for change in overrides
        if isinstance(change.ds, int) == numbered
    ]
    kinds = {SERIES_ID: pl.String(), TARGET: pl.String(), DS: pl.Int64() if numbered else pl.Datetime("us")}
    changes = pl.DataFrame(known, kinds | {OVERRIDDEN: pl.Float64()}, orient="row").cast({DS: rows.schema[DS]})
    joined = rows.join(changes, on=[*kinds], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(OVERRIDDEN, MEAN).alias(FINAL))


async def _mean(work: UnitOfWork, asked: NewOverride) -> float | None:
    """What the model said."""
    page = Page(series=(asked.series_id,), targets=(asked.target,), limit=None)
    rows = await work.executions.forecasts(asked.execution_id, page)
    found = rows.filter(_at(rows, asked.ds))
    if found.is_empty():
        periods = ", ".join(map(str, rows[DS].unique().sort().to_list()))
        raise NotFoundError(
            f"This execution does not forecast {asked.target!r} of {asked.series_id!r} at {asked.ds}.",
            hint=f"Periods: {periods}." if periods else "GET /forecasts/{execution_id} lists its series and targets.",
        )
    mean: float | None = found[MEAN][0]
    return mean


def _at(rows: pl.DataFrame, ds: datetime | int) -> pl.Expr:
    """Whether a row is of that period; a number is never a date."""
    if rows.schema[DS].is_integer() != isinstance(ds, int):
        return pl.lit(value=False)
    return pl.col(DS) == ds if isinstance(ds, int) else pl.col(DS).cast(pl.Datetime("us")) == ds


def _event(action: str, override: Override, *, by: str, at: datetime, **details: object) -> AuditEvent:
    return AuditEvent(
        at=at,
        by=by,
        action=action,
        subject=override.series_id,
        details={
            "id": override.id,
            "target": override.target,
            "ds": override.ds if isinstance(override.ds, int) else override.ds.isoformat(),
            "value": override.value,
            "reason": override.reason,
            **details,
        },
    )
