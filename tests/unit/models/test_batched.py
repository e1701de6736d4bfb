from datetime import date

import numpy as np
import polars as pl

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.core.quantiles import DEFAULT
from forecastle.models.batched import BatchedFitted, BatchedForecaster, Compute
from forecastle.models.smoothing.theta.kernel import ThetaKernel


def fitted(*, count: int, threads: int = 1) -> BatchedFitted:
    """Theta on series of 12 months, every other one of them with zeros."""
    values = np.random.default_rng(1).poisson(5, (count, 12)) + np.arange(count)[:, None] % 2
    frame = pl.DataFrame(
        {
            "series_id": np.repeat([f"s{number:05}" for number in range(count)], 12),
            "ds": pl.date_range(date(2020, 1, 1), date(2020, 12, 1), "1mo", eager=True).to_list() * count,
            "y": values.astype(float).ravel(),
        }
    )
    panel = Panel(frame=frame, freq=Frequency.parse("MS"))
    return BatchedForecaster(kernel=ThetaKernel(), compute=Compute(threads=threads)).fit(panel, 3)


def test_large_panels_are_cut_into_an_even_number_of_blocks() -> None:
    assert [len(fitted(count=count).blocks) for count in (40, 1999, 2000, 3100)] == [1, 1, 2, 4]


def test_every_series_is_in_one_block() -> None:
    rows = np.concatenate([block.rows for block in fitted(count=2000).blocks])
    assert sorted(rows) == list(range(2000))


def test_the_number_of_threads_changes_no_bit() -> None:
    assert fitted(count=2000).predict(3).equals(fitted(count=2000, threads=2).predict(3))


def test_an_array_says_what_the_table_says() -> None:
    model = fitted(count=40)
    table = model.predict(3).select("mean", *DEFAULT.columns).to_numpy()
    assert np.array_equal(model.array(3).reshape(table.shape), table)
