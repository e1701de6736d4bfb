"""Moments and durations as people say them."""

from datetime import UTC, date, datetime

from forecastle.core.frequency import Frequency


def ago(moment: datetime | None) -> str:
    """`just now`, `5 minutes ago`, `yesterday`, then the date."""
    if moment is None:
        return "–"
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            if word == "day" and count > 6:
                return f"{moment:%d %b %Y}"
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def lasting(seconds: float | None) -> str:
    """`0.8 s`, `42 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


MONTHS = {"month": "%b %Y", "quarter": "%b %Y", "year": "%Y"}
"""How long periods are written, by their unit."""


def written(ds: date | datetime | int, unit: str = "day") -> str:
    """A period as it is written in tables. unit: how long it is, as `unit_of` says."""
    if isinstance(ds, int):
        return str(ds)
    if unit in MONTHS and ds.day == 1:
        return ds.strftime(MONTHS[unit])
    return f"{ds:%d %b %Y %H:%M}" if isinstance(ds, datetime) and (ds.hour or ds.minute) else f"{ds:%d %b %Y}"


def unit_of(freq: str) -> str:
    """The period of an execution, as the charts' script calls it: `week`, `month`, `step`."""
    parsed = Frequency.parse(freq)
    return Frequency(parsed.unit).word
