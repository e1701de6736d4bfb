"""The feature table holds nothing that was not known at the cutoff."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecastle.core.columns import CUTOFF, DS, SERIES_ID, STEP, Y
from forecastle.core.errors import HorizonError
from forecastle.core.panel import Panel
from forecastle.features.demand import classify
from forecastle.features.history import History
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import KEYS, features, rows_of

CODES = {"smooth": 0, "erratic": 1, "intermittent": 2, "lumpy": 3, "A": 0, "B": 1, "C": 2, "X": 0, "Y": 1, "Z": 2}


def spec_of(panel: Panel) -> FeatureSpec:
    return FeatureSpec(country_column="country", price=("price",), promotion=("promo",)).learn(panel)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(back=st.integers(1, 58), seed=st.integers(0, 99), steps=st.sets(st.integers(1, 14), min_size=1))
def test_what_happens_after_a_cutoff_changes_none_of_its_features(
    shop: Panel, back: int, seed: int, steps: set[int]
) -> None:
    """The law of the room: the target and past covariates after the cutoff are out of every feature's reach."""
    cutoff = shop.frame[DS].max() - timedelta(weeks=back)  # type: ignore[operator]  # a Date column holds dates
    later, noise = pl.col(DS) > cutoff, np.random.default_rng(seed).normal(50, 99, size=len(shop.frame))
    other = shop.with_frame(
        shop.frame.with_columns(
            pl.when(later & (pl.Series(noise) > 0)).then(pl.Series(noise)).when(~later).then(Y).alias(Y),
            pl.when(later).then(pl.Series(noise)).otherwise("weather").alias("weather"),
        )
    )
    until = pl.col(CUTOFF) <= cutoff
    before, after = (
        features(panel, spec=spec_of(shop), steps=sorted(steps)).filter(until).drop(Y) for panel in (shop, other)
    )
    assert len(before) > 0
    assert before.equals(after)


def test_every_period_is_a_target_of_the_period_before_it(shop: Panel) -> None:
    table = features(shop, spec=spec_of(shop))
    counts = dict(table.group_by(SERIES_ID).len().rows())
    assert counts == {"beer": 60, "bread": 40, "new": 9}  # the last row of each is the period to come
    answers = table.join(shop.frame, on=[SERIES_ID, DS], how="left", suffix="_true")
    assert answers[Y].equals(answers["y_true"].alias(Y))
    assert (table[DS] - table[CUTOFF] == timedelta(weeks=1)).all()


def test_rows_to_forecast_follow_each_series_own_end(shop: Panel) -> None:
    table = features(shop, spec=spec_of(shop), cutoffs=range(1), steps=range(1, 4))
    bread = table.filter(series_id="bread")
    assert bread[CUTOFF].unique().to_list() == [date(2024, 1, 22)]
    assert bread[DS].to_list() == [date(2024, 1, 29), date(2024, 2, 5), date(2024, 2, 12)]
    assert bread[STEP].to_list() == [1, 2, 3]
    assert table[Y].null_count() == len(table) == 9


def test_a_lag_that_reaches_past_the_cutoff_is_null(shop: Panel) -> None:
    table = features(shop, spec=spec_of(shop), cutoffs=range(1), steps=(1, 2, 3)).filter(series_id="beer")
    y = shop.frame.filter(series_id="beer")[Y]
    assert table["lag_1"].to_list() == [y[-1], None, None]
    assert table["lag_2"].to_list() == [y[-2], y[-1], None]
    assert table["lag_4"].to_list() == [y[-4], y[-3], y[-2]]


def test_the_seasonal_lag_goes_back_whole_seasons(shop: Panel) -> None:
    yearly = replace(shop, seasons=(5,))
    table = features(yearly, spec=spec_of(shop), cutoffs=range(1), steps=(1, 5, 6)).filter(series_id="beer")
    y = shop.frame.filter(series_id="beer")[Y]
    assert table["season_5"].to_list() == [y[-5], y[-1], y[-5]]
    assert table["season_5_mean"][0] == pytest.approx(np.mean([y[-5], y[-10], y[-15]]))


def test_the_classes_at_the_last_cutoff_are_those_of_the_whole_history(shop: Panel) -> None:
    complete = shop.with_frame(shop.frame.filter(pl.col(SERIES_ID) != "bread"))
    spec = spec_of(complete)
    table = features(complete, spec=spec, cutoffs=range(1))
    classes = classify(complete, settings=spec.classes)
    for name in ("adi", "cv2", "cv", "zero_share"):
        assert table[name].to_list() == pytest.approx(classes[name].to_list(), rel=1e-6)
    for name in ("pattern", "abc", "xyz"):
        assert table[name].to_list() == classes[name].replace_strict(CODES).to_list()


def test_a_series_that_ended_keeps_its_weight_in_the_ranking(shop: Panel) -> None:
    spec = spec_of(shop)
    table = features(shop, spec=spec, cutoffs=range(1))
    beer = table.filter(series_id="beer")["abc"].item()
    assert beer == CODES[classify(shop, settings=spec.classes).filter(series_id="beer")["abc"].item()]


def test_known_covariates_are_those_of_the_target_and_past_ones_of_the_cutoff(shop: Panel) -> None:
    row = features(shop, spec=spec_of(shop), cutoffs=range(5, 6), steps=(3,)).filter(series_id="beer")
    beer = shop.frame.filter(series_id="beer")
    assert row["x_price"].item() == pytest.approx(beer["price"][-3])
    assert row["x_promo"].item() == beer["promo"][-3]
    assert row["x_weather"].item() == pytest.approx(beer["weather"][-6])
    assert row["x_event"].item() == ["none", "sale"].index(beer["event"][-3])


def test_the_future_of_known_covariates_is_used_where_it_is_given(shop: Panel) -> None:
    future = pl.DataFrame(
        {
            "promo": [True],
            "price": [9],
            DS: [START_OF_FUTURE],
            SERIES_ID: ["beer"],
            "event": ["sale"],
        }
    )
    table = features(shop, spec=spec_of(shop), cutoffs=range(1), future=future)
    assert table.select("x_price", "x_promo", "x_event").row(0) == (9.0, 1.0, 1.0)
    assert table.select("x_price", "x_promo", "x_event").row(2) == (None, None, None)


START_OF_FUTURE = date(2024, 2, 26)


def test_each_series_has_the_holidays_of_its_own_country(shop: Panel) -> None:
    until_april = shop.with_frame(shop.frame.filter(pl.col(DS) < date(2023, 5, 1)))
    table = features(until_april.select(pl.Series(["beer", "bread"])), spec=spec_of(shop), cutoffs=range(2))
    may = table.filter(pl.col(DS) == date(2023, 5, 1))
    assert dict(may.select(SERIES_ID, "holidays").rows()) == {"beer": 1.0, "bread": 0.0}
    assert features(shop, spec=spec_of(shop)).filter(series_id="new")["holidays"].null_count() == 9


def test_appending_to_a_history_gives_the_rows_of_the_longer_panel(shop: Panel) -> None:
    """The recursive strategy: what a forecast appended is what an observation there would have been."""
    spec, alone = spec_of(shop), replace(shop.select(pl.Series(["beer"])), covariates=shop.covariates)
    shorter = alone.drop_last(1)
    last = alone.frame.filter(pl.col(DS) == pl.col(DS).max())
    history = History.of(shorter, categories=spec.categories, ahead=2, future=last)
    grown = rows_of(history.append(last[Y].to_numpy()), spec, cutoffs=range(1))
    whole = features(alone, spec=spec, cutoffs=range(1))
    same = [name for name in whole.columns if name != "x_weather"]  # nobody knows the weather of a forecast
    assert grown.select(same).equals(whole.select(same))


def test_large_panels_are_made_in_blocks_that_change_nothing(shop: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = features(shop, spec=spec_of(shop), steps=(1, 3))
    monkeypatch.setattr("forecastle.features.table.ROWS_AT_A_TIME", 1)
    assert features(shop, spec=spec_of(shop), steps=(1, 3)).equals(whole)


def test_features_are_narrow_numbers_beside_the_keys(shop: Panel) -> None:
    table = features(shop, spec=spec_of(shop))
    assert table.columns[: len(KEYS)] == list(KEYS)
    assert set(table.drop(KEYS).dtypes) == {pl.Float32()}
    assert not any(column.is_nan().any() for column in table.drop(KEYS))


@pytest.mark.parametrize("wrong", [{"steps": (0,)}, {"cutoffs": range(-1, 2)}, {"cutoffs": range(60, 70)}])
def test_rows_outside_the_history_are_refused(shop: Panel, wrong: dict[str, range]) -> None:
    with pytest.raises(HorizonError, match="cutoffs 0 to 59 periods back and steps from 1"):
        features(shop, spec=spec_of(shop), **wrong)
