"""Numbers and names as people read them."""

from math import isfinite

from forecastle.core.frequency import Frequency, Unit

UNKNOWN = "–"

SEASONS = {
    (Unit.MINUTE, 1440): "the day before",
    (Unit.HOUR, 24): "the day before",
    (Unit.HOUR, 168): "last week",
    (Unit.DAY, 7): "last week",
    (Unit.DAY, 365): "last year",
    (Unit.BUSINESS_DAY, 5): "last week",
    (Unit.WEEK, 52): "last year",
    (Unit.MONTH, 12): "last year",
    (Unit.QUARTER, 4): "last year",
}
"""What people call the season before, by the unit and how many of them it lasts."""


def number(value: float | None) -> str:
    """Three significant digits, whole above a thousand: `12,346`, `123`, `12.3`, `0.123`; a dash when unknown."""
    if value is None or not isfinite(value):
        return UNKNOWN
    size = abs(value)
    decimals = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0 turns −0.0 into 0.0


def ratio(value: float | None) -> str:
    """0.953 → `0.95`; a dash when unknown."""
    return UNKNOWN if value is None or not isfinite(value) else f"{value:,.2f}"


def percent(share: float | None, decimals: int = 1) -> str:
    """0.123 → `12.3 %`; a dash when unknown."""
    if share is None or not isfinite(share):
        return UNKNOWN
    return f"{round(share * 100, decimals) + 0.0:,.{decimals}f} %"  # + 0.0 turns −0.0 into 0.0


def part(share: float) -> str:
    """The share of a part of something, in whole percent: never `0 %` for some, nor `100 %` for not quite all."""
    whole = round(share * 100)
    if 0 < share < 1 and whole in (0, 100):
        return "more than 99 %" if whole else "less than 1 %"
    return f"{whole} %"


def count(amount: int, word: str) -> str:
    """`1 series`, `3 months`: the amount with its noun in the right number."""
    plural = word if word.endswith("s") else f"{word}s"
    return f"{amount:,} {word if amount == 1 else plural}"


def ahead(horizon: int, freq: Frequency) -> str:
    """The horizon in words: `12 months`, `13 weeks`, `4 × 2 weeks`."""
    return count(horizon, freq.word) if freq.every == 1 else f"{horizon} × {freq.word}"


def repeating(freq: Frequency, season: int) -> str:
    """What the seasonal naive forecast, the yardstick of every comparison, does with a season of so many periods."""
    if season == 1:
        return "repeating the last value"
    return f"repeating {SEASONS.get((freq.unit, season * freq.every)) or f'the last {ahead(season, freq)}'}"


def better(skill: float | None, yardstick: str) -> str:
    """Skill in words: `12 % smaller than that of repeating last year`."""
    words = smaller(skill)
    joint = {"the same": "as that of", UNKNOWN: "against"}.get(words, "than that of")
    return f"{words} {joint} {yardstick}"


def smaller(skill: float | None) -> str:
    """Skill in a few words: `12 % smaller`, `the same`, or a dash when unknown."""
    if skill is None or not isfinite(skill):
        return UNKNOWN
    share = round(abs(skill) * 100)
    return f"{share} % {'smaller' if skill > 0 else 'larger'}" if share else "the same"


def luck(p_value: float | None) -> str:
    """How far chance explains an error smaller than the yardstick's."""
    if p_value is None or not isfinite(p_value):
        return UNKNOWN
    if p_value < 0.01:
        return "not luck (p < 0.01)"
    return f"{'hardly luck' if p_value < 0.05 else 'may be luck'} (p = {p_value:.2f})"


def change(growth: float) -> str:
    """`3.1 % more than`, `3.1 % less than` or `as much as`."""
    if abs(growth) < 0.0005:
        return "as much as"
    return f"{percent(abs(growth))} {'more' if growth > 0 else 'less'} than"
