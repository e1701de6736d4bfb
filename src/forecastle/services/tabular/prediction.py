"""Answers to rows: one at once, together with whoever else asks; or many."""

import asyncio
import reprlib
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, starmap
from os import cpu_count
from pathlib import Path

import numpy as np
import polars as pl

from forecastle.core.errors import InputError, Wrong
from forecastle.data.tables import read_table
from forecastle.services.forecasts.gathering import Gathering
from forecastle.services.tabular.drift import Counts, Drift
from forecastle.services.tabular.serving import Served, TabularServing
from forecastle.settings import ReadSettings
from forecastle.tabular.matrix import text_of
from forecastle.tabular.rows import Row, matrix_of_rows
from forecastle.tabular.spec import Feature
from forecastle.tabular.tables import AnsweredTable, answered, in_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuestion:
    """One row. name: of the model; None for the default one. explain: also what each feature adds."""

    row: Mapping[str, object]
    name: str | None = None
    explain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnswer:
    """What one row is worth, in units of the target.

    row: as it was read. features: what was looked at. outside: features beyond what was seen in training. cached: the
    same row was answered before. contributions: what each feature adds to `base`, the strongest first; empty unless
    asked for.
    """

    prediction: float
    lower: float
    upper: float
    served: Served
    features: Sequence[str]
    row: Row
    outside: Sequence[Feature]
    cached: bool
    milliseconds: float
    base: float | None = None
    contributions: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float | str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAnswer:
    """What many rows are worth.

    rows: `row` (from 0), `prediction`, `lower`, `upper`, `error`: in words, null where there is an answer.
    outside: rows beyond what was seen in training, by feature; missing: rows without an optional feature.
    """

    rows: pl.DataFrame
    served: Served
    ignored: Sequence[str]
    outside: Mapping[str, int]
    missing: Mapping[str, int]
    milliseconds: float

    @property
    def failed(self) -> int:
        """Rows without an answer."""
        return int(self.rows["error"].count())


Known = tuple[float, float, float]
"""A cached answer: prediction, lower and upper end."""


Listener = Callable[[Served, Counts, float], None]
"""Told of rows that were asked together, by whichever thread answered them; and how many seconds that took."""


@dataclass(frozen=True, kw_only=True)
class TabularPrediction:
    """Rows that wait are answered together, by one version. reading: what a file of rows may hold."""

    serving: TabularServing
    reading: ReadSettings = field(default_factory=ReadSettings)
    drifts: dict[str, Drift] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    cache: OrderedDict[tuple[str, tuple[float, ...]], Known] = field(default_factory=OrderedDict)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="tabular"))

    async def answer(self, question: RowQuestion) -> RowAnswer:
        """Answer one row.

        Raises:
            InputError: values are missing, of the wrong type, negative where none was, or the key is not known.
            NotFoundError, NoModelError, ArtifactError: there is no such model, or it cannot be read.
        """
        answer = await self._answers.ask(question)
        return await asyncio.to_thread(_explained, answer) if question.explain else answer

    async def answer_rows(self, rows: Sequence[object], name: str | None = None) -> TableAnswer:
        """Answer rows as JSON has them; one that cannot be answered does not hinder the others.

        Raises:
            NotFoundError, NoModelError, ArtifactError: there is no such model, or it cannot be read.
        """
        started = time.perf_counter()
        served = await self.serving.leading(name)
        return await asyncio.to_thread(self._of_rows, served, rows, started)

    async def answer_table(self, table: pl.DataFrame, name: str | None = None) -> TableAnswer:
        """Answer the rows of a table; one that cannot be answered does not hinder the others.

        Raises:
            InputError: a column that every row must have is not there.
            NotFoundError, NoModelError, ArtifactError: there is no such model, or it cannot be read.
        """
        started = time.perf_counter()
        served = await self.serving.leading(name)
        return await asyncio.to_thread(self._of_table, served, table, started)

    async def answer_file(self, file: Path, name: str | None = None) -> TableAnswer:
        """Answer the rows of a file. Their own columns stand before the answers, which take the place of older ones.

        Raises:
            InputError: it cannot be read, or a column that every row must have is not there.
            NotFoundError, NoModelError, ArtifactError: there is no such model, or it cannot be read.
        """
        table = (await asyncio.to_thread(read_table, file, settings=self.reading)).frame
        said = await self.answer_table(table, name)
        answers = said.rows.drop("row")
        return replace(said, rows=table.select(pl.exclude(answers.columns)).hstack(answers))

    def drift(self, served: Served) -> Drift:
        """What was counted for a version."""
        return self.drifts.setdefault(served.version.label, Drift())

    def close(self) -> None:
        """Let go of the thread."""
        self.thread.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _answers(self) -> Gathering[RowQuestion, RowAnswer]:
        return Gathering(together=self._together, alike=lambda question: question.name)

    async def _together(self, batch: Sequence[RowQuestion]) -> Sequence[RowAnswer | Exception]:
        started = time.perf_counter()
        served = await self.serving.leading(batch[0].name)

        def work() -> list[RowAnswer | Exception]:
            read = [served.reader.read(question.row) for question in batch]
            good = [row for row in read if isinstance(row, Row)]
            known = self._known(served, good)
            self._count(served, _counted(good, refused=len(read) - len(good)), started)
            return [
                _answer(served, row, known[row.values], started) if isinstance(row, Row) else _refusal(row)
                for row in read
            ]

        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    def _known(self, served: Served, rows: Sequence[Row]) -> dict[tuple[float, ...], tuple[Known, bool]]:
        """The answer to each row, and whether it was remembered; only this thread touches the memory."""
        version, found = served.version.id, {}
        for row in rows:
            remembered = self.cache.get((version, row.values))
            if remembered is not None:
                self.cache.move_to_end((version, row.values))
                found[row.values] = (remembered, True)
        new = list({row.values: row for row in rows if row.values not in found}.values())
        if new:
            said = served.model.predict(matrix_of_rows(new, len(served.model.spec.features)))
            made = zip(said.prediction.tolist(), said.lower.tolist(), said.upper.tolist(), strict=True)
            for row, answer in zip(new, made, strict=True):
                found[row.values] = (answer, False)
                self.cache[version, row.values] = answer
        while len(self.cache) > self.serving.settings.cache_rows:
            self.cache.popitem(last=False)
        return found

    def _of_rows(self, served: Served, rows: Sequence[object], started: float) -> TableAnswer:
        read = [served.reader.read(row) if isinstance(row, Mapping) else NO_OBJECT for row in rows]
        good = [row for row in read if isinstance(row, Row)]
        values = matrix_of_rows(good, len(served.model.spec.features))
        errors = [None if isinstance(row, Row) else "; ".join(starmap(_in_words, row.items())) for row in read]
        said = AnsweredTable(
            rows=in_rows(values, pl.Series("error", errors, dtype=pl.String), served.model),
            outside=_by_feature(row.outside for row in good),
            missing=_by_feature(row.missing for row in good),
            ignored=tuple(dict.fromkeys(name for row in good for name in row.ignored)),
        )
        return self._told(served, said, started)

    def _of_table(self, served: Served, table: pl.DataFrame, started: float) -> TableAnswer:
        return self._told(served, answered(table, served.model, threads=cpu_count() or 1), started)

    def _told(self, served: Served, said: AnsweredTable, started: float) -> TableAnswer:
        answer = TableAnswer(
            rows=said.rows.with_row_index("row"),
            served=served,
            ignored=said.ignored,
            outside=said.outside,
            missing=said.missing,
            milliseconds=1000 * (time.perf_counter() - started),
        )
        rows = answer.rows.height - answer.failed
        counts = Counts(rows=rows, refused=answer.failed, outside=answer.outside, missing=answer.missing)
        self._count(served, counts, started)
        return answer

    def _count(self, served: Served, counts: Counts, started: float) -> None:
        self.drift(served).add(counts)
        for listener in self.listeners:
            listener(served, counts, time.perf_counter() - started)


NO_OBJECT = {"row": Wrong("is no JSON object of features and values")}


def _answer(served: Served, row: Row, found: tuple[Known, bool], started: float) -> RowAnswer:
    spec = served.model.spec
    (prediction, lower, upper), cached = found
    return RowAnswer(
        prediction=prediction,
        lower=lower,
        upper=upper,
        served=served,
        features=[name for name in spec.names if name not in row.missing] if row.missing else spec.names,
        row=row,
        outside=[one for one in spec.asked if one.name in row.outside],
        cached=cached,
        milliseconds=1000 * (time.perf_counter() - started),
    )


def _refusal(wrong: Mapping[str, Wrong]) -> InputError:
    lines = list(starmap(_in_words, wrong.items()))
    return InputError(
        lines[0] if len(lines) == 1 else "\n".join(["This row cannot be answered:", *lines]),
        hint="GET /features/required tells what a row must have.",
        **{f"row.{name}": one for name, one in wrong.items()},
    )


def _counted(rows: Sequence[Row], *, refused: int) -> Counts:
    outside, missing = (row.outside for row in rows), (row.missing for row in rows)
    return Counts(rows=len(rows), refused=refused, outside=_by_feature(outside), missing=_by_feature(missing))


def _by_feature(rows: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(rows))


def _explained(answer: RowAnswer) -> RowAnswer:
    """With what each feature adds, which takes some regressors a while."""
    row, model = np.array(answer.row.values), answer.served.model
    told = model.contributions(row)
    return replace(answer, base=told.pop(""), contributions=told, values=text_of(model.spec, row))


def _in_words(name: str, wrong: Wrong) -> str:
    said = f"{name}: {wrong.message}"
    return said if wrong.value is None else f"{said}, got {reprlib.repr(wrong.value)}"
