"""The TFT finds what was planted, and tells what it looked at."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecastle.core.panel import Panel
from forecastle.core.ports import Attends
from forecastle.models.batched import Compute
from forecastle.models.deep.explained import ExplainedFitted
from forecastle.models.deep.fitted import DeepFitted
from forecastle.models.families.tft import tft
from forecastle.settings import DeepSettings

pytestmark = pytest.mark.slow  # a network that has learned something takes seconds

HORIZON = 4
SMALL = DeepSettings(window=16, tft_hidden_size=16, tft_dropout=0.0, tft_epochs=3, tft_learning_rate=0.01)


@pytest.fixture(scope="module")
def fitted(promoted: Panel) -> ExplainedFitted:
    found = tft(Compute(rows=12_000, threads=1, deep=SMALL)).fit(promoted, HORIZON)
    assert isinstance(found, ExplainedFitted)
    return found


def test_a_planned_promotion_lifts_the_week_it_runs_in_and_no_other(
    fitted: ExplainedFitted, plan: pl.DataFrame
) -> None:
    values = fitted.predict(HORIZON, future=plan)["p50"].to_numpy().reshape(-1, HORIZON)
    assert np.median(values / values[:, :1], axis=0) == pytest.approx([1, 2, 1, 1], rel=0.2)


def test_the_promotion_is_the_weightiest_of_what_is_known_ahead(fitted: ExplainedFitted) -> None:
    weights = fitted.importances()
    assert weights.filter(kind="future")["feature"][0] == "promotion"
    assert set(weights.filter(kind="past")["feature"]) == {"target", "season_52", "calendar", "promotion"}
    assert weights.group_by("kind").agg(pl.col("weight").sum())["weight"].to_list() == pytest.approx(
        [1, 1, 1], abs=1e-5
    )


def test_attention_tells_of_each_step_how_far_back_it_looks(fitted: ExplainedFitted) -> None:
    told = fitted.attention(pl.Series(["s03", "s07"]))
    assert told.columns == ["series_id", "step", "lag", "weight"]
    lags = told.group_by("series_id", "step").agg(
        pl.col("lag").min().alias("first"), pl.col("lag").max().alias("last"), pl.col("weight").sum()
    )
    assert set(lags["series_id"]) == {"s03", "s07"}
    assert lags["first"].to_list() == [0] * 8
    assert (lags["last"] == lags["step"] + SMALL.window - 1).all()
    assert lags["weight"].to_numpy() == pytest.approx(1, abs=1e-5)


def test_what_is_looked_at_depends_on_the_plan(fitted: ExplainedFitted, plan: pl.DataFrame) -> None:
    series = pl.Series(["s03"])
    assert not fitted.attention(series, future=plan).equals(fitted.attention(series))
    assert not fitted.importances(future=plan).equals(fitted.importances())


def test_only_networks_that_can_explain_themselves_say_so(fitted: ExplainedFitted) -> None:
    assert isinstance(fitted, Attends)
    plain = DeepFitted(name="lstm", panel=fitted.panel, network=fitted.network, compute=fitted.compute)
    assert not isinstance(plain, Attends)


def test_a_loaded_network_looks_at_the_same(fitted: ExplainedFitted, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    loaded = tft(Compute(threads=1, deep=SMALL)).load(tmp_path)
    assert isinstance(loaded, ExplainedFitted)
    assert loaded.importances().equals(fitted.importances())
    assert loaded.attention().equals(fitted.attention())


def test_where_nothing_was_learned_there_is_nothing_to_tell(promoted: Panel) -> None:
    short = promoted.with_frame(promoted.frame.group_by("series_id", maintain_order=True).head(1))
    fitted = tft(Compute(threads=1, deep=SMALL)).fit(short, HORIZON)
    assert isinstance(fitted, ExplainedFitted)
    assert fitted.network is None
    assert fitted.importances().is_empty()
    assert fitted.attention().is_empty()
