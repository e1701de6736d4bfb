"""New series forecast like others of their kind, beside a model fitted to their few values.

python -m benchmarks.accuracy.cold_start            # M5 weekly (department, store) and aus_retail (state, industry)

Every fifth series of a panel is left with its last 0 to 3 observations. *before* is exponential smoothing, which
forecasts a series without any value as the median of all others; *analogues* is what a run does now. The scale of MASE
and SQL is that of the whole history; *held* is the share of answers inside the 80 % range.
"""

import numpy as np
import polars as pl
from benchmarks.accuracy.hierarchy import american, australian
from benchmarks.tasks import aus_retail, m5_weekly

from forecastle.core.columns import SERIES_ID, Y
from forecastle.core.panel import Floats
from forecastle.core.quantiles import DEFAULT
from forecastle.evaluation.assignment import Assignment
from forecastle.evaluation.scale import naive_errors
from forecastle.models.analogues import find_analogues
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.models.combination import pinball

EVERY = 5


def measures(y: Floats, said: Floats, scale: Floats) -> str:
    """MASE, SQL and the share held."""
    known = np.isfinite(y) & np.isfinite(scale)[:, None]
    miss = np.abs(said[:, :, 0] - y) / scale[:, None]
    loss = 2 * pinball(y, said, DEFAULT) / scale[:, None]
    held = (said[:, :, 1] <= y) & (y <= said[:, :, 5])
    return f"{miss[known].mean():8.3f}{loss[known].mean():8.3f}{held[known].mean():8.3f}"


def main() -> None:
    print(f"{'panel':14}{'values':>7} {'':10}{'MASE':>8}{'SQL':>8}{'held':>8}")
    for name, task, label in (("m5 weekly", m5_weekly(2000), american), ("aus_retail", aus_retail(), australian)):
        frame, columns = label(task)
        whole = task.known.grid()
        keys = frame.select(SERIES_ID, *columns).unique(SERIES_ID, maintain_order=True)
        attributes = whole.ids.to_frame(SERIES_ID).join(keys, on=SERIES_ID, how="left", maintain_order="left")
        cold = np.arange(len(whole.ids)) % EVERY == 0
        scale = naive_errors(whole.values, task.season)[0][cold]
        asked_for = whole.future(task.horizon)
        answers = asked_for.join(task.answers, on=[SERIES_ID, "step"], how="left", maintain_order="left")
        y = answers[Y].fill_null(np.nan).to_numpy().reshape(-1, task.horizon)[cold]
        for count in range(4):
            values = whole.values.copy()
            values[cold, : values.shape[1] - count] = np.nan
            hidden = pl.DataFrame({SERIES_ID: whole.ids.filter(pl.Series(cold))})
            recent = task.known.take_last(max(count, 1)).join(hidden, on=SERIES_ID, how="semi")
            shown = pl.col(Y) if count else pl.lit(None, pl.Float64).alias(Y)
            rest = task.known.frame.join(hidden, on=SERIES_ID, how="anti")
            rows = pl.concat([rest, recent.select(rest.columns).with_columns(shown)]).sort(SERIES_ID, "ds")
            panel = task.known.with_frame(rows)
            job = Assignment.of(panel, whole.ids)
            said = job.forecast(find("ets").forecaster(Compute(paths=200)), task.horizon, DEFAULT, lambda *_: None)
            found, labels = find_analogues(attributes.drop(SERIES_ID), values, ~cold)
            like = found.fill(said, DEFAULT)
            print(f"{name:14}{count:7} {'before':10}{measures(y, said[cold], scale)}")
            usual = max(set(labels), key=labels.count)
            print(f"{name:14}{count:7} {'analogues':10}{measures(y, like[cold], scale)}  by {usual}")


if __name__ == "__main__":
    main()
