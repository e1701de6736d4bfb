"""What reconciliation does to totals and series: Australian retail by state and industry, or M5 by store and item.

python -m benchmarks.accuracy.hierarchy                  # aus_retail, cut 4 times
python -m benchmarks.accuracy.hierarchy --cuts 1 m5      # 1,000 items of M5, weekly

base: each total forecast by itself, without regard to its parts. bottom-up: sums of the series, moved by nothing.
variance: MinT with the variances of errors. MinT: with shrunk covariances, which is what a run does where there are
few enough series. MASE and SQL (of P10–P90) are means over the nodes of a level and the cuts; *held* is the share of
answers inside the 80 % range.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
from benchmarks.tasks import DATA, Task, aus_retail, cut, m5_weekly

import forecastle as fc
from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.panel import Floats
from forecastle.data.dataset import Dataset, Roles
from forecastle.evaluation.scale import naive_errors
from forecastle.models.combination import pinball
from forecastle.models.intervals import calibrate
from forecastle.models.reconciliation import projection
from forecastle.models.reconciliation.hierarchy import Hierarchy
from forecastle.models.reconciliation.projection import Errors
from forecastle.models.reconciliation.samples import Coherent, coherent, ordering
from forecastle.pipeline import steps, totals
from forecastle.pipeline.request import Request
from forecastle.pipeline.work import TargetWork, Work

WAYS = ("bottom-up", "variance", "MinT")


def australian(task: Task) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The columns of each series, and the hierarchy that they make."""
    frame = pl.read_parquet(DATA / "aus_retail/aus_retail.parquet")
    keys = frame.select(pl.col("unique_id").cast(pl.String).alias(SERIES_ID), "state", "industry").unique(SERIES_ID)
    return task.known.frame.join(keys, on=SERIES_ID), ("state", "industry")


def american(task: Task) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Stores and departments of M5, by the parts of the names of its series."""
    part = pl.col(SERIES_ID).str.split("_")
    store = pl.concat_str([part.list.get(3), part.list.get(4)], separator="_")
    dept = pl.concat_str([part.list.get(0), part.list.get(1)], separator="_")
    return task.known.frame.with_columns(store=store, dept=dept), ("store", "dept")


def run(task: Task, frame: pl.DataFrame, columns: tuple[str, ...]) -> tuple[Work, TargetWork]:
    """The work of a run up to the final forecasts, before anything is reconciled."""
    roles = Roles(time=DS, keys=(SERIES_ID,), targets=(Y,), static=columns)
    dataset = Dataset(frame=frame.select(SERIES_ID, DS, Y, *columns), roles=roles, source=task.name)
    request = Request(horizon=task.horizon, freq=str(task.known.freq), seasons=task.known.season_lengths, targets=(Y,))
    work = Work(dataset=dataset, request=request, settings=fc.Settings(clean={"missing_limit": 1.0}))
    for step in (steps.load, steps.segment, steps.smoothing, steps.intermittent, steps.compare):
        try:
            step(work, lambda _share, _message: None)
        except steps.Skipped:
            continue
    work.targets[0].conclude()
    return work, work.targets[0]


def ways(work: Work, target: TargetWork, columns: tuple[str, ...]) -> Iterator[tuple[str, Hierarchy, Floats, Floats]]:
    """By way: the hierarchy, its totals and its series."""
    grid = target.panel.grid()
    rows = np.flatnonzero(grid.last == grid.last.max())
    hierarchy = totals.hierarchy_of(target, grid.ids.gather(rows), columns)
    panel = totals.panel_of(target.panel, hierarchy, grid.ids.gather(rows))
    nodes = steps.totals_forecast(work, panel, lambda _share, _message: None)
    windows = totals.windows_of(target, nodes, rows)
    unknown = np.full((work.horizon, 1), np.nan)
    now = totals.Window(series=target.final[rows], totals=nodes.final, y=unknown.T, errors=unknown)
    yield "base", hierarchy, nodes.final, target.final[rows]
    for way in WAYS:
        evidence = [(w.y, agree(way, w, windows[n + 1 :], hierarchy, work).totals) for n, w in enumerate(windows)]
        found = agree(way, now, windows, hierarchy, work)
        learned = calibrate(evidence, hierarchy.level, work.quantiles)
        yield way, hierarchy, learned.apply(found.totals, hierarchy.level), found.series


def agree(way: str, window: totals.Window, older: list, hierarchy: Hierarchy, work: Work) -> Coherent:
    """Reconcile one cutoff in one way."""
    spread = window.spread(work.quantiles)
    errors = np.concatenate([np.empty((0, spread.shape[1])), *(past.errors for past in older)])
    widths = np.concatenate([np.empty((0, spread.shape[1])), *(past.spread(work.quantiles) for past in older)])
    learned = projection.learn(errors, np.square(spread / totals.NORMAL).mean(axis=0))
    if way != "MinT":
        learned = replace(learned, together=None)
    if way == "bottom-up":
        trust = np.arange(spread.shape[1]) < len(window.totals)
        learned = Errors(variances=np.where(trust, 1e12, 1e-6))
    order = ordering(errors, widths, np.random.default_rng(1))
    reconciler = projection.Reconciler(hierarchy=hierarchy, errors=learned)
    return coherent(window.series, window.totals, reconciler, order, work.quantiles)


def measures(y: Floats, said: Floats, scale: Floats, work: Work) -> tuple[float, float, float]:
    """MASE, SQL and the share held of some nodes or series."""
    levels = work.quantiles.levels
    low, high = (said[:, :, 1 + levels.index(level)] for level in (0.1, 0.9))
    known = np.isfinite(y) & np.isfinite(scale)[:, None]
    miss = np.abs(said[:, :, 0] - y) / scale[:, None]
    loss = 2 * pinball(y, said, work.quantiles) / scale[:, None]
    return float(miss[known].mean()), float(loss[known].mean()), float(((low <= y) & (y <= high))[known].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", choices=("aus_retail", "m5"), default="aus_retail")
    parser.add_argument("--cuts", type=int, default=4)
    asked = parser.parse_args()
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    task, label = (aus_retail(), australian) if asked.data == "aus_retail" else (m5_weekly(1000), american)
    for _ in range(asked.cuts):
        frame, columns = label(task)
        work, target = run(task, frame, columns)
        grid = target.panel.grid()
        rows = np.flatnonzero(grid.last == grid.last.max())
        answers = grid.future(task.horizon).join(
            task.answers, on=[SERIES_ID, "step"], how="left", maintain_order="left"
        )
        y = answers[Y].fill_null(np.nan).to_numpy().reshape(-1, task.horizon)[rows]
        scale = naive_errors(grid.values[rows], task.season)[0]
        for way, hierarchy, of_totals, of_series in ways(work, target, columns):
            whole = totals.panel_of(target.panel, hierarchy, grid.ids.gather(rows)).grid()
            scales, sums = naive_errors(whole.values, task.season)[0], hierarchy.totals(y)
            for number, level in enumerate(hierarchy.levels):
                chosen = hierarchy.level == number
                result = measures(sums[chosen], of_totals[chosen], scales[chosen], work)
                found.setdefault((level, way), []).append(result)
            found.setdefault(("series", way), []).append(measures(y, of_series, scale, work))
        task = cut(task.name, task.known, task.horizon)
    print(f"{'level':12}{'way':12}{'MASE':>8}{'SQL':>8}{'held':>8}")
    for (level, way), results in sorted(found.items(), key=lambda item: item[0][0]):
        print(f"{level:12}{way:12}" + "".join(f"{value:8.3f}" for value in np.mean(results, axis=0)))


if __name__ == "__main__":
    main()
