"""How many rows lay beyond what a model had seen, since this process began."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows that were asked together.

    rows: that were answered. refused: that could not be. outside: of the answered ones, rows beyond what was seen in
    training, by feature. missing: of those, rows without an optional feature.
    """

    rows: int
    refused: int
    outside: Mapping[str, int]
    missing: Mapping[str, int]


@dataclass(eq=False, kw_only=True)
class Drift:
    """The sum of counts."""

    rows: int = 0
    refused: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    counting: Lock = field(default_factory=Lock)

    def add(self, counts: Counts) -> None:
        """Count some more; rows are answered in several threads."""
        with self.counting:
            self.rows += counts.rows
            self.refused += counts.refused
            self.outside.update(counts.outside)
            self.missing.update(counts.missing)
