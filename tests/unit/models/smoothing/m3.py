"""How well a kernel forecasts the M3 competition."""

import numpy as np
import polars as pl

from forecastle.models.kernel import Batch, Kernel
from real_data import M3

from .histories import right_aligned


def mase_on_m3(kernel: Kernel, period: str, season: int) -> float:
    """The mean over all series of a period, such as `monthly`."""
    frame = pl.read_parquet(M3).filter(pl.col("period") == period)
    histories, answers = (
        frame.filter(pl.col("split") == part).group_by("unique_id", maintain_order=True).agg("y")["y"].to_list()
        for part in ("train", "test")
    )
    values = right_aligned(histories)
    actual = np.array(answers)
    forecast = kernel.fit(Batch(values=values, seasons=(season,))).mean(actual.shape[1])
    scale = np.nanmean(np.abs(values[:, season:] - values[:, :-season]), axis=1)
    return float((np.abs(actual - forecast).mean(axis=1) / scale).mean())
