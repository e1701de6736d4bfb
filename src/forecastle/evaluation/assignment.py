"""A model at work on the series it is for: its forecasts as one array over all series."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import polars as pl

from forecastle.core.columns import MEAN, SERIES_ID, STEP
from forecastle.core.errors import ModelError
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.core.ports import Fitted, Forecaster, InArrays
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

    def ask(
        self, fitted: Fitted, horizon: int, quantiles: Quantiles, *, model: str, future: pl.DataFrame | None = None
    ) -> Floats:
        """What a model fitted to its series says: series × horizon × (mean and quantiles), NaN for all others.

        future: the known covariates of the horizon.

        Raises:
            ModelError: forecasts are missing, in another order, or not finite.
        """
        if isinstance(fitted, InArrays):
            own = fitted.array(horizon, quantiles=quantiles)
            self._check(own.reshape(-1, own.shape[2]), horizon, model)
            return self._placed(own)
        forecasts = fitted.predict(horizon, future=future, quantiles=quantiles)
        return self.array(forecasts, horizon, quantiles, model=model)

    def array(self, forecasts: pl.DataFrame, horizon: int, quantiles: Quantiles, *, model: str) -> Floats:
        """Forecasts in long form as series × horizon × (mean and quantiles); NaN for series the model is not for.

        Raises:
            ModelError: forecasts are missing, in another order, or not finite.
        """
        values = forecasts.select(MEAN, *quantiles.columns).to_numpy()
        self._check(values, horizon, model)
        if not forecasts.select(SERIES_ID, STEP).equals(self._expected(horizon)):
            raise ModelError(f"Model {model!r} answered in another order than that of the panel's series and periods.")
        return self._placed(values.reshape(len(self.rows), horizon, -1))

    def _check(self, values: Floats, horizon: int, model: str) -> None:
        count, finite = len(self.rows), np.isfinite(values)
        if len(values) != count * horizon or not finite.all():
            raise ModelError(
                f"Model {model!r} made {len(values)} forecasts, {finite.all(axis=1).sum()} of them finite; "
                f"{count * horizon} were asked ({count} series × {horizon} periods).",
                hint="Leave this model out, or report it as a bug of the model family.",
                model=model,
            )

    def _placed(self, own: Floats) -> Floats:
        said = np.full((len(self.ids), *own.shape[1:]), np.nan)
        said[self.rows] = own
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
        return fitted, self.coverage.ask(fitted, horizon, quantiles, model=model.name, future=self.future)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignments:
    """What each model is given of one panel; models for the same series share their part of it, and what is made of it.

    only: the series of each model that is not for all of them; the rest as in `Assignment.of`.
    """

    known: Panel
    ids: pl.Series
    future: pl.DataFrame | None = None
    only: Mapping[str, pl.Series] = field(default_factory=dict)
    _parts: dict[int, Assignment | None] = field(default_factory=dict)

    def of(self, model: str) -> Assignment | None:
        """A model's part; None when there is none."""
        series = self.only.get(model)
        if id(series) not in self._parts:
            self._parts[id(series)] = Assignment.of(self.known, self.ids, future=self.future, only=series)
        return self._parts[id(series)]


def places(chosen: pl.Series, ids: pl.Series) -> Integers:
    """Where the chosen series, all of them known, stand among all of them."""
    if chosen.equals(ids):
        return np.arange(len(ids))
    return find_places(chosen, ids).cast(pl.Int64).to_numpy()


def find_places(chosen: pl.Series, ids: pl.Series) -> pl.Series:
    """Where the chosen series stand among all of them; null for one that is not there."""
    table = pl.DataFrame({SERIES_ID: ids}).with_row_index("row")
    named = chosen.cast(ids.dtype).alias(SERIES_ID).to_frame()
    return named.join(table, on=SERIES_ID, how="left", maintain_order="left")["row"]
