import pytest

from forecastle.pipeline.decision import Losses, decide
from forecastle.reporting.reasons import plainly


def _why(**errors: float) -> str:
    losses = Losses(series=100, windows=3, newest=errors, older=errors, weighed=errors)
    decided = decide("ets", losses, ["greedy", "combination"], "sql")
    return f"{decided.champion}: smooth, class A, tft not asked for; {decided.why}"


KIND = "over all series of its kind,"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (_why(ets=1.1, greedy=1.0, combination=1.05),
         f"On 2 past windows, {KIND} it erred 4.8 % less than combination, and 9.1 % less than ets, ranges included."),
        (_why(ets=1.1, greedy=1.0, combination=0.99),
         f"On 2 past windows, {KIND} it erred 9.1 % less than ets, ranges included."
         " combination erred 1.0 % less, which may be luck."),
        (_why(ets=0.98, greedy=1.0, combination=1.0),
         f"On 2 past windows, {KIND} ets erred 2.0 % less, which may be luck."),
        (_why(ets=1.0, greedy=1.0, combination=1.0, theta=0.5),
         "Best on the older of 3 past windows, on the newest it erred 50.0 % less than greedy, ranges included."),
        ("ets: any pattern; no window to compare on", "The history is too short to try models on its past."),
        ("ets: asked for by name", "It was asked for."),
        ("analogues: cold start: analogues by brand, low confidence; beat ets by 3.0 % WAPE on 1 window",
         "It hardly has a past of its own, and is forecast like others of the same brand: take care."
         f" On 1 past window, {KIND} it erred 3.0 % less than ets."),
        ("ets: new since the models were trained, so there is nothing yet to compare on",
         "New since the models were trained, so there is nothing yet to compare on."),
    ],
)  # fmt: skip
def test_what_decided_is_said_in_words_for_planners(reason: str, said: str) -> None:
    assert plainly({"reason": reason}) == said


def test_the_model_and_the_series_are_told_before_what_decided() -> None:
    facts = {"model": "seasonal_naive", "pattern": "lumpy", "abc": "C", "reason": "seasonal_naive: asked for by name"}
    assert plainly(facts) == (
        "The same period of last season (seasonal_naive). The series is often zero, and has amounts that change a lot"
        " in between. It is one of the many small ones. It was asked for."
    )


def test_a_model_that_nobody_knows_any_more_is_not_explained() -> None:
    assert plainly({"model": "gone", "pattern": None, "abc": None, "reason": None}) == "It is the only model."
