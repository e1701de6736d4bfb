"""A model at work on the series it is for: its forecasts as one array over all series."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import MEAN, SERIES_ID, STEP
from forecastle.core.errors import ModelError
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.core.ports import Fitted, Forecaster
from forecastle.core.progress import Progress
from forecastle.core.quantiles import Quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The series one model is for. ids: all series, in the order of the arrays. rows: where its own stand among them.

    It forecasts them in the order of `rows`.
    """

    ids: pl.Series
    rows: Integers

    @property
    def own(self) -> pl.Series:
        """The model's own series."""
        return self.ids.gather(self.rows)

    def array(self, forecasts: pl.DataFrame, horizon: int, quantiles: Quantiles, *, model: str) -> Floats:
        """Forecasts in long form as series × horizon × (mean and quantiles); NaN for series the model is not for.

        Raises:
            ModelError: forecasts are missing, in another order, or not finite.
        """
        values = forecasts.select(MEAN, *quantiles.columns).to_numpy()
        finite = int(np.isfinite(values).all(axis=1).sum())
        count = len(self.rows)
        if len(forecasts) != count * horizon or finite != count * horizon:
            raise ModelError(
                f"Model {model!r} made {len(forecasts)} forecasts, {finite} of them finite; "
                f"{count * horizon} were asked ({count} series × {horizon} periods).",
                hint="Leave this model out, or report it as a bug of the model family.",
                model=model,
            )
        if not forecasts.select(SERIES_ID, STEP).equals(self._expected(horizon)):
            raise ModelError(f"Model {model!r} answered in another order than that of the panel's series and periods.")
        said = np.full((len(self.ids), horizon, values.shape[1]), np.nan)
        said[self.rows] = values.reshape(count, horizon, -1)
        return said

    def _expected(self, horizon: int) -> pl.DataFrame:
        steps = np.tile(np.arange(1, horizon + 1), len(self.rows))
        return pl.DataFrame({SERIES_ID: self.ids.gather(np.repeat(self.rows, horizon)), STEP: steps})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one model is given: the part of the panel that it is for, and the known covariates of the horizon."""

    known: Panel
    future: pl.DataFrame | None
    coverage: Coverage

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
        return cls(known=known, future=future, coverage=Coverage(ids=ids, rows=places(known.grid().ids, ids)))

    def forecast(self, model: Forecaster, horizon: int, quantiles: Quantiles, progress: Progress) -> Floats:
        """Series × horizon × (mean and quantiles); NaN for the series the model is not for.

        Raises:
            ModelError: forecasts are missing, in another order, or not finite.
        """
        return self.fit(model, horizon, quantiles, progress)[1]

    def fit(self, model: Forecaster, horizon: int, quantiles: Quantiles, progress: Progress) -> tuple[Fitted, Floats]:
        """What the model learned, beside what it forecasts.

        Raises:
            ModelError: forecasts are missing, in another order, or not finite.
        """
        fitted = model.fit(self.known, horizon, progress=progress)
        forecasts = fitted.predict(horizon, future=self.future, quantiles=quantiles)
        return fitted, self.coverage.array(forecasts, horizon, quantiles, model=model.name)


def places(chosen: pl.Series, ids: pl.Series) -> Integers:
    """Where the chosen series, all of them known, stand among all of them."""
    return find_places(chosen, ids).cast(pl.Int64).to_numpy()


def find_places(chosen: pl.Series, ids: pl.Series) -> pl.Series:
    """Where the chosen series stand among all of them; null for one that is not there."""
    table = pl.DataFrame({SERIES_ID: ids}).with_row_index("row")
    named = chosen.cast(ids.dtype).alias(SERIES_ID).to_frame()
    return named.join(table, on=SERIES_ID, how="left", maintain_order="left")["row"]
