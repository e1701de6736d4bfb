"""From arrays to the table of forecasts every family answers with, and what holds for all of them."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import DS, MEAN, SERIES_ID, STEP, Y
from forecastle.core.errors import ModelError
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Floats, Grid, Integers, Panel
from forecastle.core.quantiles import Quantiles

RETURNS = 0.05
"""Share of negative values up to which a series is one of sales with returns, whose forecasts are not negative."""

UNSEEN = "median of the other series (no observation)"
"""What forecasts a series that was never observed."""

Flags = NDArray[np.bool_]


def observed(values: Floats) -> Flags:
    """Which series, n × T, have an observation; n."""
    return np.asarray(np.isfinite(values).any(axis=1))


def signed(values: Floats) -> Flags:
    """Which series, n × T, are negative so often that their forecasts may be; n."""
    with np.errstate(invalid="ignore"):
        negative = (values < 0).sum(axis=1)
    return np.asarray(negative > RETURNS * np.isfinite(values).sum(axis=1))


def in_one_form(panel: Panel, form: str) -> pl.DataFrame:
    """`series_id`, `form`: what was fitted, where it is the same for every series with an observation."""
    seen = pl.when(pl.col(Y).count() > 0).then(pl.lit(form)).otherwise(pl.lit(UNSEEN))
    return panel.frame.group_by(SERIES_ID, maintain_order=True).agg(seen.alias("form"))


def settle(mean: Floats, spread: Floats, observed: Flags, may_be_negative: Flags, *, model: str) -> None:
    """Complete forecasts in place: mean n × horizon, spread n × horizon × quantiles, NaN where nothing was known.

    observed: n, which series have an observation. One without any gets, step by step, the median over all other
    series. Sales are never negative, and quantiles never cross.

    Raises:
        ModelError: nothing was said of a series that has observations.
    """
    unseen = np.isnan(mean).all(axis=1)
    if silent := int((unseen & observed).sum()):
        raise ModelError(
            f"Model {model!r} had no answer for {silent} of {int(observed.sum())} series with observations.",
            hint="Leave this model out, or report it as a bug of the model family.",
            model=model,
        )
    if unseen.any():
        mean[unseen] = np.median(mean[~unseen], axis=0) if not unseen.all() else 0.0
        spread[unseen] = np.median(spread[~unseen], axis=0) if not unseen.all() else 0.0
    np.maximum(mean, 0.0, out=mean, where=~may_be_negative[:, None])
    np.maximum(spread, 0.0, out=spread, where=~may_be_negative[:, None, None])
    np.maximum.accumulate(spread, axis=2, out=spread)


def tabulate(
    ids: pl.Series, last: Integers, freq: Frequency, mean: Floats, spread: Floats, quantiles: Quantiles
) -> pl.DataFrame:
    """`series_id`, `ds`, `step`, `mean` and one column a quantile; last: n, the step number forecasts begin after."""
    grid = Grid(ids=ids, values=np.empty((len(ids), 0)), last=last, lengths=last, freq=freq)
    columns = {name: spread[:, :, place].ravel() for place, name in enumerate(quantiles.columns)}
    return (
        grid.future(mean.shape[1])
        .with_columns(pl.Series(MEAN, mean.ravel()), **columns)
        .select(SERIES_ID, DS, STEP, MEAN, *quantiles.columns)
    )
