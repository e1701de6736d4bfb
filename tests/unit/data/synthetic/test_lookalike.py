from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import Cancelled, InputError
from forecastle.core.panel import Panel
from forecastle.data.synthetic.lookalike import Lookalike, LookalikeSpec, imitate
from forecastle.data.synthetic.sales import synthesize
from forecastle.data.synthetic.scores import discriminative_score, usefulness
from forecastle.data.synthetic.spec import SyntheticSpec
from forecastle.data.synthetic.windows import windows_of

pytestmark = pytest.mark.slow  # networks learn here

SMALL = LookalikeSpec(steps=100, hidden=24)
BRIEF = LookalikeSpec(steps=3, hidden=4)


@pytest.fixture(scope="module")
def real() -> Panel:
    spec = SyntheticSpec(series=50, periods=72, freq="MS", season=0.5, intermittent=0, lumpy=0, closed=0)
    return synthesize(spec).panel


@pytest.fixture(scope="module")
def learned(real: Panel) -> Lookalike:
    return imitate(real, SMALL)


@pytest.fixture(scope="module")
def shuffled(real: Panel) -> Panel:
    """Real values in an order that means nothing."""
    return real.with_frame(real.frame.with_columns(pl.col("y").shuffle(seed=1).over("series_id")))


def test_look_alikes_are_harder_to_tell_from_real_series_than_their_shuffled_values(
    real: Panel, learned: Lookalike, shuffled: Panel
) -> None:
    score = discriminative_score(real, learned.sample(50), steps=100)
    assert score < 0.15
    assert discriminative_score(real, shuffled, steps=100) > score + 0.1


@pytest.mark.slow  # trains four networks more
def test_more_can_be_learned_from_look_alikes_than_from_shuffled_values(
    real: Panel, learned: Lookalike, shuffled: Panel
) -> None:
    good, bad = usefulness(real, learned.sample(50)), usefulness(real, shuffled)
    assert good.real == bad.real
    assert good.synthetic < 1.25 * good.real
    assert bad.synthetic > 1.1 * good.synthetic


def test_look_alikes_are_a_panel_like_the_real_one(real: Panel, learned: Lookalike) -> None:
    made = learned.sample(7, 30)
    assert made.n_series == 7
    assert made.frame.group_by("series_id").len()["len"].to_list() == [30] * 7
    assert made.frame["ds"].max() == real.frame["ds"].max()
    assert made.frame.select(((pl.col("y") >= 0) & (pl.col("y") == pl.col("y").round())).all()).item()
    low, high = real.frame["y"].quantile(0.1), real.frame["y"].quantile(0.9)
    assert low < made.frame["y"].median() < high


def test_equal_seeds_give_equal_look_alikes(real: Panel) -> None:
    one, same = (imitate(real, BRIEF) for _ in range(2))
    assert one.sample(3).frame.equals(same.sample(3).frame)
    assert not one.sample(3, seed=9).frame.equals(one.sample(3).frame)


def test_learning_stops_when_progress_says_so(real: Panel) -> None:
    def stop(_share: float, _message: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        imitate(real, BRIEF, progress=stop)


def test_intermittent_demand_stays_intermittent() -> None:
    spec = SyntheticSpec(series=20, periods=36, freq="MS", intermittent=1, lumpy=0, closed=0)
    real = synthesize(spec).panel
    made = imitate(real, replace(SMALL, steps=40)).sample(30)
    zeros = [panel.frame.select((pl.col("y") == 0).mean()).item() for panel in (real, made)]
    assert zeros[1] == pytest.approx(zeros[0], abs=0.1)


def test_nothing_can_be_learned_from_nothing(real: Panel) -> None:
    with pytest.raises(InputError, match="no series to learn from"):
        imitate(real.with_frame(real.frame.with_columns(y=pl.lit(0.0))))
    with pytest.raises(InputError, match="has 100 periods"):
        discriminative_score(real, real, window=100)
    few = real.select(real.grid().ids[:2])
    with pytest.raises(InputError, match="too few to be compared"):
        usefulness(few, few)


def test_windows_lie_side_by_side_from_the_end_in_units_of_the_series(real: Panel) -> None:
    frame = real.frame.head(7).with_columns(y=pl.Series([None, 2.0, None, 4.0, 2.0, 4.0, 8.0]))
    assert np.allclose(windows_of(real.with_frame(frame), 3)[0] * 22 / 6, [[2, 2, 4], [2, 4, 8]])
