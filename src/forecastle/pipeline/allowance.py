"""Which models a time limit has room for: the cheap ones first, and always the yardstick."""

from forecastle.core.budget import UNLIMITED, Budget
from forecastle.core.findings import Finding, Severity
from forecastle.models.catalog import Card, find
from forecastle.pipeline.lineup import YARDSTICK
from forecastle.pipeline.work import TargetWork, Work

SHORTEST = 0.02
"""Seconds that even a fit to one series takes."""


def room_for(work: Work, target: TargetWork, card: Card) -> Budget | None:
    """Until when a model may be fitted; None when that would take longer than what the cheaper ones leave over.

    The yardstick is fitted in any case, so that there is a forecast however short the time.
    """
    if not work.budget.limited or card.name == YARDSTICK:
        return UNLIMITED
    room = work.budget.sparing(sum(_waiting(other, card, work.plan(other).windows) for other in work.targets))
    return room if room.left() > seconds(target, card) else None


def seconds(target: TargetWork, card: Card) -> float:
    """What one fit takes, by the card until it was measured."""
    return target.took.get(card.name, max(SHORTEST, card.seconds(target.panel.frame.height)))


def expected(target: TargetWork, name: str) -> float:
    """Seconds until a model has forecast; a kept one is not fitted again."""
    return SHORTEST if target.kept else seconds(target, find(name))


def windows_seconds(work: Work) -> float:
    """What the backtest of all targets takes."""
    return sum(
        work.plan(target).windows * sum(seconds(target, card) for card in target.lineup.cards)
        for target in work.targets
        if target.lineup is not None and target.kept is None
    )


def time_for_windows(work: Work, number: int) -> Budget:
    """What a target's backtest may take, so that the targets after it have as much, and what its models usually do."""
    target = work.targets[number]
    share = work.budget.shared(len(work.targets) - number)
    if target.lineup is None:
        return share
    return Budget(ends=share.ends, usual={card.name: seconds(target, card) for card in target.lineup.cards})


def left_out(target: TargetWork, limit: float | None) -> Finding:
    """What a planner must know of the models that had no time."""
    return Finding(
        code="time_limit",
        severity=Severity.WARNING,
        message=f"{target.name}: the time limit of {limit:g} s had no room for {', '.join(target.left_out)}.",
        action="forecast by the models that fitted in; raise the limit to have them",
        count=len(target.left_out),
        rows=tuple(f"{model}: {why}" for model, why in target.left_out.items()),
    )


def _waiting(target: TargetWork, card: Card, windows: int) -> float:
    """What cheaper models still need: a fit, if they have not had it, and every window of the backtest."""
    cheaper = (other for other in (target.lineup.cards if target.lineup else ()) if other.cost < card.cost)
    return sum(seconds(target, other) * (windows + (other.name not in target.said)) for other in cheaper)
