import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.trial import Trial
from forecastle.models.combination import Weighting
from forecastle.pipeline.contest import AUTO, COMBINATION, GREEDY, MEDIAN, Rules, averaged, judge, replay

QUANTILES = Quantiles((0.1, 0.5, 0.9))
SERIES, STEPS = 12, 4
MODELS = {"good": 1.0, "poor": 6.0}
Errors = dict[str, dict[int, float]]
STEADY: Errors = {name: dict.fromkeys((1, 2, 3), error) for name, error in MODELS.items()}


def _trials(errors: Errors) -> tuple[Trial, ...]:
    """Models whose typical error in each window is given; the truth is 100 plus noise."""
    rng = np.random.default_rng(5)
    trials = []
    for number in (1, 2, 3):
        said = {}
        for name, by_window in errors.items():
            sign = rng.choice([-1.0, 1.0], (SERIES, STEPS))
            mean = 100 + by_window[number] * sign * rng.uniform(0.5, 1.5, (SERIES, STEPS))
            said[name] = np.stack([mean, mean - 5, mean, mean + 5], axis=2).astype(np.float32)
        cutoff, ones = np.full(SERIES, 100 - STEPS * number), np.ones(SERIES)
        y = 100 + rng.normal(0, 1, (SERIES, STEPS))
        trials.append(Trial(number=number, cutoff=cutoff, y=y, scale=ones, scale_rms=ones, forecasts=said))
    return tuple(trials)


def _rules(routed: str = "poor", *ensembles: str) -> Rules:
    return Rules(
        groups=np.zeros(SERIES, dtype=np.int64),
        routed=(routed,),
        because=("a row of the table",),
        members=tuple(MODELS),
        voters=tuple(MODELS),
        ensembles=frozenset(ensembles),
        measure="wape",
        quantiles=QUANTILES,
    )


def test_without_evidence_the_routing_table_decides() -> None:
    verdict = judge((), _rules("poor"))
    assert verdict.champions == ("poor",)
    assert "no window to compare on" in verdict.reasons[0]


def test_a_rival_that_wins_on_a_window_it_had_not_seen_replaces_the_routed_model() -> None:
    rules = _rules("poor")
    verdict = judge(replay(_trials(STEADY), rules), rules)
    assert verdict.champions == ("good",)
    assert verdict.reasons[0].startswith("good: a row of the table; beat poor by 7")
    assert verdict.reasons[0].endswith("% WAPE on the newest of 3 windows, and was best on those before")


def test_a_rival_that_wins_only_where_it_was_chosen_does_not() -> None:
    lucky = {"good": {1: 9.0, 2: 1.0, 3: 1.0}, "poor": {1: 1.0, 2: 6.0, 3: 6.0}}
    rules = _rules("poor")
    assert judge(replay(_trials(lucky), rules), rules).champions == ("poor",)


@pytest.mark.parametrize(("saved", "series", "champion"), [(0.05, 12, "poor"), (0.05, 1200, "good"), (0.2, 12, "good")])
def test_the_fewer_series_the_more_a_rival_must_gain(saved: float, series: int, champion: str) -> None:
    misses, ones, trials = {"poor": 5.0, "good": 5.0 * (1 - saved)}, np.ones(series), []
    for trial in _trials(STEADY):
        y = np.resize(trial.y, (series, STEPS))
        said = {name: np.repeat(y[:, :, None] + miss, 4, axis=2).astype(np.float32) for name, miss in misses.items()}
        many = replace(trial, cutoff=np.full(series, 100), y=y, scale=ones, scale_rms=ones, forecasts=said)
        trials.append(many)
    rules = replace(_rules("poor"), groups=np.zeros(series, dtype=np.int64))
    assert judge(replay(trials, rules), rules).champions == (champion,)


def test_the_combination_is_not_judged_where_it_had_no_weights_yet() -> None:
    """Equal weights made it worse than `good` in the oldest window by more than it gained in the others."""
    errors = {"good": dict.fromkeys((1, 2, 3), 1.0), "poor": {1: 1.0, 2: 1.0, 3: 90.0}}
    rules = replace(_rules("good", COMBINATION), weighting=Weighting(power=0.0, cut=1e9))
    assert judge(replay(_trials(errors), rules), rules).champions == (COMBINATION,)


@pytest.mark.parametrize("measure", ["sql", "wql", "wape", "mase", "rmsse"])
def test_every_measure_finds_the_better_model(measure: str) -> None:
    rules = replace(_rules("poor"), measure=measure)
    assert judge(replay(_trials(STEADY), rules), rules).champions == ("good",)


def test_the_better_model_gets_more_weight_and_weights_add_up_to_one() -> None:
    rules = _rules("poor", COMBINATION)
    shares = judge(replay(_trials(STEADY), rules), rules).shares[COMBINATION]
    assert shares.sum(axis=0) == pytest.approx(np.ones(SERIES))
    assert shares[0].mean() > 0.8


def test_what_happened_in_a_window_changes_no_forecast_of_that_window() -> None:
    newest, *older = _trials(STEADY)
    rules = _rules("poor", COMBINATION, GREEDY, MEDIAN)
    before = replay((newest, *older), rules)[0].forecasts
    after = replay((replace(newest, y=newest.y * 50 - 3), *older), rules)[0].forecasts
    assert all(np.array_equal(before[name], after[name]) for name in (AUTO, COMBINATION, GREEDY, MEDIAN))


def test_the_oldest_window_is_combined_with_equal_weights() -> None:
    oldest = replay(_trials(STEADY), _rules("poor", COMBINATION, GREEDY))[-1].forecasts
    for name in (COMBINATION, GREEDY):
        assert oldest[name] == pytest.approx((oldest["good"] + oldest["poor"]) / 2, rel=1e-5)


def test_an_ensemble_with_given_weights_keeps_them_whatever_the_evidence() -> None:
    rules = replace(_rules("poor", "mixed"), fixed={"mixed": {"good": 0.6, "poor": 0.4}})
    for trial in replay(_trials(STEADY), rules):
        said = trial.forecasts
        assert said["mixed"] == pytest.approx(0.6 * said["good"] + 0.4 * said["poor"], rel=1e-5)


def test_of_two_ensembles_that_learned_their_weights_the_better_one_may_replace_the_routed_model() -> None:
    rules = _rules("poor", COMBINATION, GREEDY)
    verdict = judge(
        replay(_trials({"good": dict.fromkeys((1, 2, 3), 5.0), "poor": dict.fromkeys((1, 2, 3), 6.0)}), rules), rules
    )
    assert verdict.champions[0] in (COMBINATION, GREEDY)
    assert re.search(
        r"^(combination|greedy): a row of the table; beat \w+ by \d+\.\d % WAPE on 2 windows", verdict.reasons[0]
    )


def test_a_routed_model_that_stays_says_how_near_the_others_came() -> None:
    even = {"good": dict.fromkeys((1, 2, 3), 5.0), "poor": dict.fromkeys((1, 2, 3), 5.1)}
    rules = _rules("good")
    reason = judge(replay(_trials(even), rules), rules).reasons[0]
    assert re.fullmatch(r"good: a row of the table; (beat poor by|poor was) \d+\.\d % .* on 2 windows.*", reason)


def test_a_series_that_a_model_did_not_forecast_is_combined_from_the_others() -> None:
    newest, *older = _trials(STEADY)
    said = {name: values.copy() for name, values in newest.forecasts.items()}
    said["good"][3] = np.nan
    rules = _rules("poor", COMBINATION)
    combined = replay((newest.with_forecasts(said), *older), rules)[0].forecasts[COMBINATION]
    assert combined[3] == pytest.approx(said["poor"][3], rel=1e-5)


def test_a_series_that_nobody_forecast_stays_without_a_forecast() -> None:
    newest, *older = _trials(STEADY)
    said = {name: values.copy() for name, values in newest.forecasts.items()}
    for values in said.values():
        values[3] = np.nan
    replayed = replay((newest.with_forecasts(said), *older), _rules("poor", COMBINATION, MEDIAN))[0].forecasts
    assert all(np.isnan(replayed[name][3]).all() for name in (AUTO, COMBINATION, MEDIAN))
    assert all(np.isfinite(replayed[name][2]).all() for name in (AUTO, COMBINATION, MEDIAN))


def test_the_mean_of_series_with_rare_sales_is_put_together_by_squared_errors() -> None:
    rules = replace(_rules("poor", COMBINATION, GREEDY), averaged=(0,))
    with_means, without = (replay(_trials(STEADY), each)[0].forecasts for each in (rules, replace(rules, averaged=())))
    assert np.array_equal(with_means[AUTO][:, :, 1:], without[AUTO][:, :, 1:])
    truth = _trials(STEADY)[0].y
    missed = [np.mean((said[:, :, 0] - truth) ** 2) for said in (with_means[AUTO], with_means["poor"])]
    assert missed[0] < 0.2 * missed[1]


def test_means_of_other_groups_are_those_of_their_champions() -> None:
    halves = np.repeat([0, 1], SERIES // 2)
    rules = replace(_rules(), groups=halves, routed=("poor", "poor"), because=("a", "b"), averaged=(1,))
    said = replay(_trials(STEADY), rules)[1].forecasts  # one window of evidence cannot change champions
    alike = (said[AUTO] == said["poor"])[:, :, 0].all(axis=1)
    assert alike.tolist() == [True] * 6 + [False] * 6


def test_only_patterns_of_rare_sales_have_such_means() -> None:
    groups = pl.DataFrame({"number": [0, 1, 2, 3], "pattern": ["smooth", "lumpy", "no demand", "intermittent"]})
    assert averaged(groups) == (1, 3)
