"""The tables of an execution of two series, two targets and two weeks, with whatever a database might trip over."""

from datetime import date

import polars as pl

MEASURES = {
    "mae": 1.0, "rmse": 2.0, "mape": None, "smape": 0.5, "wape": 0.1 + 0.2, "mase": 1e-300, "rmsse": 1.0,
    "bias": -0.25, "wql": 0.1, "sql": 0.2, "coverage_80": None, "coverage_50": 0.4,
}  # fmt: skip


def forecasts() -> pl.DataFrame:
    """Sorted as they are read."""
    cells = [(series, week, target) for series in "AB" for week in (1, 2) for target in ("revenue", "volume")]
    return pl.DataFrame(
        {
            "series_id": [series for series, _, _ in cells],
            "ds": [date(2026, 11, 21 + 7 * (week - 1)) for _, week, _ in cells],
            "step": [week for _, week, _ in cells],
            "target": [target for _, _, target in cells],
            "model": ["ets" if series == "A" else 'say "theta"' for series, _, _ in cells],
            "mean": [0.1 + number for number in range(8)],
            **{name: [float(level)] * 7 + [None] for level, name in enumerate(("p10", "p25", "p50", "p75", "p90"))},
        }
    )


def leaderboard() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"target": "volume", "model": model, "series": 2, **MEASURES, "skill": 0.1, "p_value": None}
            | {"seconds": 0.5, "champion": model == "auto"}
            for model in ("auto", "ets")
        ],
        schema_overrides={"mape": pl.Float64, "coverage_80": pl.Float64, "p_value": pl.Float64},
    )


def metrics() -> pl.DataFrame:
    groups = [("all", "all"), ("series", "A"), ("series", ""), ("step", "1")]
    return pl.DataFrame(
        [
            {"target": "volume", "model": model, "by": by, "group": group, "metric": metric, "value": MEASURES[metric]}
            for metric in ("mae", "mape", "wape", "coverage_50")
            for model in ("auto", "ets")
            for by, group in groups
        ]
    )


def classification() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"series_id": series, "target": "volume", "n_obs": 9, "first": date(2026, 1, 3), "last": date(2026, 11, 14)}
            | {"mean": 1.5, "total": 13.5, "zero_share": 0.0, "adi": adi, "cv2": 0.1, "cv": 0.3, "pattern": pattern}
            | {"abc": "A", "xyz": None, "routed": "ets", "model": "auto", "reason": "won, with\n2 windows"}
            for series, adi, pattern in (("B", 1.0, "smooth"), ("A", None, None))
        ],
        schema_overrides={"xyz": pl.String},
    )
