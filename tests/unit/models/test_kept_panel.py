from datetime import date
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel
from forecastle.models.kept_panel import extended, load_panel, save_panel


@pytest.fixture
def panel() -> Panel:
    frame = pl.DataFrame(
        {
            "series_id": ["a", "a", "b"],
            "ds": [date(2024, 1, 1), date(2024, 2, 1), date(2024, 1, 1)],
            "y": [1.0, None, 3.0],
            "price": [2.0, 2.5, 9.0],
        }
    )
    static = pl.DataFrame({"series_id": ["a", "b"], "shop": ["north", "south"]})
    covariates = Covariates(known=("price",), static=("shop",))
    return Panel(frame=frame, freq=Frequency.parse("MS"), covariates=covariates, static=static, seasons=(12,))


def _newer(series: str, month: int) -> Panel:
    frame = pl.DataFrame({"series_id": [series], "ds": [date(2024, month, 1)], "y": [5.0]})
    return Panel(frame=frame, freq=Frequency.parse("MS"))


def test_newer_periods_follow_and_what_they_do_not_tell_is_unknown(panel: Panel) -> None:
    rows = extended(panel, _newer("a", 3)).frame.filter(series_id="a")
    assert rows["y"].to_list() == [1.0, None, 5.0]
    assert rows["price"].to_list() == [2.0, 2.5, None]


def test_old_periods_and_new_series_are_refused(panel: Panel) -> None:
    with pytest.raises(InputError, match="'a' has periods that the model has seen already"):
        extended(panel, _newer("a", 2))
    with pytest.raises(InputError, match="1 series are new to this model, the first is 'c'"):
        extended(panel, _newer("c", 3))


def test_a_saved_panel_is_loaded_with_all_there_is_to_know(panel: Panel, tmp_path: Path) -> None:
    save_panel(panel, tmp_path, {"horizon": 6})
    read, facts = load_panel(tmp_path)
    assert read.frame.equals(panel.frame)
    assert read.static is not None
    assert read.static.equals(panel.static)
    assert (read.freq, read.covariates, read.season_lengths) == (panel.freq, panel.covariates, (12,))
    assert facts["horizon"] == 6
