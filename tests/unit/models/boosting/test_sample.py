from collections import Counter
from math import gcd

import pytest

from forecastle.core.panel import Panel
from forecastle.core.progress import silent
from forecastle.models.batched import Compute
from forecastle.models.boosting.sample import Sample, history_of, spacing, spec_of

HORIZON = 4


def _sample(panel: Panel, rows: int) -> Sample:
    spec = spec_of(panel)
    history = history_of(panel, spec, ahead=HORIZON)
    return Sample.of(history, spec, HORIZON, Compute(rows=rows, threads=1), silent)


@pytest.mark.parametrize("rows", [300, 1_000, 5_000])
def test_about_as_many_rows_are_taken_as_were_asked_for(promoted: Panel, rows: int) -> None:
    sample = _sample(promoted, rows)
    assert len(sample.table) == pytest.approx(rows, rel=0.6)
    assert sample.table["y"].null_count() == 0


def test_every_step_series_and_week_is_learned_from(promoted: Panel) -> None:
    table = _sample(promoted, 2_000).table
    assert set(table["step"]) == {1, 2, 3, 4}
    counts = Counter(table["series_id"])
    assert len(counts) == 20
    assert table["ds"].n_unique() > 70


def test_no_row_tells_of_the_last_horizon_and_forecasts_it(promoted: Panel) -> None:
    sample = _sample(promoted, 5_000)
    early, late = sample.before(HORIZON), sample.after(HORIZON)
    assert not (early & late).any()
    last = promoted.frame["ds"].unique().sort()[-HORIZON]
    assert sample.table.filter(early)["ds"].max() < last
    assert sample.table.filter(late)["cutoff"].max() < last <= sample.table.filter(late)["ds"].min()


@pytest.mark.parametrize("share", [0.4, 1.0, 2.0, 13.0, 48.7])
def test_cutoffs_meet_every_place_in_a_season(share: float) -> None:
    apart = spacing(share, (7, 52))
    assert gcd(apart, 7) == gcd(apart, 52) == 1
    assert max(apart / share, share / apart) <= 2.5
