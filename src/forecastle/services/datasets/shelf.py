"""Versions that somebody looks at: their files on this machine, and what was found out about them."""

import asyncio
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency
from forecastle.core.ports import Artifacts
from forecastle.core.records import DatasetVersion
from forecastle.data.aggregation import chosen_grid
from forecastle.data.dataset import Dataset, Roles
from forecastle.data.frequency import FrequencyGuess, infer_frequency
from forecastle.data.snapshot import Description, load_description, scan_rows, with_rows
from forecastle.exploration.line import Line, adds_up, line_of
from forecastle.exploration.series_index import SeriesIndex
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.memory import Memory

T = TypeVar("T")

AT_ONCE = 3
"""Questions answered at the same time; Polars uses every core for each."""
ANSWERS = 64
"""Answers remembered, the latest ones: a version never changes, and neither do they."""


@dataclass(eq=False, kw_only=True)
class Opened:
    """A version whose files are in a folder of this machine. What is found out about it is found out once."""

    version: DatasetVersion
    folder: Path

    @cached_property
    def description(self) -> Description:
        """Everything but the rows."""
        return load_description(self.folder)

    @property
    def roles(self) -> Roles:
        """What its columns are for."""
        return self.description.roles

    @cached_property
    def rows(self) -> pl.LazyFrame:
        """The rows, of which those are read that are asked for; how the file is laid out is read once."""
        return scan_rows(self.folder)

    @cached_property
    def series(self) -> SeriesIndex:
        """Its series, and where their rows are."""
        return SeriesIndex.of(self.rows, self.roles)

    @cached_property
    def frequency(self) -> FrequencyGuess:
        """How far apart its periods are."""
        columns = self.rows.select(self.roles.time, *self.roles.keys)
        return infer_frequency(with_rows(self.description, columns.collect()))

    def column(self, name: str | None) -> str:
        """A column by name; the first target without one.

        Raises:
            InputError: there is no such column.
        """
        there = self.rows.collect_schema().names()
        if name is not None and name not in there:
            raise InputError(f"There is no column {name!r}.", hint=f"The columns are: {', '.join(there)}.")
        return name or self.roles.targets[0]

    def dataset(self) -> Dataset:
        """All of it in memory."""
        return with_rows(self.description, self.rows.collect())

    def line(self, column: str, *, series_id: str | None = None, freq: str | None = None) -> Line:
        """One column of one series, or of all together, on the grid of a frequency (None: its own).

        Raises:
            NotFoundError: there is no such series.
            InputError: it is no column of numbers, or the frequency does not fit.
        """
        dataset = self._together(column) if series_id is None else self._of_series(series_id)
        asked = Frequency.parse(freq) if freq else None
        grid, summed = chosen_grid(self.frequency.freq, asked, dataset)
        return line_of(dataset, column, grid, series_id=series_id, summed=summed)

    def _of_series(self, series_id: str) -> Dataset:
        return with_rows(self.description, self.series.rows_of(self.rows, series_id))

    def _together(self, column: str) -> Dataset:
        """The rows of all series added up by moment, as if they were one series."""
        kind = self.rows.collect_schema().get(column)
        dataset = with_rows(self.description, self.rows.head(0).collect())
        if kind is None or not (kind.is_numeric() or kind == pl.Boolean) or column == self.roles.time:
            return dataset  # whoever draws a line of it is told
        value = pl.col(column).cast(pl.Float64)
        together = pl.when(value.count() > 0).then(value.sum()) if adds_up(dataset, column) else value.mean()
        rows = self.rows.group_by(self.roles.time).agg(together.alias(column)).sort(self.roles.time).collect()
        return replace(dataset, frame=rows)


@dataclass(eq=False, kw_only=True)
class Place:
    """Where a version is kept. users: who looks at it now. size: bytes, 0 before its files are there."""

    opened: Opened
    users: int = 0
    size: int = 0
    fetching: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(eq=False, kw_only=True)
class Shelf:
    """The versions looked at last, as many as there is room for. room: bytes on the disk."""

    datasets: Datasets
    artifacts: Artifacts
    room: int
    _places: OrderedDict[str, Place] = field(default_factory=OrderedDict)
    _answers: Memory[Hashable, Any] = field(default_factory=lambda: Memory(ANSWERS))
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def ask(
        self, name: str, number: int | None, question: Callable[[Opened], T], *, remember: Hashable = None
    ) -> T:
        """Have a question about a version answered beside the event loop. number: None takes the newest version.

        remember: what the question is called, when its answer is to be kept: equal names must mean equal questions.

        Raises:
            NotFoundError: there is no such dataset or version.
            ArtifactError: its files are missing or were changed.
        """
        version = await self.datasets.version(name, number)
        if remember is None:
            return await self._answer(version, question)
        answer: T = await self._answers.of((version.id, remember), lambda: self._answer(version, question))
        return answer

    @asynccontextmanager
    async def opened(self, version: DatasetVersion) -> AsyncIterator[Opened]:
        """A version with its files, which stay as long as somebody looks at it.

        Raises:
            ArtifactError: its files are missing or were changed.
        """
        fresh = Place(opened=Opened(version=version, folder=self._folder / version.id))
        place = self._places.setdefault(version.id, fresh)
        self._places.move_to_end(version.id)
        place.users += 1
        try:
            async with place.fetching:
                if not place.size:
                    await self.artifacts.get(version.manifest, place.opened.folder)
                    place.size = sum(file.stat().st_size for file in place.opened.folder.iterdir())
            await self._make_room()
            yield place.opened
        finally:
            place.users -= 1

    async def close(self) -> None:
        """End what is being found out, and remove all copies."""
        await self._answers.close()
        if "_temporary" in self.__dict__:
            self._temporary.cleanup()

    async def _answer(self, version: DatasetVersion, question: Callable[[Opened], T]) -> T:
        async with self.opened(version) as opened, self._turns:
            return await asyncio.to_thread(question, opened)

    async def _make_room(self) -> None:
        """Let go of versions nobody looks at, those not looked at for longest first."""
        for version_id, place in list(self._places.items()):
            if sum(kept.size for kept in self._places.values()) <= self.room:
                return
            if not place.users:
                del self._places[version_id]
                await asyncio.to_thread(shutil.rmtree, place.opened.folder, ignore_errors=True)

    @cached_property
    def _temporary(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="forecastle-")

    @property
    def _folder(self) -> Path:
        return Path(self._temporary.name)
