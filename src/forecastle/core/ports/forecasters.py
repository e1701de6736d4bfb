"""What a model family is to everybody else."""

from pathlib import Path
from typing import Protocol, Self, runtime_checkable

import polars as pl

from forecastle.core.panel import Floats, Panel
from forecastle.core.progress import Progress
from forecastle.core.quantiles import DEFAULT, Quantiles


class Fitted(Protocol):
    """A model that has learned from a panel."""

    def predict(
        self, horizon: int, *, future: pl.DataFrame | None = None, quantiles: Quantiles = DEFAULT
    ) -> pl.DataFrame:
        """Forecast each series from the period after its last one.

        future: `series_id`, `ds` and the known covariates of the horizon; None where there are none.
        Returns `series_id`, `ds`, `step`, `mean` and one column a quantile: `horizon` rows a series, in panel order.
        Quantiles never cross, and are not negative for a series that never was.
        """
        ...

    def append(self, panel: Panel) -> Self:
        """Take in newer observations of the same series without refitting."""
        ...

    def save(self, folder: Path) -> None:
        """Write the state in open formats (npz, Parquet, JSON)."""
        ...


@runtime_checkable
class InArrays(Protocol):
    """A fitted model that can spare its forecasts the way through a table."""

    def array(self, horizon: int, *, quantiles: Quantiles = DEFAULT) -> Floats:
        """What `Fitted.predict` says without covariates: series × horizon × (mean and quantiles), in panel order."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A fitted model that can tell what moves its forecasts."""

    def contributions(
        self, horizon: int, *, series: pl.Series | None = None, future: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        """How much each thing that the model knows adds to each forecast, in units of the target.

        series: only these, all of them known; None for all. future: as for `Fitted.predict`.
        Returns `series_id`, `ds`, `driver` (what a planner would call it), `feature`, `value`; the values of one period
        add up to its forecast.
        """
        ...


@runtime_checkable
class Attends(Protocol):
    """A fitted model that can tell what it looks at to forecast. future: as for `Fitted.predict`."""

    def importances(self, *, future: pl.DataFrame | None = None) -> pl.DataFrame:
        """`kind` (`past`, `future` or `static`), `feature`, `weight`: those of one kind add up to 1, largest first."""
        ...

    def attention(self, series: pl.Series | None = None, *, future: pl.DataFrame | None = None) -> pl.DataFrame:
        """`series_id`, `step`, `lag`, `weight`: how much each step looks at the period `lag` periods before it.

        series: those that are asked about; None asks about some of them, evenly spread. The weights of one series and
        step add up to 1.
        """
        ...


@runtime_checkable
class Forecaster(Protocol):
    """A model family with its options, ready to learn."""

    @property
    def name(self) -> str:
        """The name on the leaderboard."""
        ...

    def fit(self, panel: Panel, horizon: int, *, progress: Progress) -> Fitted:
        """Learn from every series of the panel. `progress` is told of each part done, and may raise `Cancelled`."""
        ...

    def load(self, folder: Path) -> Fitted:
        """Read back what `Fitted.save` wrote."""
        ...
