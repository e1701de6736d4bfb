"""One cutoff on trial: what every model said, beside what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import CUTOFF, DS, MEAN, MODEL, SERIES_ID, STEP, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.scale import SCALE, SCALE_RMS

WINDOW = "window"
ROW = "row"
"""A series by its place in the panel: what joins fast where names would not."""

Reals = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Arrays over all N series of the panel, in its order, and the H periods after the cutoff.

    number: 1 is the latest cutoff. cutoff: N, step numbers, 0 for a series left out of this window. y: N × H, NaN
    where nothing was observed or the series is left out. scale, scale_rms: N, the seasonal naive's errors before the
    cutoff (NaN: none).
    forecasts: by model, N × H × (1 + quantiles), the mean and the quantiles; NaN where the model was not run.
    """

    number: int
    cutoff: Integers
    y: Floats
    scale: Floats
    scale_rms: Floats
    forecasts: Mapping[str, Reals]

    @classmethod
    def nothing(cls, quantiles: int) -> Self:
        """A cutoff of no series, at which the model `""` said nothing: it has the shape of tables without rows."""
        none, said = np.empty(0), np.empty((0, 1, 1 + quantiles), dtype=np.float32)
        steps = np.empty(0, dtype=np.int64)
        return cls(number=0, cutoff=steps, y=np.empty((0, 1)), scale=none, scale_rms=none, forecasts={"": said})

    def with_forecasts(self, forecasts: Mapping[str, Reals]) -> Self:
        """The same cutoff with more (or other) models."""
        return replace(self, forecasts={**self.forecasts, **forecasts})

    def scored(self, model: str, quantiles: Quantiles) -> pl.DataFrame:
        """`row`, `step`, `y`, `mean`, the quantiles, `scale`, `scale_rms`: one row a forecast that can be scored."""
        said = self.forecasts[model]
        row, ahead = np.nonzero(np.isfinite(self.y) & np.isfinite(said[:, :, 0]))
        values = np.ascontiguousarray(said[row, ahead].T, dtype=np.float64)
        columns = dict(zip((MEAN, *quantiles.columns), values, strict=True))
        scales = pl.DataFrame({SCALE: self.scale[row], SCALE_RMS: self.scale_rms[row]}).fill_nan(None)
        return pl.DataFrame({ROW: row, STEP: ahead + 1, Y: self.y[row, ahead], **columns}).hstack(scales)

    def side_by_side(self, ids: pl.Series, freq: Frequency) -> pl.DataFrame:
        """`series_id`, `ds` and a column a model: the means that all said of the same periods, as 32-bit floats."""
        rows, steps = np.flatnonzero(self.cutoff), self.y.shape[1]
        ahead = np.tile(np.arange(1, steps + 1), len(rows))
        places = pl.DataFrame(
            {SERIES_ID: ids.gather(np.repeat(rows, steps)), DS: np.repeat(self.cutoff[rows], steps) + ahead}
        )
        means = {model: said[rows, :, 0].ravel() for model, said in self.forecasts.items()}
        return places.with_columns(freq.moments(pl.col(DS)).alias(DS)).with_columns(**means).fill_nan(None)

    def table(self, model: str, quantiles: Quantiles, ids: pl.Series, freq: Frequency) -> pl.DataFrame:
        """Every forecast of one model with names and moments; `y` is null where nothing was observed."""
        said = self.forecasts[model]
        row, ahead = np.nonzero(np.isfinite(said[:, :, 0]))
        values = np.ascontiguousarray(said[row, ahead].T, dtype=np.float64)
        columns = dict(zip((MEAN, *quantiles.columns), values, strict=True))
        names = pl.DataFrame(
            {
                SERIES_ID: ids.gather(row),
                DS: self.cutoff[row] + ahead + 1,
                STEP: ahead + 1,
                MODEL: pl.repeat(model, len(row), eager=True),
                WINDOW: pl.repeat(self.number, len(row), dtype=pl.Int32, eager=True),
                CUTOFF: self.cutoff[row],
                Y: self.y[row, ahead],
                **columns,
                SCALE: self.scale[row],
                SCALE_RMS: self.scale_rms[row],
            }
        )
        moments = [freq.moments(pl.col(name)).alias(name) for name in (DS, CUTOFF)]
        return names.with_columns(*moments, pl.col(Y, SCALE, SCALE_RMS).fill_nan(None))
