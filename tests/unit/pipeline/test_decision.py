import pytest

from forecastle.pipeline.decision import Decision, Losses, decide


def _decided(ets: float, greedy: float, combination: float, *, series: int = 100) -> Decision:
    """Of three windows alike; with a hundred series 10 % are a clear gain, and between ensembles 1.5 %."""
    found = {"ets": ets, "greedy": greedy, "combination": combination}
    losses = Losses(series=series, windows=3, newest=found, older=found, weighed=found)
    return decide("ets", losses, ["greedy", "combination"], "sql")


@pytest.mark.parametrize(
    ("ets", "combination", "champion"), [(0.98, 0.99, "greedy"), (0.85, 1.0, "ets"), (0.98, 0.98, "combination")]
)
def test_the_usual_ensemble_gives_way_only_to_what_was_clearly_better(
    ets: float, combination: float, champion: str
) -> None:
    assert _decided(ets, 1.0, combination).champion == champion


def test_the_more_series_the_smaller_a_gain_is_clear() -> None:
    assert [_decided(0.98, 1.0, 1.0, series=series).champion for series in (30, 3000)] == ["greedy", "ets"]


def test_the_reason_says_when_the_routed_model_was_better_by_too_little() -> None:
    assert _decided(0.98, 1.0, 1.0).why == "ets was 2.0 % better in scaled quantile loss on 2 windows, but not clearly"


def test_the_reason_says_whom_the_champion_beat_and_who_came_near() -> None:
    assert _decided(1.1, 1.0, 0.99).why == (
        "beat ets by 9.1 % scaled quantile loss on 2 windows; combination was 1.0 % better, but not clearly"
    )
