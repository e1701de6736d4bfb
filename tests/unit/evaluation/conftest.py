"""Two honest little models and a panel builder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
import pytest

from forecastle.core.columns import DS, MEAN, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.core.progress import Progress
from forecastle.core.quantiles import DEFAULT, Quantiles


@dataclass(frozen=True)
class LastValues:
    """Repeats the last `season` values; its quantiles are the mean times 0.8 … 1.2."""

    season: int
    panel: Panel

    def predict(
        self, horizon: int, *, future: pl.DataFrame | None = None, quantiles: Quantiles = DEFAULT
    ) -> pl.DataFrame:
        assert future is None or len(future) == horizon * self.panel.n_series
        grid = self.panel.grid()
        values = np.nan_to_num(grid.values[:, -self.season :])
        means = np.tile(values, horizon // values.shape[1] + 1)[:, :horizon]
        table = grid.future(horizon).with_columns(pl.Series(MEAN, means.ravel()))
        columns = zip(quantiles, quantiles.columns, strict=True)
        return table.with_columns((pl.col(MEAN) * (0.75 + level / 2)).alias(name) for level, name in columns)

    def append(self, panel: Panel) -> Self:
        return type(self)(self.season, panel)

    def save(self, folder: Path) -> None:
        self.panel.frame.write_parquet(folder / "panel.parquet")


@dataclass(frozen=True)
class Repeat:
    """A forecaster that repeats the last season."""

    name: str
    season: int = 1

    def fit(self, panel: Panel, horizon: int, *, progress: Progress) -> LastValues:
        progress(1.0, f"{panel.n_series} series, {horizon} ahead")
        return LastValues(self.season, panel)

    def load(self, folder: Path) -> LastValues:
        raise NotImplementedError(folder)


@pytest.fixture
def naive() -> Repeat:
    return Repeat("naive")


@pytest.fixture
def seasonal_naive() -> Repeat:
    return Repeat("seasonal_naive", season=12)


PanelOf = Callable[..., Panel]


@pytest.fixture
def panel_of() -> PanelOf:
    """A monthly panel from one list of values a series, all beginning in January 2020."""

    def build(**series: Sequence[float | None]) -> Panel:
        frames = [
            pl.DataFrame({SERIES_ID: name, Y: pl.Series(values, dtype=pl.Float64)}).with_columns(
                pl.date_ranges(date(2020, 1, 1), pl.lit(date(2020, 1, 1)).dt.offset_by(f"{len(values) - 1}mo"), "1mo")
                .explode()
                .alias(DS)
            )
            for name, values in series.items()
        ]
        return Panel(frame=pl.concat(frames), freq=Frequency.parse("MS"))

    return build


@pytest.fixture
def retail(panel_of: PanelOf) -> Panel:
    """Three monthly series with a yearly season, a trend and noise; one of them short."""
    rng = np.random.default_rng(7)
    months = np.arange(72)
    season = 100 + 30 * np.sin(months * np.pi / 6)
    return panel_of(
        beer=(season + 2 * rng.normal(size=72)).tolist(),
        bread=(3 * season + 5 * rng.normal(size=72)).tolist(),
        new=(season[-14:] + rng.normal(size=14)).tolist(),
    )
