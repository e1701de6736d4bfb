"""What was found in the data and what was done about it: nothing is dropped, changed or filled silently."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters to the person who sent the data."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One kind of trouble, or one change made, in plain words.

    code: stable name such as `duplicates` or `gaps`. message: one sentence with the numbers.
    action: what was done about it ("kept the last of each"); empty when nothing was.
    count: rows (or series) concerned. series: the series concerned, all of them.
    rows: up to ten examples, each a readable row such as `line 7: volume = 'n/a'`.
    """

    code: str
    severity: Severity
    message: str
    action: str = ""
    count: int = 0
    series: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found on the way from the source to the panel, most serious first."""

    items: Sequence[Finding] = field(default_factory=tuple)

    def __add__(self, other: "Findings") -> "Findings":
        return Findings((*self.items, *other.items))

    def __iter__(self) -> Iterator[Finding]:
        order = list(Severity)
        return iter(sorted(self.items, key=lambda finding: order.index(finding.severity)))

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Only the findings of one severity."""
        return tuple(finding for finding in self.items if finding.severity is severity)
