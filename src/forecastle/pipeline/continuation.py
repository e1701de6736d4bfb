"""A kept model on newer data: what it has not seen is taken in, and nothing it knows is fitted again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.findings import Finding, Severity
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.core.progress import Progress
from forecastle.evaluation.assignment import Assignment, find_places, places
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.models.intervals import Calibration
from forecastle.pipeline.coldstart import with_analogues
from forecastle.pipeline.contest import Rules, Verdict
from forecastle.pipeline.trained import TrainedModel, reaching

NEWCOMER = "ets"
"""What forecasts a series that no kept model knows; fitted to that series alone, it needs no evidence."""

NEW = "new since the models were trained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """One target of newer data, and the model that goes on with it.

    panel: the whole history, whose N series all arrays are about. newer: its periods after the last one that the model
    has seen, of the series that it knows: those it has seen enough of. known: the rows of these series.
    origins: where they stand in the model. last: N, the step number that forecasts begin after.
    """

    model: TrainedModel
    panel: Panel
    newer: Panel
    known: Integers
    origins: Integers
    last: Integers

    @classmethod
    def of(cls, model: TrainedModel, panel: Panel) -> Self:
        """Find what the model knows of the data.

        Raises:
            InputError: the frequency is not the model's.
        """
        model.check_frequency(panel.freq)
        grid = panel.grid()
        observed = model.history.drop_nulls(Y)[SERIES_ID].unique()
        cold = model.ids.gather(model.rules.analogues.rows)
        known = np.flatnonzero((grid.ids.is_in(observed.implode()) & ~grid.ids.is_in(cold.implode())).to_numpy())
        origins = places(grid.ids.gather(known), model.ids)
        last = grid.last.copy()
        last[known] = np.maximum(last[known], model.last[origins])
        return cls(
            model=model,
            panel=panel,
            newer=panel.with_frame(_split(model, panel).filter(~pl.col("seen")).select(panel.frame.columns)),
            known=known,
            origins=origins,
            last=last,
        )

    @property
    def unknown(self) -> pl.Series:
        """The series of the panel that the model knows nothing of."""
        ids = self.panel.grid().ids
        return ids.gather(np.setdiff1d(np.arange(len(ids)), self.known))

    @property
    def names(self) -> tuple[str, ...]:
        """The models that forecast: the kept one's members, and one for series that are new."""
        members = (member.name for member in self.model.members)
        return tuple(dict.fromkeys([*members, *([NEWCOMER] if len(self.unknown) else [])]))

    def appended(self) -> TrainedModel:
        """The model with what is newer taken in."""
        return self.model.append(self.newer)

    def forecast(
        self, name: str, horizon: int, compute: Compute, progress: Progress, *, future: pl.DataFrame | None = None
    ) -> Floats:
        """N × horizon × (mean and quantiles) of one of `names`; NaN for the series it is not for.

        future: the known covariates of periods after the history.
        """
        quantiles = self.model.rules.quantiles
        said = np.full((len(self.last), horizon, 1 + len(quantiles)), np.nan)
        for member in self.model.members:
            if member.name == name:
                said[self.known] = member.append(self.newer).forecast(horizon, quantiles, future=future)[self.origins]
        if name == NEWCOMER and len(self.unknown):
            task = Assignment.of(self.panel, self.panel.grid().ids, only=self.unknown)
            assert task is not None  # noqa: S101 - the panel has these series
            fresh = task.forecast(find(NEWCOMER).forecaster(compute), horizon, quantiles, progress)
            said = np.where(np.isnan(said), fresh, said)
        progress(1.0, "forecast")
        return said

    def judgement(self, horizon: int, attributes: pl.DataFrame) -> tuple[Rules, Verdict]:
        """How the model puts its members together, over the panel's series; those that are new are a group apart.

        attributes: what series have in common, a row each. New ones with too few values are forecast like others.
        """
        rules, verdict = self.model.rules, self.model.verdict
        groups = np.full(len(self.last), len(rules.routed))
        groups[self.known] = rules.groups[self.origins]

        def spread(weights: Floats) -> Floats:
            found = np.full((len(weights), len(self.last)), np.nan)
            found[:, self.known] = weights[:, self.origins]
            return found

        warm = np.zeros(len(self.last), dtype=np.bool_)
        warm[self.known] = True
        own = replace(rules, groups=groups, routed=(*rules.routed, NEWCOMER), because=(*rules.because, NEW))
        own = with_analogues(own, self.panel, attributes, warm)
        cold = range(len(rules.routed) + 1, len(own.routed))
        reasons = (f"{NEWCOMER}: {NEW}, so there is nothing yet to compare on", *(own.because[n] for n in cold))
        return own, replace(
            verdict,
            shares={ensemble: spread(weights) for ensemble, weights in verdict.shares.items()},
            means=None if verdict.means is None else spread(verdict.means),
            champions=(*verdict.champions, NEWCOMER, *(own.routed[number] for number in cold)),
            reasons=(*verdict.reasons, *reasons),
            calibration=_with_room(reaching(verdict.calibration, horizon), len(own.routed)),
        )

    def findings(self) -> Iterator[Finding]:
        """What a planner must know about the data and the model not being of the same day."""
        yield from self._rewritten()
        if len(new := self.unknown):
            yield Finding(
                code="new_series",
                severity=Severity.INFO,
                message=f"{len(new)} series are new to {self.model.name}.",
                action=f"forecast by {NEWCOMER}, fitted to their own history; train again to compare models on them",
                count=len(new),
                series=tuple(new),
            )
        absent = self.model.ids.filter(find_places(self.model.ids, self.panel.grid().ids).is_null())
        if len(absent):
            yield Finding(
                code="absent_series",
                severity=Severity.INFO,
                message=f"{len(absent)} series that {self.model.name} knows are not in these data.",
                action="not forecast",
                count=len(absent),
                series=tuple(absent),
            )

    def _rewritten(self) -> Iterator[Finding]:
        seen = _split(self.model, self.panel).filter(pl.col("seen")).select(SERIES_ID, DS, Y)
        before = self.model.history.select(SERIES_ID, pl.col(DS).cast(seen.schema[DS]), pl.col(Y).alias("before"))
        begins = before.group_by(SERIES_ID).agg(pl.col(DS).min().alias("begins"))
        changed = (
            seen.join(begins, on=SERIES_ID, maintain_order="left")
            .filter(pl.col(DS) >= pl.col("begins"))
            .join(before, on=[SERIES_ID, DS], how="left", maintain_order="left")
            .filter(pl.col(Y).ne_missing(pl.col("before")))
            .select(SERIES_ID, DS, Y, "before")
        )
        if not changed.is_empty():
            series = tuple(changed[SERIES_ID].unique(maintain_order=True))
            yield Finding(
                code="rewritten",
                severity=Severity.WARNING,
                message=f"{len(changed)} values of {len(series)} series are not what {self.model.name} has seen.",
                action="forecasts go on from what it has seen; train again to learn from the corrections",
                count=len(changed),
                series=series,
                rows=tuple(f"{name}, {ds}: {old} is now {y}" for name, ds, y, old in changed.head(10).iter_rows()),
            )


def _split(model: TrainedModel, panel: Panel) -> pl.DataFrame:
    """The rows of series that the model knows, and whether their period lies within what it has `seen`."""
    ends = pl.DataFrame({SERIES_ID: model.ids, "end": model.last})
    rows = panel.frame.join(ends, on=SERIES_ID, how="inner", maintain_order="left")
    return rows.with_columns((panel.freq.steps(pl.col(DS)) <= pl.col("end")).alias("seen"))


def _with_room(calibration: Calibration | None, groups: int) -> Calibration | None:
    """For so many groups; nothing was learned about those that are added."""
    if calibration is None:
        return None
    more = groups - len(calibration.shifts)
    return replace(
        calibration,
        shifts=np.pad(calibration.shifts, ((0, more), (0, 0))),
        factors=np.pad(calibration.factors, ((0, more), (0, 0), (0, 0), (0, 0)), constant_values=1.0),
    )
