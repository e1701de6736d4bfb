"""Totals over the levels of a hierarchy: forecast by themselves, then reconciled with the series they consist of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.columns import DS, MEAN, SERIES_ID, STEP, Y
from forecastle.core.errors import RolesError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.trial import Trial
from forecastle.models.catalog import AUTO
from forecastle.models.combination import Said
from forecastle.models.intervals import calibrate
from forecastle.models.reconciliation.hierarchy import Hierarchy
from forecastle.models.reconciliation.projection import Reconciler, learn
from forecastle.models.reconciliation.samples import Coherent, coherent, ordering
from forecastle.pipeline.work import TargetWork, Work

LEVEL, NODE = "level", "node"

WHOLE = 0.9
"""A total of a period is known when at least so many of the series that were on sale then were observed."""

NORMAL = 2.563
"""Standard deviations between P10 and P90 of a normal distribution."""

Run = Callable[[Panel], TargetWork]
"""Forecasts a panel of totals like any other, with a backtest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was said of N series and M totals, and how it went.

    series, totals: N and M × H × (mean and quantiles). y: M × H. errors: H × (M + N), of the means; NaN: not known.
    """

    series: Said
    totals: Said
    y: Floats
    errors: Floats

    @classmethod
    def of(cls, series: Trial, totals: Trial, rows: Integers) -> "Window":
        """One cutoff; a series that was too short for it counts as nothing."""
        parts, whole = series.forecasts[AUTO][rows], totals.forecasts[AUTO]
        happened = np.concatenate([totals.y, series.y[rows]])
        errors = happened - np.concatenate([whole[:, :, 0], parts[:, :, 0]])
        return cls(series=np.nan_to_num(parts), totals=whole, y=totals.y, errors=errors.T)

    def spread(self, quantiles: Quantiles) -> Floats:
        """The widths of all 80 % ranges, H × (M + N)."""
        low, high = (1 + quantiles.levels.index(level) for level in (0.1, 0.9))
        said = np.concatenate([self.totals, self.series])
        return np.asarray((said[:, :, high] - said[:, :, low]).T, dtype=np.float64)


def reconcile_target(work: Work, target: TargetWork, run: Run) -> None:
    """Forecast the totals of one target, and make them and the final forecasts of the series agree.

    Series that ended before the others have no part in totals, because they are forecast for other periods.

    Raises:
        RolesError: a column of the hierarchy is neither a key nor one with one value a series.
    """
    assert target.final is not None  # noqa: S101 - forecasts have been put together
    grid = target.panel.grid()
    rows = np.flatnonzero(grid.last == grid.last.max())
    hierarchy = hierarchy_of(target, grid.ids.gather(rows), work.request.hierarchy)
    nodes = run(panel_of(target.panel, hierarchy, grid.ids.gather(rows)))
    assert nodes.final is not None  # noqa: S101 - as above
    windows = windows_of(target, nodes, rows)
    agreed = [_agree(window, windows[n + 1 :], hierarchy, work).totals for n, window in enumerate(windows)]
    series, happened = target.final[rows], np.full(nodes.final.shape[:2], np.nan)
    now = _agree(Window(series=series, totals=nodes.final, y=happened, errors=happened), windows, hierarchy, work)
    totals = now.totals
    if windows:
        evidence = [(window.y, said) for window, said in zip(windows, agreed, strict=True)]
        totals = np.asarray(calibrate(evidence, hierarchy.level, work.quantiles).apply(totals, hierarchy.level))
        target.scores = _scores(evidence, hierarchy, work.quantiles)
    target.final = target.final.copy()
    target.final[rows] = now.series
    target.totals = _table(totals, hierarchy, nodes.future(work.horizon), work.quantiles)
    _note_ended(work, target, rows)


def hierarchy_of(target: TargetWork, ids: pl.Series, columns: Sequence[str]) -> Hierarchy:
    """The levels that these columns make over these series.

    Raises:
        RolesError: a column is neither a key nor one with one value a series.
    """
    keys = target.keys
    if target.panel.static is not None:
        keys = keys.join(target.panel.static, on=SERIES_ID, how="left", maintain_order="left")
    known = [name for name in keys.columns if name != SERIES_ID]
    for name in columns:
        if name not in known:
            raise RolesError(
                f"No hierarchy can be made of {name!r}: it is neither a key column nor one with one value a series.",
                hint=f"Choose from: {', '.join(known) or 'nothing, for these data have no such column'}.",
            )
    return Hierarchy.of(ids.to_frame(SERIES_ID).join(keys, on=SERIES_ID, how="left", maintain_order="left"), columns)


def panel_of(panel: Panel, hierarchy: Hierarchy, ids: pl.Series) -> Panel:
    """The totals as a panel of their own, in the order of the nodes.

    A total is the sum of what was observed; not known where too much of it was not (`WHOLE`).
    """
    rows = panel.frame.select(SERIES_ID, DS, Y)
    frames = []
    for level in hierarchy.parents:
        named = pl.DataFrame({SERIES_ID: ids, NODE: level})
        known = pl.col(Y).count() >= WHOLE * pl.len()
        summed = pl.when(known & (pl.col(Y).count() > 0)).then(pl.col(Y).sum())
        members = rows.join(named, on=SERIES_ID, maintain_order="left")
        frames.append(members.group_by(NODE, DS, maintain_order=True).agg(summed.alias(Y)))
    digits = len(str(len(hierarchy.nodes)))
    name = pl.col(NODE).cast(pl.String).str.zfill(digits).alias(SERIES_ID)
    frame = pl.concat(frames).select(name, DS, Y).sort(SERIES_ID, DS)
    return Panel(frame=frame, freq=panel.freq, target=panel.target, seasons=panel.seasons)


def windows_of(target: TargetWork, nodes: TargetWork, rows: Integers) -> list[Window]:
    """The cutoffs that series and totals both have, the latest first."""
    if target.tests is None or nodes.tests is None:
        return []
    pairs = zip(target.tests.trials, nodes.tests.trials, strict=False)
    return [Window.of(series, totals, rows) for series, totals in pairs]


def _agree(window: Window, older: Sequence[Window], hierarchy: Hierarchy, work: Work) -> Coherent:
    """Reconcile one cutoff by the errors of older ones."""
    spread, full = window.spread(work.quantiles), work.settings.forecast.reconciliation == "mint"
    errors = np.concatenate([np.empty((0, spread.shape[1])), *(past.errors for past in older)])
    widths = np.concatenate([np.empty((0, spread.shape[1])), *(past.spread(work.quantiles) for past in older)])
    order = ordering(errors, widths, np.random.default_rng(work.compute.seed))
    learned = learn(errors, np.square(spread / NORMAL).mean(axis=0), full=full)
    reconciler = Reconciler(hierarchy=hierarchy, errors=learned)
    return coherent(window.series, window.totals, reconciler, order, work.quantiles)


def _scores(evidence: Sequence[tuple[Floats, Floats]], hierarchy: Hierarchy, quantiles: Quantiles) -> pl.DataFrame:
    """`group`, `metric`, `value`: how the totals of each level did on past windows, before they were calibrated."""
    y = np.concatenate([happened for happened, _ in evidence], axis=1)
    said = np.concatenate([forecast for _, forecast in evidence], axis=1)
    low, high = (said[:, :, 1 + quantiles.levels.index(level)] for level in (0.1, 0.9))
    rows = []
    for number, level in enumerate(hierarchy.levels):
        chosen = (hierarchy.level == number)[:, None] & np.isfinite(y)
        if chosen.any():
            happened, miss = y[chosen], np.abs(said[:, :, 0] - y)[chosen]
            total = np.abs(happened).sum()
            rows.append((level, "wape", float(miss.sum() / total) if total > 0 else None))
            rows.append((level, "coverage_80", float(((low[chosen] <= happened) & (happened <= high[chosen])).mean())))
    schema = {"group": pl.String, "metric": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _table(totals: Floats, hierarchy: Hierarchy, future: pl.DataFrame, quantiles: Quantiles) -> pl.DataFrame:
    """`level`, `node`, `ds`, `step`, `mean` and the quantiles, node by node."""
    number = np.repeat(np.arange(len(hierarchy.nodes)), totals.shape[1])
    names = {
        LEVEL: pl.Series(hierarchy.levels).gather(hierarchy.level[number]),
        NODE: pl.Series(hierarchy.nodes).gather(number),
    }
    values = {name: totals[:, :, place].ravel() for place, name in enumerate((MEAN, *quantiles.columns))}
    return pl.DataFrame(names).hstack(future.select(DS, STEP)).with_columns(**values)


def _note_ended(work: Work, target: TargetWork, rows: Integers) -> None:
    ids = target.panel.grid().ids
    ended = ids.gather(np.setdiff1d(np.arange(len(ids)), rows))
    if len(ended):
        finding = Finding(
            code="not_in_totals",
            severity=Severity.INFO,
            message=f"{target.name}: {len(ended)} series end before the others.",
            action="forecast by themselves, and not part of any total",
            count=len(ended),
            series=tuple(ended),
        )
        work.findings += Findings((finding,))
