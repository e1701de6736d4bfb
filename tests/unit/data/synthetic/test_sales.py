from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency
from forecastle.data.options import ReadOptions
from forecastle.data.read import read
from forecastle.data.synthetic.sales import PARTS, synthesize
from forecastle.data.synthetic.spec import SyntheticSpec
from forecastle.settings import ReadSettings

PLAIN = SyntheticSpec(series=40, outliers=0, missing=0, closed=0)


@given(
    st.builds(
        SyntheticSpec,
        series=st.integers(1, 6),
        periods=st.integers(1, 60),
        horizon=st.integers(0, 5),
        seed=st.integers(0, 2**32),
        freq=st.sampled_from(["h", "D", "B", "W-SAT", "MS", "QE", "YS", "15min", "step"]),
        missing=st.floats(0, 1),
        closed=st.floats(0, 1),
    )
)
def test_every_number_has_its_known_causes(spec: SyntheticSpec) -> None:
    made = synthesize(spec)
    truth, freq = made.truth, Frequency.parse(spec.freq)
    assert len(truth) == spec.series * (spec.periods + spec.horizon)
    expected = np.prod([truth[name].to_numpy() for name in (*PARTS, "sells")], axis=0)
    assert truth["expected"].to_numpy() == pytest.approx(expected)
    seen = made.panel.frame.join(truth, on=["series_id", "ds"], how="left")
    assert seen["y"].is_null().equals(seen.select(pl.col("closed") | pl.col("missing")).to_series())
    observed = seen.drop_nulls("y")
    assert observed["y"].to_numpy() == pytest.approx((observed["demand"] + observed["outlier"]).to_numpy())
    assert made.panel.frame.select(freq.on_grid(pl.col("ds")).all()).item()
    assert made.panel.frame.equals(made.panel.frame.sort("series_id", "ds"))


def test_equal_seeds_give_equal_sales_and_others_do_not() -> None:
    one, same, other = (synthesize(replace(PLAIN, seed=seed)).panel.frame for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_on_average_what_is_wanted_is_what_is_expected() -> None:
    truth = synthesize(replace(PLAIN, series=200, lumpy=0.3, intermittent=0.3)).truth
    by_kind = truth.group_by("kind").agg((pl.col("demand").sum() / pl.col("expected").sum()).alias("ratio"))
    assert by_kind["ratio"].to_numpy() == pytest.approx(1, abs=0.1)
    assert set(by_kind["kind"]) == {"smooth", "intermittent", "lumpy"}


def test_a_promotion_and_a_price_have_the_effect_they_were_given() -> None:
    made = synthesize(replace(PLAIN, noise=0.01, level=1e6, intermittent=0, lumpy=0, lift=0.5, elasticity=-2.0))
    rows = made.panel.frame.join(made.truth, on=["series_id", "ds"])
    rest = pl.col("level") * pl.col("trend") * pl.col("season") * pl.col("shift")
    table = rows.select((pl.col("y") / rest).log().alias("effect"), "promo", pl.col("price").log(), "series_id")
    within = table.with_columns(pl.col("effect", "price") - pl.col("effect", "price").mean().over("series_id"))
    within = within.with_columns(pl.col("promo") - pl.col("promo").mean().over("series_id"))
    found = np.linalg.lstsq(within.select("promo", "price").to_numpy(), within["effect"].to_numpy(), rcond=None)[0]
    assert found == pytest.approx([np.log(1.5), -2.0], abs=0.02)


def test_the_horizon_is_planned_and_its_sales_are_known_to_the_truth_only() -> None:
    made = synthesize(replace(PLAIN, periods=100, horizon=13))
    assert made.plan.height == 40 * 13
    assert made.panel.frame["ds"].max() < made.plan["ds"].min()
    assert made.truth["ds"].max() == made.plan["ds"].max()


def test_the_table_is_read_for_what_it_is() -> None:
    made = synthesize(SyntheticSpec(series=5, horizon=4, missing=0.1, closed=0.1))
    roles = read(made.table, options=ReadOptions(), settings=ReadSettings()).roles
    assert (roles.time, roles.keys, roles.targets) == ("date", ("sku",), ("sales",))
    assert (roles.price, roles.promotion, roles.closed) == ("price", ("promo",), "closed")
    assert made.table.filter(pl.col("sales").is_null()).height == 5 * 4


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"series": 0}, "series"), ({"missing": 1.5}, "missing"), ({"intermittent": 0.6, "lumpy": 0.6}, "intermittent")],
)
def test_values_that_make_no_sales_are_named(wrong: dict[str, float], named: str) -> None:
    with pytest.raises(InputError, match=named):
        synthesize(SyntheticSpec(**wrong))
