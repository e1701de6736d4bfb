"""Why a model forecasts a series, in words for planners.

The reason that is kept, as `pipeline.decision` words it, names the row of the routing table and the measure.
"""

import re
from collections.abc import Mapping
from typing import Any

from forecastle.core.errors import ForecastleError
from forecastle.models.catalog import find
from forecastle.reporting.wording import count

PATTERNS = {
    "smooth": "has values in nearly every period, in steady amounts",
    "erratic": "has values in nearly every period, in amounts that change a lot",
    "intermittent": "is often zero, and has steady amounts in between",
    "lumpy": "is often zero, and has amounts that change a lot in between",
}

SIZES = {
    "A": "It is among the few that make up most of the total.",
    "B": "It is of middle size.",
    "C": "It is one of the many small ones.",
}

BEAT = re.compile(
    r"beat (?P<rival>.+?) by (?P<gain>[\d.]+ %) (?P<measure>.+?) on (?P<newest>the newest of )?"
    r"(?P<windows>\d+) windows?(?:, and was best on those before|, and (?P<routed>.+) by (?P<more>[\d.]+ %))?"
)
NEAR = re.compile(
    r"(?P<rival>.+?) was (?P<gain>[\d.]+ %) better(?: in .+? on (?P<windows>\d+) windows?)?, but not clearly"
)
COLD = re.compile(r"cold start: analogues by (?P<kind>.+), low confidence")
FIXED = {
    "asked for by name": "It was asked for.",
    "no window to compare on": "The history is too short to try models on its past.",
    "nothing to compare with": "No other model was tried on the past.",
}
"""Parts of a reason that say nothing but one thing."""


def plainly(facts: Mapping[str, Any]) -> str:
    """The model, the series and what decided, in sentences. facts: `model`, `pattern`, `abc` and the kept `reason`."""
    _, _, reason = str(facts.get("reason") or "").partition(": ")
    told = [_sentence(part) for part in reason.split("; ")]
    kind = PATTERNS.get(str(facts.get("pattern")))
    said = [
        _model(str(facts["model"])) if facts.get("model") else "",
        f"The series {kind}." if kind else "",
        SIZES.get(str(facts.get("abc")), ""),
        *(told if any(told) else [f"{reason[:1].upper()}{reason[1:]}." if reason else ""]),
    ]
    return " ".join(filter(None, said)) or "It is the only model."


def _model(name: str) -> str:
    try:
        title = find(name).title
    except ForecastleError:
        return ""
    return f"{title} ({name})."


def _sentence(part: str) -> str:
    """What one part of a reason means; empty for the row of the routing table."""
    if said := FIXED.get(part):
        return said
    if cold := COLD.fullmatch(part):
        return f"It hardly has a past of its own, and is forecast like others of the same {cold['kind']}: take care."
    if beat := BEAT.fullmatch(part):
        more = f", and {beat['more']} less than {beat['routed']}" if beat["routed"] else ""
        ranges = ", ranges included" if "quantile" in beat["measure"] else ""
        return f"{_where(beat)} it erred {beat['gain']} less than {beat['rival']}{more}{ranges}."
    if near := NEAR.fullmatch(part):
        who = f"{_where(near)} {near['rival']}" if near["windows"] else near["rival"]
        return f"{who} erred {near['gain']} less, which may be luck."
    return ""


def _where(found: re.Match[str]) -> str:
    """The past periods that were forecast from what was known before them."""
    windows = count(int(found["windows"]), "past window")
    if found.groupdict().get("newest"):
        return f"Best on the older of {windows}, on the newest"
    return f"On {windows}, over all series of its kind,"
