"""How many rows lay beyond what a model had seen, since this process began."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock


@dataclass(eq=False, kw_only=True)
class Drift:
    """Counts. rows: that were answered. outside: of those, rows beyond what was seen in training, by feature."""

    rows: int = 0
    refused: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    counting: Lock = field(default_factory=Lock)

    def add(self, *, rows: int, outside: Mapping[str, int] | Iterable[str] = (), refused: int = 0) -> None:
        """Count some more; rows are answered in several threads."""
        with self.counting:
            self.rows += rows
            self.refused += refused
            self.outside.update(outside)
