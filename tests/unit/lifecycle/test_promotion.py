import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.records import ModelVersion
from forecastle.lifecycle.promotion import decide
from forecastle.settings import LifecycleSettings

RULES = LifecycleSettings()

Version = Callable[..., ModelVersion]


@pytest.mark.parametrize(
    ("champion", "challenger", "action"),
    [
        (0.12, 0.11, "promote"),
        (0.12, 0.1101, "keep"),
        (0.12, 0.05, "promote"),
        (0.12, 0.12, "keep"),
        (0.1, 0.2, "keep"),
    ],
)
def test_a_challenger_is_promoted_when_mape_improves_by_one_point(
    version: Version, champion: float, challenger: float, action: str
) -> None:
    verdict = decide(version(1, mape=champion), version(2, mape=challenger), RULES)
    assert (verdict.action, verdict.champion_value, verdict.challenger_value) == (action, champion, challenger)


@given(percent=st.integers(1, 500))
def test_exactly_the_margin_is_enough_whatever_binary_fractions_do(version: Version, percent: int) -> None:
    assert decide(version(1, mape=percent / 100), version(2, mape=(percent - 1) / 100), RULES).action == "promote"
    assert decide(version(1, mape=percent / 100), version(2, mape=(percent - 0.999) / 100), RULES).action == "keep"


def test_the_first_version_is_promoted_whatever_its_figures(version: Version) -> None:
    assert decide(None, version(1, mape=9.0), RULES).reason == "the first version, MAPE 900.00%"
    assert decide(None, version(1), RULES).action == "promote"


@pytest.mark.parametrize("undefined", [None, math.nan, math.inf])
def test_wape_decides_where_mape_is_undefined_for_one_of_them(version: Version, undefined: float | None) -> None:
    champion, challenger = version(1, mape=0.1, wape=0.5), version(2, mape=undefined, wape=0.4)
    for_worse = decide(challenger, champion, RULES)
    assert decide(champion, challenger, RULES).metric == for_worse.metric == "wape"
    assert (decide(champion, challenger, RULES).action, for_worse.action) == ("promote", "keep")


def test_a_challenger_that_cannot_be_compared_never_replaces_a_champion_that_can(version: Version) -> None:
    verdict = decide(version(1, wape=0.5), version(2, mape=0.1), RULES)
    assert (verdict.action, verdict.metric, verdict.champion_value, verdict.challenger_value) == (
        "keep", "wape", 0.5, None,
    )  # fmt: skip


def test_a_champion_without_figures_gives_way_to_a_challenger_that_has_some(version: Version) -> None:
    assert decide(version(1), version(2, wape=0.9), RULES).action == "promote"
    assert decide(version(1), version(2), RULES).action == "keep"


def test_metric_and_margin_can_be_chosen(version: Version) -> None:
    rules = LifecycleSettings(metric="rmse", margin=2)
    verdict = decide(version(1, rmse=30.5, mape=0.9), version(2, rmse=29.0, mape=0.1), rules)
    assert verdict.action == "keep"
    assert verdict.reason == "RMSE 30.5 → 29: better by 1.5, needed: better by 2"


def test_the_reason_tells_both_figures_and_what_was_needed(version: Version) -> None:
    better = decide(version(1, mape=0.1423), version(2, mape=0.1288), RULES)
    worse = decide(version(1, mape=0.1), version(2, mape=0.125), RULES)
    assert better.reason == "MAPE 14.23% → 12.88%: better by 1.35 pp, needed: better by 1 pp"
    assert worse.reason == "MAPE 10.00% → 12.50%: worse by 2.5 pp, needed: better by 1 pp"
