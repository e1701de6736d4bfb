"""Two versions of a dataset beside each other."""

import asyncio
from dataclasses import dataclass, field

from forecastle.core.errors import InputError
from forecastle.core.records import DatasetVersion
from forecastle.recipes.comparison import Comparison, compare
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.memory import Memory

REMEMBERED = 8
"""Comparisons a process keeps; versions never change, and neither does what is different between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two versions and what is different between them."""

    before: DatasetVersion
    after: DatasetVersion
    told: Comparison


@dataclass(frozen=True, kw_only=True)
class Comparisons:
    """Compares versions, one pair after the other, for that takes memory and all cores."""

    datasets: Datasets
    working: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    known: Memory[tuple[str, str], Comparison] = field(default_factory=lambda: Memory(REMEMBERED))

    async def of(self, name: str, *, before: int | None = None, after: int | None = None) -> Compared:
        """What is different between two versions.

        after: the current one without a number. before: the one that was made from, else the one before it.

        Raises:
            NotFoundError: there is no such dataset or version.
            InputError: there is no version to compare with.
        """
        new = await self.datasets.version(name, after)
        old = await self.datasets.version(name, before or await self._earlier(name, new))
        told = await self.known.of((old.id, new.id), lambda: self._compared(old, new))
        return Compared(before=old, after=new, told=told)

    async def _compared(self, old: DatasetVersion, new: DatasetVersion) -> Comparison:
        async with self.working:
            datasets = [await self.datasets.open(version) for version in (old, new)]
            return await asyncio.to_thread(compare, *datasets)

    async def _earlier(self, name: str, version: DatasetVersion) -> int:
        numbers = [one.number for one in await self.datasets.versions(name) if one.number < version.number]
        if version.parent in numbers:
            assert version.parent is not None  # noqa: S101 - no number is None
            return version.parent
        if not numbers:
            raise InputError(f"There is no version before {version.number} to compare with.", hint="Name another.")
        return max(numbers)
