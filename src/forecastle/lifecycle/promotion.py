"""Whether a challenger takes the champion's place."""

from dataclasses import dataclass
from math import isfinite

from forecastle.core.records import ModelVersion
from forecastle.lifecycle.lineage import KEEP, PROMOTE
from forecastle.settings import LifecycleSettings

SUBSTITUTE = "wape"
"""What is compared where the metric of the settings is undefined: no series has a MAPE without sales."""

SHARES = frozenset({"mape", "wape", "wql"})
"""Metrics that people read as percentages."""

ROUNDING = 1e-9
"""0.12 − 0.11 is 0.00999… in binary, and is to count as one percentage point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided, and why. Both values are of `metric`, where lower is better; None where undefined.

    action: `promote` or `keep`.
    """

    action: str
    metric: str
    champion_value: float | None
    challenger_value: float | None
    reason: str


def decide(champion: ModelVersion | None, challenger: ModelVersion, rules: LifecycleSettings) -> Verdict:
    """The challenger is promoted when it improves the metric by the margin, or when nobody leads yet.

    Both are compared by `rules.metric`, or by WAPE where that is undefined for one of them. A challenger that cannot
    be compared never replaces a champion that has a value, and always one that has none.
    """
    metric = _metric(champion, challenger, rules)
    theirs, ours = _value(champion, metric), _value(challenger, metric)
    name = metric.upper()
    if champion is None:
        action, reason = PROMOTE, f"the first version, {name} {_shown(ours, metric)}"
    elif ours is None:
        action, reason = KEEP, f"the challenger has no {name} to compare; {champion.label}: {_shown(theirs, metric)}"
    elif theirs is None:
        action, reason = PROMOTE, f"{champion.label} has no {name} to compare; the challenger: {_shown(ours, metric)}"
    elif _scale(champion) != _scale(challenger):
        action, reason = KEEP, f"{champion.label} was trained on another scale, so that {name} does not compare them"
    else:
        action = PROMOTE if theirs - ours >= rules.margin - ROUNDING else KEEP
        change = f"{name} {_shown(theirs, metric)} → {_shown(ours, metric)}"
        reason = f"{change}: {_gap(theirs - ours, metric)}, needed: {_gap(rules.margin, metric)}"
    return Verdict(action=action, metric=metric, champion_value=theirs, challenger_value=ours, reason=reason)


def _metric(champion: ModelVersion | None, challenger: ModelVersion, rules: LifecycleSettings) -> str:
    """The first metric that both have; without one, the first that the champion has, or else the challenger."""
    metrics = (rules.metric, SUBSTITUTE)
    theirs, ours = (
        [name for name in metrics if _value(version, name) is not None] for version in (champion, challenger)
    )
    both = [name for name in theirs if name in ours]
    return next(iter((*both, *theirs, *ours)), rules.metric)


def _scale(version: ModelVersion) -> object:
    """What a recipe did to the target before it was trained on; None for nothing."""
    return version.parameters.get("transforms") or None


def _value(version: ModelVersion | None, metric: str) -> float | None:
    value = version.metrics.get(metric) if version else None
    return value if value is not None and isfinite(value) else None


def _shown(value: float | None, metric: str) -> str:
    if value is None:
        return "unknown"
    return f"{value:.2%}" if metric in SHARES else f"{value:.4g}"


def _gap(gain: float, metric: str) -> str:
    """`better by 1.5 pp`; pp are percentage points."""
    size = f"{abs(gain) * 100:.3g} pp" if metric in SHARES else f"{abs(gain):.3g}"
    return f"{'better' if gain >= 0 else 'worse'} by {size}"
