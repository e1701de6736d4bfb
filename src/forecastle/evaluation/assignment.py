"""A model at work on the series it is for: its forecasts as one array over all series."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import MEAN, SERIES_ID, STEP
from forecastle.core.errors import ModelError
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.core.ports import Forecaster
from forecastle.core.progress import Progress
from forecastle.core.quantiles import Quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one model is given. rows: where its series stand among the panel's `size` series."""

    known: Panel
    future: pl.DataFrame | None
    rows: Integers
    size: int

    @classmethod
    def of(
        cls, known: Panel, ids: pl.Series, *, future: pl.DataFrame | None = None, only: pl.Series | None = None
    ) -> Self | None:
        """The whole panel, or the part of it that the model is for; None when there is no such part.

        ids: all series, in the order of the arrays. future: the known covariates of the horizon.
        """
        if only is not None:
            known = known.select(only)
            future = None if future is None else future.filter(pl.col(SERIES_ID).is_in(only.implode()))
        if known.frame.is_empty():
            return None
        return cls(known=known, future=future, rows=places(known.grid().ids, ids), size=len(ids))

    def forecast(self, model: Forecaster, horizon: int, quantiles: Quantiles, progress: Progress) -> Floats:
        """Size × horizon × (1 + quantiles), the mean and the quantiles; NaN for the series the model is not for.

        Raises:
            ModelError: forecasts are missing, in another order, or not finite.
        """
        fitted = model.fit(self.known, horizon, progress=progress)
        forecasts = fitted.predict(horizon, future=self.future, quantiles=quantiles)
        said = np.full((self.size, horizon, 1 + len(quantiles)), np.nan)
        said[self.rows] = self._checked(forecasts, model.name, horizon, quantiles)
        return said

    def _checked(self, forecasts: pl.DataFrame, model: str, horizon: int, quantiles: Quantiles) -> Floats:
        expected = self.known.grid().future(horizon)
        values = forecasts.select(MEAN, *quantiles.columns).to_numpy()
        finite = int(np.isfinite(values).all(axis=1).sum())
        if len(forecasts) != len(expected) or finite != len(expected):
            raise ModelError(
                f"Model {model!r} made {len(forecasts)} forecasts, {finite} of them finite; "
                f"{len(expected)} were asked ({len(self.rows)} series × {horizon} periods).",
                hint="Leave this model out, or report it as a bug of the model family.",
                model=model,
            )
        if not forecasts.select(SERIES_ID, STEP).equals(expected.select(SERIES_ID, STEP)):
            raise ModelError(f"Model {model!r} answered in another order than that of the panel's series and periods.")
        return np.asarray(values.reshape(len(self.rows), horizon, -1))


def places(chosen: pl.Series, ids: pl.Series) -> Integers:
    """Where the chosen series stand among all of them."""
    table = pl.DataFrame({SERIES_ID: ids}).with_row_index("row")
    found = chosen.to_frame(SERIES_ID).join(table, on=SERIES_ID, maintain_order="left")["row"]
    return found.cast(pl.Int64).to_numpy()
