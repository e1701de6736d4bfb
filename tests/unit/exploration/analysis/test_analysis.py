from collections.abc import Callable
from datetime import date, timedelta

import holidays as known
import numpy as np
import polars as pl
import pytest
from statsmodels.tsa.seasonal import STL

from forecastle.core.errors import InputError, ModelError
from forecastle.exploration.analysis import extra
from forecastle.exploration.analysis.anomalies import anomalies
from forecastle.exploration.analysis.change_points import change_points
from forecastle.exploration.analysis.decomposition import Method, decomposition
from forecastle.exploration.analysis.holidays import holiday_effects
from forecastle.exploration.analysis.seasonality import seasonality_tests
from forecastle.exploration.analysis.stationarity import stationarity
from forecastle.exploration.line import Line

LineFrom = Callable[..., Line]

RNG = np.random.default_rng(5)
NOISE = RNG.normal(size=210)
WEEKLY = 20 + 4.0 * (np.arange(210) % 7) + NOISE


@pytest.mark.parametrize("method", Method)
def test_parts_add_up_and_the_season_is_seen(line_from: LineFrom, method: Method) -> None:
    found = decomposition(line_from([*WEEKLY[:100], None, *WEEKLY[101:]]), method=method, seasons=(7,), points=1000)
    total = pl.sum_horizontal("trend", "season_7", "remainder")
    seen = found.points.filter(pl.col("y").is_not_null())
    assert seen.select((total - pl.col("y")).abs().max()).item() < 1e-9
    assert found.points["remainder"].null_count() == found.filled == 1
    assert found.seasonal_strength[7] > 0.9 > found.trend_strength


def test_loess_is_that_of_statsmodels(line_from: LineFrom) -> None:
    found = decomposition(line_from(list(WEEKLY)), method=Method.STL, seasons=(7,), points=1000)
    assert found.points["trend"].to_list() == pytest.approx(list(STL(WEEKLY, period=7, robust=True).fit().trend))


def test_too_few_cycles_leave_the_season_to_the_backtest(line_from: LineFrom) -> None:
    yearly = 200 + 60 * np.sin(np.arange(150) * 2 * np.pi / 52) + 16 * NOISE[:150]
    advice = seasonality_tests(line_from(list(yearly), "W")).advice
    assert "52 periods" in advice
    assert "let the backtest choose" in advice
    assert "a model without one will do" in seasonality_tests(line_from(list(NOISE), "W")).advice


def test_several_seasons_and_few_points(line_from: LineFrom) -> None:
    hours = np.sin(np.arange(600) * 2 * np.pi / 24) + np.sin(np.arange(600) * 2 * np.pi / 168)
    found = decomposition(line_from(list(hours), "h"), method=Method.STL, seasons=None, points=100)
    assert (found.seasons, len(found.points), found.thinned) == ((24, 168), 100, True)
    assert {"season_24", "season_168"} <= set(found.points.columns)


@pytest.mark.parametrize(("seasons", "says"), [((106,), "two seasons of 106"), ((1,), "two seasons of 1")])
def test_two_cycles_are_needed(line_from: LineFrom, seasons: tuple[int, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        decomposition(line_from(list(WEEKLY)), method=Method.ENGINE, seasons=seasons, points=100)


@pytest.mark.parametrize(
    ("values", "verdict", "differences"),
    [
        (NOISE, "stationary", 0),
        (NOISE.cumsum(), "unit_root", 1),
        (NOISE.cumsum().cumsum(), "unit_root", 2),
        (NOISE + 0.2 * np.arange(210), None, 1),
    ],
)
def test_a_verdict_says_how_often_to_difference(
    line_from: LineFrom, values: np.ndarray, verdict: str | None, differences: int
) -> None:
    found = stationarity(line_from(list(values), "YS", date(1800, 1, 1)))
    assert found.differences == differences
    assert verdict in (None, found.verdict)
    assert (f"{differences} from one period to the next" if differences else "no difference") in found.advice
    assert found.tests["differences"].to_list() == list(range(max(differences, 1) + 1))


def test_a_strong_season_takes_a_seasonal_difference(line_from: LineFrom) -> None:
    found = stationarity(line_from(list(WEEKLY)))
    assert (found.seasonal_differences, found.season, found.differences) == (1, 7, 0)
    assert "one over 7 periods" in found.advice


def test_seasons_are_told_from_chance(line_from: LineFrom) -> None:
    found = seasonality_tests(line_from(list(WEEKLY)), 7)
    assert found.seasons.row(0, named=True)["verdict"] == "strong"
    assert found.peaks["period"][0] == pytest.approx(7, abs=0.01)
    assert seasonality_tests(line_from(list(NOISE)), 7).seasons["verdict"].to_list() == ["none"]


def test_an_unusual_season_that_stands_out_is_tested_too(line_from: LineFrom) -> None:
    wave = 5 * np.sin(np.arange(210) * 2 * np.pi / 10)
    seasons = seasonality_tests(line_from(list(NOISE + wave))).seasons
    assert seasons.filter(season=10)["verdict"].to_list() == ["strong"]
    assert 10 not in seasonality_tests(line_from(list(NOISE))).seasons["season"].to_list()


def test_a_change_of_level_is_found_where_it_is(line_from: LineFrom) -> None:
    values = NOISE.copy()
    values[120:] += 6
    found = change_points(line_from(list(values)))
    assert found.changes["ds"].to_list() == [date(2024, 1, 1) + timedelta(days=120)]
    assert found.changes["change"][0] == pytest.approx(6, abs=0.5)
    assert found.levels["periods"].to_list() == [120, 90]
    assert change_points(line_from(list(NOISE))).changes.is_empty()
    assert change_points(line_from([3.0] * 40)).changes.is_empty()


def test_a_few_periods_far_off_are_no_change_for_good(line_from: LineFrom) -> None:
    values = NOISE.copy()
    values[120:] += 6
    values[[30, 170]] += 25
    values[60:63] -= 20
    assert change_points(line_from(list(values))).changes["ds"].to_list() == [date(2024, 1, 1) + timedelta(days=120)]


def test_what_trend_and_season_do_not_explain_stands_out(line_from: LineFrom) -> None:
    values = WEEKLY.copy()
    values[50] += 40
    values[150] -= 30
    found = anomalies(line_from(list(values)))
    assert [found.points["ds"][place].toordinal() - date(2024, 1, 1).toordinal() for place in (0, 1)] == [50, 150]
    assert found.points["score"][1] < -4
    assert found.points["expected"][0] == pytest.approx(WEEKLY[50], abs=5)
    assert anomalies(line_from(list(values)), threshold=1000).count == 0


def test_a_holiday_on_which_nothing_is_sold_is_measured(line_from: LineFrom) -> None:
    days = [date(2022, 1, 3) + timedelta(days=day) for day in range(900)]
    closed = {
        day
        for day, name in known.country_holidays("DE", years=range(2022, 2026), language="en_US").items()
        if "Christmas" in name
    }
    sold = [0.0 if day in closed else 100 + NOISE[place % 210] for place, day in enumerate(days)]
    found = holiday_effects(line_from(sold, "D", days[0]), "DE")
    assert set(found.effects["holiday"][:2]) == {"Christmas Day", "Second Day of Christmas"}
    assert found.effects["share"][0] == pytest.approx(-1, abs=0.1)
    assert found.effects.filter(pl.col("holiday") == "New Year's Day")["t"].abs().max() < 5


@pytest.mark.parametrize(("freq", "country", "says"), [("MS", "DE", "in days and weeks"), ("D", "XX", "'XX'")])
def test_where_no_holiday_can_show_this_is_said(line_from: LineFrom, freq: str, country: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        holiday_effects(line_from(list(WEEKLY), freq), country)


@pytest.mark.parametrize("ask", [stationarity, change_points, anomalies, seasonality_tests])
def test_too_short_a_series_is_refused_in_words(line_from: LineFrom, ask: Callable[[Line], object]) -> None:
    with pytest.raises(InputError, match=r"3 values|3 with a value"):
        ask(line_from([1.0, 2.0, 3.0], "MS"))


def test_a_missing_library_says_how_to_install_it() -> None:
    with pytest.raises(ModelError, match=r"(?s)needs no_such_thing.*forecastle\[analysis\]"):
        extra.library("no_such_thing.inside", "A test")
