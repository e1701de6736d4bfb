from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.clean import Cleaned, clean
from forecastle.data.cleaning.rules import Rules
from forecastle.settings import CleanSettings

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")


@pytest.fixture
def cleaned(daily: Daily) -> Cleaned:
    frame = daily(
        zero=[0] * 20,
        same=[3] * 20,
        few=[4],
        blank=[None] * 5,
        mixed=[0, 0, 1, 2, None, 3, -1, *range(2, 15)],
    )
    holed = frame.filter(~((pl.col("series_id") == "mixed") & pl.col("y").eq_missing(9)))
    return clean(holed, Rules(freq=DAY, settings=CleanSettings(missing_limit=1)))


def flags(cleaned: Cleaned, series: str) -> set[str]:
    return set(cleaned.profile.filter(series_id=series)["flags"].item())


def test_each_series_is_described_as_it_was_found(cleaned: Cleaned) -> None:
    mixed = cleaned.profile.filter(series_id="mixed").row(0, named=True)
    assert {name: mixed[name] for name in ("n_listed", "n_missing", "gaps", "negatives", "n_obs")} == {
        "n_listed": 19, "n_missing": 1, "gaps": 1, "negatives": 1, "n_obs": 18,
    }  # fmt: skip
    assert (mixed["first"], mixed["last"]) == (date(2024, 1, 1), date(2024, 1, 20))
    assert mixed["missing_share"] == pytest.approx(1 / 19)


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("zero", {"all_zero"}),
        ("same", {"constant"}),
        ("few", {"short", "ended"}),
        ("blank", {"no_values", "missing"}),
        ("mixed", {"missing", "gaps", "negatives"}),
    ],
)
def test_each_series_is_flagged_for_what_is_unusual(cleaned: Cleaned, series: str, expected: set[str]) -> None:
    assert flags(cleaned, series) == expected


def test_the_flagged_series_are_named_in_the_findings(cleaned: Cleaned) -> None:
    named = {finding.code: finding.series for finding in cleaned.findings}
    assert named["all_zero"] == ("zero",)
    assert named["constant"] == ("same",)
    assert named["short"] == named["ended"] == ("few",)
    assert named["no_values"] == ("blank",)
