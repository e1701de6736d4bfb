"""The few figures that sum up a run, one set a target: what page, console and sentences all start from."""

from dataclasses import dataclass
from math import isfinite

import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, TARGET, Y
from forecastle.core.execution import ExecutionResult
from forecastle.core.quantiles import Quantiles, column_of
from forecastle.evaluation.leaderboard import BASELINE
from forecastle.reporting.wording import UNKNOWN, repeating


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range with equal tails: what share of the actual values it should hold, and its two columns."""

    share: float
    low: str
    high: str

    @property
    def word(self) -> str:
        """`80 %`."""
        return f"{round(self.share * 100, 2):g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One target in figures. None: could not be measured, because there was no backtest or nothing to divide by.

    coming: sum of all forecasts over the horizon. growth: how much more that is than the same periods brought before
        (0.1 means 10 % more), over the `compared` series that have them. wape: of the champions on the backtest.
    yardstick: WAPE of seasonal naive. skill: 1 − wape ÷ yardstick. band: the widest range asked for.
    held: share of actual values inside it. champions: model and how many series it serves, most first.
    """

    target: str
    series: int
    coming: float
    growth: float | None
    compared: int
    wape: float | None
    yardstick: float | None
    skill: float | None
    band: Band | None
    held: float | None
    windows: int
    scored: int
    champions: tuple[tuple[str, int], ...]


def targets(result: ExecutionResult) -> tuple[str, ...]:
    """The targets, in the order they were forecast in."""
    return tuple(result.classification[TARGET].unique(maintain_order=True).to_list())


def continued(result: ExecutionResult) -> str:
    """The kept models that this execution went on with; empty where models were trained."""
    return ", ".join(result.manifest.get("request", {}).get("kept", ()))


def naive_in_words(result: ExecutionResult) -> str:
    """What the seasonal naive forecast did in this run: it repeats the shortest season, asked for or usual."""
    return repeating(result.freq, shortest_season(result) or 1)


def shortest_season(result: ExecutionResult) -> int | None:
    """The shortest season of this run in periods: asked for, found, or else usual for the frequency."""
    asked = result.manifest.get("request", {}).get("seasons")
    return min(result.freq.seasons if asked is None else asked, default=None)


def bands(quantiles: Quantiles) -> tuple[Band, ...]:
    """The ranges with equal tails that these quantiles make, widest first."""
    levels = {round(level, 6) for level in quantiles}
    return tuple(
        Band(share=round(1 - 2 * level, 6), low=column_of(level), high=column_of(round(1 - level, 6)))
        for level in quantiles
        if level < 0.5 and round(1 - level, 6) in levels
    )


def summarise(result: ExecutionResult, target: str) -> Summary:
    """The figures of one target."""
    forecasts = result.forecasts.filter(pl.col(TARGET) == target)
    tests = result.backtest.filter(pl.col(TARGET) == target, pl.col(Y).is_not_null())
    widest = next(iter(bands(result.quantiles)), None)
    error, yardstick = _single(tests.select(error_share())), _yardstick(result, target)
    growth, compared = _growth(result, target)
    champions = (
        forecasts.group_by(MODEL)
        .agg(pl.col(SERIES_ID).n_unique().alias("n"))
        .sort(["n", MODEL], descending=[True, False])
    )
    return Summary(
        target=target,
        series=forecasts[SERIES_ID].n_unique(),
        coming=float(forecasts[MEAN].sum()),
        growth=growth,
        compared=compared,
        wape=error,
        yardstick=yardstick,
        skill=1 - error / yardstick if error is not None and yardstick else None,
        band=widest,
        held=_single(tests.select(share_held(widest))) if widest else None,
        windows=tests["window"].n_unique(),
        scored=len(tests),
        champions=tuple((model, n) for model, n in champions.iter_rows()),
    )


def by_pattern(result: ExecutionResult, target: str) -> pl.DataFrame:
    """One row a demand pattern, the largest first: pattern, series, share of the total, wape, held, leading model."""
    of_target = pl.col(TARGET) == target
    classes = result.classification.filter(of_target).with_columns(pl.col("pattern").fill_null("no demand"))
    tests = result.backtest.filter(of_target, pl.col(Y).is_not_null())
    widest = [share_held(band).alias("held") for band in bands(result.quantiles)[:1]]
    scored = (
        tests.join(classes.select(SERIES_ID, "pattern"), on=SERIES_ID, maintain_order="left")
        .group_by("pattern", maintain_order=True)
        .agg(error_share(), *(widest or [pl.lit(None, pl.Float64).alias("held")]))
    )
    return (
        classes.group_by("pattern", maintain_order=True)
        .agg(
            pl.len().alias("series"),
            pl.col("total").sum(),
            pl.col(MODEL).drop_nulls().mode(maintain_order=True).first().alias("leading"),
        )
        .with_columns((pl.col("total") / pl.col("total").sum()).alias("share"))
        .join(scored, on="pattern", how="left", maintain_order="left")
        .sort("series", "pattern", descending=[True, False])
    )


def held_by_class(result: ExecutionResult, target: str) -> pl.DataFrame:
    """One row a model in the leaderboard's order, a column a class: `79 · 48`, percent held by the 80 and 50 % range.

    Empty when there was no backtest, or these ranges were not asked for.
    """
    ranges = ("coverage_80", "coverage_50")
    found = result.metrics.filter(
        pl.col(TARGET) == target, pl.col("by").is_in(["abc", "pattern"]), pl.col("metric").is_in(ranges)
    )
    if found["metric"].n_unique() < len(ranges):
        return pl.DataFrame()
    percents = [(100 * pl.col(name)).round().cast(pl.Int64).cast(pl.String).fill_null(UNKNOWN) for name in ranges]
    words = (
        found.sort("by", "group")
        .pivot("metric", on_columns=ranges, index=[MODEL, "by", "group"], values="value", maintain_order=True)
        .select(MODEL, "group", pl.concat_str(percents, separator=" · ").alias("held"))
    )
    order = result.leaderboard.filter(pl.col(TARGET) == target).select(MODEL)
    wide = words.pivot("group", index=MODEL, values="held", maintain_order=True).fill_null(UNKNOWN)
    return order.join(wide, on=MODEL, how="inner", maintain_order="left")


def error_share() -> pl.Expr:
    """Total absolute error as a share of the total of what happened, of backtest rows."""
    total = pl.col(Y).abs().sum()
    return pl.when(total > 0).then((pl.col(Y) - pl.col(MEAN)).abs().sum() / total).alias("wape")


def share_held(band: Band) -> pl.Expr:
    """The share of backtest rows whose actual value lies inside the range."""
    return pl.col(Y).is_between(pl.col(band.low), pl.col(band.high)).mean().alias(f"held {band.word}")


def _yardstick(result: ExecutionResult, target: str) -> float | None:
    board = result.leaderboard.filter(pl.col(TARGET) == target, pl.col(MODEL) == BASELINE)
    return _single(board.select("wape"))


def earlier(result: ExecutionResult, target: str) -> pl.DataFrame:
    """`series_id`, `coming` and `before`, what the same periods brought earlier: the series with all that history."""
    step, back = result.freq.steps(pl.col(DS)), periods_back(result)
    coming = (
        result.forecasts.filter(pl.col(TARGET) == target)
        .group_by(SERIES_ID, maintain_order=True)
        .agg(step.min().alias("start"), pl.col(MEAN).sum().alias("coming"))
    )
    age = pl.col("start") - step
    return (
        result.history.filter(pl.col(TARGET) == target)
        .join(coming, on=SERIES_ID)
        .filter(age.is_between(back - result.horizon + 1, back))
        .group_by(SERIES_ID, "coming", maintain_order=True)
        .agg(pl.col(Y).sum().alias("before"), pl.col(Y).count().alias("observed"))
        .filter(pl.col("observed") == result.horizon)
        .drop("observed")
    )


def _growth(result: ExecutionResult, target: str) -> tuple[float | None, int]:
    """How much more the horizon brings than the same periods before, and over how many series with that history."""
    compared = earlier(result, target)
    before = float(compared["before"].sum())
    return (float(compared["coming"].sum()) / before - 1 if before > 0 else None), compared.height


def periods_back(result: ExecutionResult) -> int:
    """How far back the periods lie that the horizon is compared with: whole seasons, so that like meets like."""
    season = shortest_season(result) or result.horizon
    return -(-result.horizon // season) * season


def _single(frame: pl.DataFrame) -> float | None:
    value = frame.item() if frame.height == 1 else None
    return float(value) if value is not None and isfinite(value) else None
