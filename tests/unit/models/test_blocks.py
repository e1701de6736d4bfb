import gc
import weakref

import numpy as np
import polars as pl

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.models.blocks import BLOCK, batches


def _panel(series: int) -> Panel:
    periods = 12
    frame = pl.DataFrame(
        {
            "series_id": np.repeat(np.char.mod("s%04d", np.arange(series)), periods),
            "ds": np.tile(np.arange(periods), series),
            "y": np.arange(series * periods, dtype=np.float64),
        }
    )
    return Panel(frame=frame, freq=Frequency.parse("step"), seasons=(4,))


def test_every_kernel_of_a_panel_gets_the_same_batches_and_their_season() -> None:
    panel = _panel(2 * BLOCK)
    first, again = batches(panel, 3), batches(panel, 3)
    assert len(first) == 2
    assert first is again
    assert first[0].batch.adjusted[1] is again[0].batch.adjusted[1]


def test_another_horizon_or_season_is_another_batch() -> None:
    panel = _panel(3)
    assert batches(panel, 5)[0].batch.horizon == 5
    assert batches(panel, 3)[0].batch.horizon == 3
    assert batches(panel.with_seasons(()), 3)[0].batch.seasons == ()


def test_batches_go_when_their_panel_goes() -> None:
    panel = _panel(3)
    kept = weakref.ref(batches(panel, 3)[0].batch)
    del panel
    gc.collect()
    assert kept() is None
