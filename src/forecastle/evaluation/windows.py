"""Cutoffs in the past: what a model may see, and the answers it is scored by."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.budget import UNLIMITED, Budget
from forecastle.core.columns import CUTOFF, DS, SERIES_ID, STEP, Y
from forecastle.core.errors import HorizonError
from forecastle.core.panel import Panel

NUMBER = "number"
"""The step number of a row's period."""

BACK = "back"
"""How many periods a row lies before the last one of its series."""

USUAL, MORE = 3, 4
"""Windows of a usual panel, and of one whose history is long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPlan:
    """Which cutoffs to test.

    windows: how many, fewer where the history is short. step: periods between two cutoffs; None takes the horizon,
    so that no actual value is forecast twice. learn: observed values a series must have before a cutoff. budget: how
    long that may take; the newest windows come first, and in each of them the first models.
    """

    horizon: int
    windows: int = 3
    step: int | None = None
    learn: int = 4
    budget: Budget = UNLIMITED

    def __post_init__(self) -> None:
        for name in ("horizon", "windows", "stride", "learn"):
            if getattr(self, name) < 1:
                raise HorizonError(f"A backtest needs a {name} of at least 1; got {getattr(self, name)}.")

    @property
    def stride(self) -> int:
        """Periods between two cutoffs."""
        return self.horizon if self.step is None else self.step

    @property
    def shortest(self) -> int:
        """Periods a series needs for one window."""
        return self.learn + self.horizon


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One cutoff of every series, counted from that series' own end. `answers` go to scoring only.

    number: 1 is the latest cutoff. known: all a model may see. future: `series_id`, `ds` and the known covariates
    of the horizon; None where there are none. answers: `series_id`, `ds`, `step`, `cutoff`, `y`, `horizon` rows a
    series in panel order. left_out: series that are too short for this cutoff, or have nothing observed after it.
    """

    number: int
    horizon: int
    known: Panel
    future: pl.DataFrame | None
    answers: pl.DataFrame
    left_out: tuple[str, ...]


def usual_windows(panel: Panel, horizon: int, stride: int) -> int:
    """How many windows suit a panel: one more where the typical series is long enough for that.

    A further window steadies the choice of models and the ranges. One that leaves less than a season or horizon and
    a half before its cutoff tells of other models than those that will forecast.
    """
    left = float(np.median(panel.grid().lengths)) - horizon - (MORE - 1) * stride
    return MORE if left >= 1.5 * max((*panel.season_lengths, horizon)) else USUAL


def windows(panel: Panel, plan: BacktestPlan) -> Iterator[Window]:
    """Every cutoff of the plan that at least one series is long enough for, the latest first.

    Raises:
        HorizonError: no series is long enough even for one window.
    """
    step = panel.freq.steps(pl.col(DS))
    rows = panel.frame.with_columns(step.alias(NUMBER), (step.max().over(SERIES_ID) - step).alias(BACK))
    for number in range(1, plan.windows + 1):
        window = _window(panel, rows, plan, number)
        if window is None and number == 1:
            raise _too_short(panel, plan)
        if window is None:
            return
        yield window


def _window(panel: Panel, rows: pl.DataFrame, plan: BacktestPlan, number: int) -> Window | None:
    drop = plan.horizon + (number - 1) * plan.stride
    before = pl.col(BACK) >= drop
    cutoffs = rows.group_by(SERIES_ID, maintain_order=True).agg(
        pl.col(NUMBER).filter(before).max().alias(CUTOFF),
        (pl.col(Y).filter(before).count() >= plan.learn).alias("learns"),
        pl.col(Y).filter(~before & (pl.col(BACK) >= drop - plan.horizon)).count().alias("answers"),
    )
    enough = pl.col("learns") & (pl.col("answers") > 0)
    chosen = cutoffs.filter(enough).select(SERIES_ID, CUTOFF)
    if chosen.is_empty():
        return None
    rows = rows.join(chosen, on=SERIES_ID, how="inner", maintain_order="left")
    known = panel.with_frame(rows.filter(pl.col(NUMBER) <= pl.col(CUTOFF)).select(panel.frame.columns))
    ahead = _ahead(known, rows, plan.horizon)
    covariates = known.covariates.known
    return Window(
        number=number,
        horizon=plan.horizon,
        known=known,
        future=ahead.select(SERIES_ID, DS, *covariates) if covariates else None,
        answers=ahead.select(SERIES_ID, DS, STEP, CUTOFF, Y),
        left_out=tuple(cutoffs.filter(~enough)[SERIES_ID]),
    )


def _ahead(known: Panel, rows: pl.DataFrame, horizon: int) -> pl.DataFrame:
    """The rows after each cutoff, `horizon` a series in panel order; null where the panel has none."""
    after = rows.filter(pl.col(NUMBER) > pl.col(CUTOFF)).select(SERIES_ID, DS, Y, *known.covariates.known)
    cutoffs = known.frame.group_by(SERIES_ID, maintain_order=True).agg(pl.col(DS).last().alias(CUTOFF))
    return (
        known.grid()
        .future(horizon)
        .with_columns(pl.col(DS).cast(rows.schema[DS]))
        .join(cutoffs, on=SERIES_ID, how="left", maintain_order="left")
        .join(after, on=[SERIES_ID, DS], how="left", maintain_order="left")
    )


def _too_short(panel: Panel, plan: BacktestPlan) -> HorizonError:
    observed = panel.frame.group_by(SERIES_ID).agg(pl.col(Y).count().alias("n")).sort("n", SERIES_ID)
    longest, length = observed.row(-1) if len(observed) else ("none", 0)
    word = panel.freq.word
    return HorizonError(
        f"The longest series, {longest!r}, has {length} observed {word}s; this backtest needs {plan.shortest} "
        f"({plan.horizon} to predict, {plan.learn} to learn from).",
        hint=f"Upload more history, or lower the horizon to {max(length - plan.learn, 1)} or less.",
        series=longest,
        length=length,
        needed=plan.shortest,
    )
