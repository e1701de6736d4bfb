"""M4 hourly by the competition's own measure, beside its published results.

python -m benchmarks.accuracy.competition

OWA is the mean of sMAPE and MASE, each divided by that of the competition's Naive2 (Makridakis, Spiliotis &
Assimakopoulos 2020).
"""

import polars as pl
from benchmarks.accuracy.__main__ import ours
from benchmarks.accuracy.combination import score
from benchmarks.tasks import DATA, TASKS, Task

from forecastle.core.columns import MEAN, SERIES_ID, STEP, Y
from forecastle.evaluation import metrics

PUBLISHED = DATA / "published_results/m4_point_forecast_results.csv.gz"


def smape(task: Task, forecasts: pl.DataFrame, column: str) -> float:
    """The competition's symmetric error, in percent: the mean over series."""
    beside = task.answers.join(forecasts, on=[SERIES_ID, STEP])
    found = beside.group_by(SERIES_ID).agg(smape=metrics.smape(pl.col(Y), pl.col(column)))
    return 100 * float(found.select(pl.col("smape").mean()).item())


def main() -> None:
    published = pl.read_csv(PUBLISHED).filter(pl.col("frequency") == "Hourly").pivot("metric", values="value")
    naive = published.row(by_predicate=pl.col("method_id") == "Naive2", named=True)
    task = TASKS["m4_hourly"]()
    forecasts, cost = ours(task)
    errors = score(task, forecasts)
    for column, key in ((MEAN, "mase"), ("p50", "mase_p50")):
        percent = smape(task, forecasts, column)
        owa = (percent / naive["sMAPE"] + errors[key] / naive["MASE"]) / 2
        print(f"{column:5} sMAPE {percent:.3f}, MASE {errors[key]:.3f}, OWA {owa:.3f}, {cost['seconds']:.0f} s")
    print(published.sort("OWA").select("method_id", "lead_author", "sMAPE", "MASE", "OWA").head(5))


if __name__ == "__main__":
    main()
