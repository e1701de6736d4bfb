"""What was decided about numbers and dates that can be read in more than one way."""

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.parsing.moments import DayOrder, Moments


def about_numbers(example: str, decimal: str) -> Findings:
    """How a number such as 1.234 was taken, where no value of the source tells what its mark means."""
    decimals = decimal in example
    meaning = "decimals" if decimals else "thousands"
    finding = Finding(
        code="ambiguous_numbers",
        severity=Severity.WARNING if decimals else Severity.INFO,
        message=f"Numbers such as {example} can be read in two ways; what follows the mark was taken as {meaning}.",
    )
    return Findings((finding,))


def about_moments(name: str, moments: Moments) -> Findings:
    """What was decided about the dates of a column."""
    found = []
    if len(moments.shapes) > 1:
        shapes = ", ".join(f"{shape} ({count})" for shape, count in moments.shapes.items())
        found.append(
            ("mixed_date_formats", f"The dates of {name!r} are written in {len(moments.shapes)} ways: {shapes}.")
        )
    if len(moments.zones) > 1:
        zones = ", ".join(moments.zones)
        found.append(
            ("mixed_time_zones", f"The times of {name!r} have several offsets from UTC ({zones}); UTC is used.")
        )
    if moments.some_unzoned:
        found.append(("missing_time_zones", f"Some times of {name!r} have no zone; they were taken as UTC."))
    warnings = Findings(tuple(Finding(code=code, severity=Severity.WARNING, message=text) for code, text in found))
    return _order_findings(name, moments.order) + warnings


def _order_findings(name: str, order: DayOrder) -> Findings:
    """How dates such as 01/05/2024 were taken, where no value is above 12."""
    if order.decided_by not in ("pattern", "custom"):
        return Findings()
    written = "day first" if order.day_first else "month first"
    guessed = order.decided_by == "custom"
    finding = Finding(
        code="ambiguous_dates",
        severity=Severity.WARNING if guessed else Severity.INFO,
        message=f"Nothing in {name!r} tells day from month; {written} was assumed."
        if guessed
        else f"The dates of {name!r} can be read in two ways; {written}, all are the same day of the month.",
        action=f"read {written} (name the date format if that is wrong)",
    )
    return Findings((finding,))
