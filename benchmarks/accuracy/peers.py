"""One peer on one task, in an environment of its own: PYTHON benchmarks/accuracy/peers.py PEER FOLDER [--limit 300].

The environment needs `autogluon.timeseries==1.6.3`, or `statsforecast`, `mlforecast`, `lightgbm` and `pandas<3`;
nothing of Forecastle. Reads what `exchange.hand_over` wrote into FOLDER. Writes PEER.parquet (series_id, step, mean,
p10 … p90) and PEER.json (seconds, seconds of processor, what was run).
"""

import argparse
import json
import os
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

os.environ |= {"HF_HUB_OFFLINE": "1", "AG_DISABLE_USAGE_REPORTING": "1", "NIXTLA_ID_AS_COL": "1"}

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
COLUMNS = [f"p{round(100 * level)}" for level in LEVELS]
WEIGHTS = ["Chronos", "Chronos2", "Toto", "Toto2"]
"""What AutoGluon would have to download."""


def autogluon(task: dict[str, Any], limit: int) -> tuple[pd.DataFrame, str]:
    """`best_quality`, with every model that needs no downloaded weights, within the limit."""
    from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

    known, past = task["covariates"]["known"], task["covariates"]["past"]
    columns = ["series_id", "ds", "y", *known, *past]
    data = TimeSeriesDataFrame.from_data_frame(
        numbers(task["known"][columns], [*known, *past]),
        id_column="series_id",
        timestamp_column="ds",
        static_features_df=task["static"],
    ).convert_frequency(task["freq"])
    for name in (*known, *past):
        data[name] = data[name].groupby(level=0).ffill().bfill()
    with TemporaryDirectory() as folder:
        predictor = TimeSeriesPredictor(
            prediction_length=task["horizon"],
            target="y",
            known_covariates_names=known or None,
            freq=task["freq"],
            eval_metric="SQL",
            eval_metric_seasonal_period=task["season"],
            quantile_levels=list(LEVELS),
            path=folder,
            verbosity=2,
        )
        predictor.fit(data, presets="best_quality", time_limit=limit, excluded_model_types=WEIGHTS, random_seed=1)
        said = predictor.predict(data, known_covariates=plan(task, data, predictor) if known else None)
        trained = predictor.model_names()
    said = said.reset_index().rename(columns={"item_id": "series_id", "timestamp": "ds"})
    return said.rename(columns=dict(zip(map(str, LEVELS), COLUMNS, strict=True))), ", ".join(trained)


def plan(task: dict[str, Any], data: "TimeSeriesDataFrame", predictor: "TimeSeriesPredictor") -> "TimeSeriesDataFrame":
    """The known covariates of the horizon; the last value goes on where the plan has none."""
    from autogluon.timeseries import TimeSeriesDataFrame

    known = task["covariates"]["known"]
    ahead = predictor.make_future_data_frame(data)
    future = numbers(task["future"], known).rename(columns={"series_id": "item_id", "ds": "timestamp"})
    future["timestamp"] = pd.to_datetime(future["timestamp"])
    merged = ahead.merge(future[["item_id", "timestamp", *known]], on=["item_id", "timestamp"], how="left")
    last = data.groupby(level=0)[known].last()
    for name in known:
        merged[name] = merged.groupby("item_id")[name].ffill().fillna(merged["item_id"].map(last[name]))
    return TimeSeriesDataFrame.from_data_frame(merged)


def numbers(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The same with these columns as numbers."""
    frame = frame.copy()
    frame["ds"] = pd.to_datetime(frame["ds"])
    for name in names:
        if frame[name].dtype == object:
            frame[name] = frame[name].astype("category").cat.codes
        frame[name] = frame[name].astype("float64")
    return frame


def statsforecast(task: dict[str, Any], _limit: int) -> tuple[pd.DataFrame, str]:
    """AutoETS, optimised Theta, and the median of both and AutoCES, each with its own intervals."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta, SeasonalNaive

    season = task["season"]
    frame = task["known"][["series_id", "ds", "y"]].rename(columns={"series_id": "unique_id"})
    frame["ds"] = pd.to_datetime(frame["ds"])
    frame["y"] = frame.groupby("unique_id")["y"].transform(lambda y: y.interpolate(limit_direction="both")).fillna(0.0)
    models = [AutoETS(season), DynamicOptimizedTheta(season), AutoCES(season)]
    engine = StatsForecast(models, freq=task["freq"], n_jobs=-1, fallback_model=SeasonalNaive(season))
    said = engine.forecast(df=frame, h=task["horizon"], level=[50, 80])
    parts = []
    for model in ("AutoETS", "DynamicOptimizedTheta", "CES"):
        part = said[[model, f"{model}-lo-80", f"{model}-lo-50", model, f"{model}-hi-50", f"{model}-hi-80"]]
        parts.append(part.to_numpy(dtype=float))
    said = said[["unique_id", "ds"]].rename(columns={"unique_id": "series_id"})
    for name, values in (("AutoETS", parts[0]), ("Theta", parts[1]), ("", np.nanmedian(parts, axis=0))):
        suffix = f"_{name}" if name else ""
        for column, part in zip(["mean", *COLUMNS], values.T, strict=True):
            said[f"{column}{suffix}"] = np.maximum(part, lowest(task))
    return said, "AutoETS, DynamicOptimizedTheta, AutoCES"


def mlforecast(task: dict[str, Any], _limit: int) -> tuple[pd.DataFrame, str]:
    """LightGBM as it comes, on the latest lags and the season's, with conformal intervals.

    The season's lag is left out where fewer than half of the series are long enough for it and its two windows. A
    series that is too short all the same stays at its last value.
    """
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.target_transforms import Differences
    from mlforecast.utils import PredictionIntervals
    from utilsforecast.preprocessing import fill_gaps

    horizon, season, known = task["horizon"], task["season"], task["covariates"]["known"]
    frame = numbers(task["known"][["series_id", "ds", "y", *known]], known).rename(columns={"series_id": "unique_id"})
    frame = fill_gaps(frame, freq=task["freq"])
    frame["y"] = frame.groupby("unique_id")["y"].transform(lambda y: y.interpolate(limit_direction="both")).fillna(0.0)
    frame[known] = frame.groupby("unique_id")[known].ffill()
    length = frame.groupby("unique_id")["y"].transform("size")
    lags = [1, 2, 3]
    if (frame.groupby("unique_id").size() >= 2 * horizon + season + 2).mean() >= 0.5:
        lags.append(season)
    long = length >= 2 * horizon + lags[-1] + 2
    engine = MLForecast(LGBMRegressor(verbosity=-1), freq=task["freq"], lags=lags, target_transforms=[Differences([1])])
    engine.fit(frame[long], static_features=[], prediction_intervals=PredictionIntervals(n_windows=2, h=horizon))
    future = None
    if known:
        ahead = numbers(task["future"], known).rename(columns={"series_id": "unique_id"})
        grid = engine.make_future_dataframe(horizon)
        future = grid.merge(ahead, on=["unique_id", "ds"], how="left")
        future[known] = future.groupby("unique_id")[known].ffill().bfill().fillna(0.0)
    said = engine.predict(horizon, X_df=future, level=[50, 80]).rename(columns={"unique_id": "series_id"})
    ends = {"mean": "LGBMRegressor", "p50": "LGBMRegressor", "p10": "LGBMRegressor-lo-80", "p25": "LGBMRegressor-lo-50",
            "p75": "LGBMRegressor-hi-50", "p90": "LGBMRegressor-hi-80"}  # fmt: skip
    out = said[["series_id", "ds"]].copy()
    for column, name in ends.items():
        out[column] = np.maximum(said[name], lowest(task))
    short = frame[~long].groupby("unique_id").last().rename_axis("series_id").reset_index()
    short = short.loc[short.index.repeat(horizon), ["series_id", "ds", "y"]]
    for column in ends:
        short[column] = np.maximum(short["y"], lowest(task))
    return pd.concat([out, short.drop(columns="y")]), f"LGBMRegressor on lags {lags}"


def lowest(task: dict[str, Any]) -> float:
    """What no forecast lies below: zero, unless a value did."""
    return 0.0 if task["known"]["y"].min() >= 0 else -np.inf


PEERS = {"autogluon": autogluon, "statsforecast": statsforecast, "mlforecast": mlforecast}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="seconds that AutoGluon may train")
    asked = parser.parse_args()
    task = json.loads((asked.folder / "task.json").read_text(encoding="utf-8"))
    for name in ("known", "future", "static"):
        file = asked.folder / f"{name}.parquet"
        task[name] = pd.read_parquet(file) if file.exists() else None
    began = time.perf_counter()
    said, models = PEERS[asked.peer](task, asked.limit)
    seconds = time.perf_counter() - began
    said = said.sort_values(["series_id", "ds"])
    said["step"] = said.groupby("series_id").cumcount() + 1
    said.drop(columns="ds").to_parquet(asked.folder / f"{asked.peer}.parquet")
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = sum(use.ru_utime + use.ru_stime for use in used)
    facts = {"seconds": round(seconds, 1), "processor_seconds": round(spent, 1), "models": models}
    (asked.folder / f"{asked.peer}.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")
    print(facts)


if __name__ == "__main__":
    main()
