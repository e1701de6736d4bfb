"""Where the level of a series changes for good."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats
from forecastle.exploration.analysis.decomposition import Method, parts_of, seasons_of
from forecastle.exploration.analysis.extra import library
from forecastle.exploration.line import Line

SHORTEST = 5
"""Periods between two changes."""
AROUND, FAR = 7, 4.0
"""Periods of the running median, and deviations of the noise from it, beyond which a few periods change no level."""
LONGEST = 10_000
"""Periods looked at, the latest: the search takes the square of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoints:
    """Levels and where they change.

    changes: `ds` (the first period of the new level), `before`, `after`, `change` (after − before), `size` (in
    standard deviations of the noise). levels: `begin`, `end`, `mean`, `periods`. left_out: older periods.
    """

    changes: pl.DataFrame
    levels: pl.DataFrame
    left_out: int


def change_points(line: Line, *, penalty: float = 3.0) -> ChangePoints:
    """Find the changes of level that explain most for their number (PELT; Killick, Fearnhead & Eckley 2012).

    Seasons are taken out first, and what lasts for up to three periods: a holiday changes nothing for good.
    penalty: what a change must bring, in multiples of log(periods) × variance of the
    noise; the higher, the fewer.

    Raises:
        InputError: fewer than ten values.
        ModelError: ruptures is not installed.
    """
    if line.observed < 2 * SHORTEST:
        raise InputError(f"{line.name} has {line.observed} values; {2 * SHORTEST} are needed.", hint="Choose another.")
    ruptures = library("ruptures", "A search for change points")
    parts = parts_of(line, Method.ENGINE, seasons_of(line, None))
    seasonal = sum((values[0] for values in parts.seasonal.values()), np.zeros(len(line.values)))
    values = (line.filled - seasonal)[-LONGEST:]
    noise = _noise(values)
    ends = [len(values)]
    if noise > 0:
        lasting = _lasting(values, noise) / noise
        search = ruptures.KernelCPD(kernel="linear", min_size=SHORTEST).fit(lasting[:, None])
        ends = search.predict(pen=penalty * np.log(len(values)))
    moments = line.moments[-len(values) :]
    begins = [0, *ends[:-1]]
    means = [float(values[begin:end].mean()) for begin, end in zip(begins, ends, strict=True)]
    levels = pl.DataFrame(
        {
            "begin": moments.gather(begins),
            "end": moments.gather([end - 1 for end in ends]),
            "mean": means,
            "periods": np.diff([0, *ends]),
        }
    )
    return ChangePoints(changes=_changes(levels, noise), levels=levels, left_out=len(line.values) - len(values))


def _changes(levels: pl.DataFrame, noise: float) -> pl.DataFrame:
    change = pl.col("mean") - pl.col("mean").shift()
    return levels.select(
        pl.col("begin").alias("ds"),
        pl.col("mean").shift().alias("before"),
        pl.col("mean").alias("after"),
        change.alias("change"),
        (change / noise).alias("size"),
    ).slice(1)


def _lasting(values: Floats, noise: float) -> Floats:
    """The values, those far off their neighbours brought to the running median, which keeps the edges of levels."""
    median = pl.Series(values).rolling_median(AROUND, min_samples=1, center=True).to_numpy()
    return np.where(np.abs(values - median) > FAR * noise, median, values)


def _noise(values: Floats) -> float:
    """The standard deviation from one period to the next, which changes of level hardly touch."""
    steps = np.abs(np.diff(values))
    robust = float(np.median(steps)) / (0.6745 * np.sqrt(2))
    return robust if robust > 0 else float(np.std(values))
