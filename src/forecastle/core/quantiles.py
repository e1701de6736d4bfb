"""Which quantiles a forecast carries, and what their columns are called."""

from collections.abc import Iterator
from dataclasses import dataclass

from forecastle.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Probability levels in rising order, each strictly between 0 and 1."""

    levels: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9)

    def __post_init__(self) -> None:
        if not self.levels or any(not 0 < level < 1 for level in self.levels):
            raise InputError(f"Quantiles must lie strictly between 0 and 1; got {list(self.levels)}.")
        if list(self.levels) != sorted(set(self.levels)):
            raise InputError(f"Quantiles must rise and not repeat; got {list(self.levels)}.")

    def __iter__(self) -> Iterator[float]:
        return iter(self.levels)

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def columns(self) -> tuple[str, ...]:
        """`p10`, `p50`, `p97.5`: one column a level."""
        return tuple(column_of(level) for level in self.levels)


def column_of(level: float) -> str:
    """The column of one level: 0.1 → `p10`, 0.975 → `p97.5`."""
    return f"p{round(level * 100, 4):g}"


DEFAULT = Quantiles()
