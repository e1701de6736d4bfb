"""How many rows lay beyond what a model had seen, since this process began."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

ByFeature = Mapping[str, int] | Iterable[str]
"""Rows a feature; or a feature a row."""


@dataclass(eq=False, kw_only=True)
class Drift:
    """Counts. rows: that were answered. outside: of those, rows beyond what was seen in training, by feature.

    missing: of those, rows without an optional feature. refused: rows that could not be answered.
    """

    rows: int = 0
    refused: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    counting: Lock = field(default_factory=Lock)

    def add(self, *, rows: int, outside: ByFeature = (), missing: ByFeature = (), refused: int = 0) -> None:
        """Count some more; rows are answered in several threads."""
        with self.counting:
            self.rows += rows
            self.refused += refused
            self.outside.update(outside)
            self.missing.update(missing)
