"""Answers to rows: one at once, together with whoever else asks; or many."""

import asyncio
import reprlib
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from os import cpu_count

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.services.forecasts.gathering import Gathering
from forecastle.services.tabular.drift import Drift
from forecastle.services.tabular.serving import Served, TabularServing
from forecastle.tabular.matrix import text_of
from forecastle.tabular.rows import Row, Wrong, matrix_of_rows
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

    features: what was looked at. outside: features beyond what was seen in training. ignored: columns that were sent
    and not looked at. complete: False where optional features were missing. cached: the same row was answered before.
    contributions: what each feature adds to `base`, the strongest first; empty unless asked for.
    """

    prediction: float
    lower: float
    upper: float
    served: Served
    features: Sequence[str]
    outside: Sequence[Feature]
    ignored: Sequence[str]
    complete: bool
    cached: bool
    milliseconds: float
    base: float | None = None
    contributions: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float | str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAnswer:
    """What many rows are worth.

    rows: `row` (from 0), `prediction`, `lower`, `upper`, `error`: in words, null where there is an answer.
    outside: rows beyond what was seen in training, by feature.
    """

    rows: pl.DataFrame
    served: Served
    ignored: Sequence[str]
    outside: Mapping[str, int]
    milliseconds: float

    @property
    def failed(self) -> int:
        """Rows without an answer."""
        return int(self.rows["error"].count())


Known = tuple[float, float, float, bool]
"""A cached answer: prediction, lower and upper end, and whether it was answered by the required features alone."""


@dataclass(frozen=True, kw_only=True)
class TabularPrediction:
    """Rows that wait are answered together, by one version."""

    serving: TabularServing
    drifts: dict[str, Drift] = field(default_factory=dict)
    cache: OrderedDict[tuple[str, tuple[float, ...]], Known] = field(default_factory=OrderedDict)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="tabular"))

    async def answer(self, question: RowQuestion) -> RowAnswer:
        """Answer one row.

        Raises:
            InputError: values are missing, of the wrong type, negative where none was, or the key is not known.
            NotFoundError, NoModelError, ArtifactError: there is no such model, or it cannot be read.
        """
        return await self._answers.ask(question)

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
            known = self._known(served, [row for row in read if isinstance(row, Row)])
            return [
                self._answer(served, question, row, known[row.values], started) if isinstance(row, Row)
                else self._refusal(served, row)
                for question, row in zip(batch, read, strict=True)
            ]  # fmt: skip

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
            made = zip(
                said.prediction.tolist(), said.lower.tolist(), said.upper.tolist(), said.core.tolist(), strict=True
            )
            for row, answer in zip(new, made, strict=True):
                found[row.values] = (answer, False)
                self.cache[version, row.values] = answer
        while len(self.cache) > self.serving.settings.cache_rows:
            self.cache.popitem(last=False)
        return found

    def _answer(
        self, served: Served, question: RowQuestion, row: Row, found: tuple[Known, bool], started: float
    ) -> RowAnswer:
        spec = served.model.spec
        (prediction, lower, upper, core), cached = found
        self.drift(served).add(rows=1, outside=row.outside)
        base, told = self._explained(served, row) if question.explain else (None, {})
        member = served.model.core if core and served.model.core else served.model.full
        return RowAnswer(
            prediction=prediction,
            lower=lower,
            upper=upper,
            served=served,
            features=[spec.names[place] for place in member.columns],
            outside=[one for one in spec.asked if one.name in row.outside],
            ignored=row.ignored,
            complete=not core,
            cached=cached,
            milliseconds=1000 * (time.perf_counter() - started),
            base=base,
            contributions=told,
            values=text_of(spec, np.array(row.values)) if question.explain else {},
        )

    def _explained(self, served: Served, row: Row) -> tuple[float | None, Mapping[str, float]]:
        told = served.model.contributions(np.array(row.values))
        if told is None:
            return None, {}
        return told.pop(""), told

    def _refusal(self, served: Served, wrong: Sequence[Wrong]) -> InputError:
        self.drift(served).add(rows=0, refused=1)
        lines = [_in_words(one) for one in wrong]
        return InputError(
            lines[0] if len(lines) == 1 else "\n".join(["This row cannot be answered:", *lines]),
            hint="GET /features/required tells what a row must have.",
            **{f"row.{one.name}": one.message for one in wrong},
        )

    def _of_rows(self, served: Served, rows: Sequence[object], started: float) -> TableAnswer:
        read = [served.reader.read(row) if isinstance(row, Mapping) else (NO_OBJECT,) for row in rows]
        good = [row for row in read if isinstance(row, Row)]
        outside = Counter(name for row in good for name in row.outside)
        values = matrix_of_rows(good, len(served.model.spec.features))
        errors = [None if isinstance(row, Row) else "; ".join(map(_in_words, row)) for row in read]
        said = AnsweredTable(
            rows=in_rows(values, pl.Series("error", errors, dtype=pl.String), served.model),
            outside=outside,
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
            milliseconds=1000 * (time.perf_counter() - started),
        )
        refused = answer.failed
        self.drift(served).add(rows=said.rows.height - refused, outside=said.outside, refused=refused)
        return answer


NO_OBJECT = Wrong(name="row", message="is no JSON object of features and values")


def _in_words(wrong: Wrong) -> str:
    said = f"{wrong.name}: {wrong.message}"
    return said if wrong.value is None else f"{said}, got {reprlib.repr(wrong.value)}"
