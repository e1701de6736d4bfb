"""Fitting a library's model to the series that are for it, piece by piece; the others get a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import cpu_count
from time import perf_counter

import numpy as np

from forecastle.core.errors import ForecastleError, ModelError
from forecastle.core.panel import Floats, Integers
from forecastle.core.progress import Progress, silent
from forecastle.models.adapters.engine import ERRORS, Engine, KeepingEngine, Learned, Occasion, Past, UnsuitableError
from forecastle.models.adapters.ranges import split_errors
from forecastle.models.adapters.workers import Workers
from forecastle.models.batched import Compute
from forecastle.models.forecasts import Flags

NOT_FINITE = "no finite forecast"

TRIED = 2.0
"""Seconds of work in this process after which the rest is estimated."""

WORTH = 10.0
"""Seconds of estimated work from which further processes are started; each takes some seconds to import the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Series fitted together. rows: where they stand in the grid."""

    rows: Integers
    lesson: "Lesson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What was fitted, and why not, by the row of the grid."""

    pieces: tuple[Piece, ...]
    refused: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be fitted. pasts: by the row of the grid."""

    engine: Engine
    occasion: Occasion
    pasts: dict[int, Past]

    def pieces(self) -> list[Integers]:
        """The rows that are fitted together, those of like length side by side."""
        rows = np.array(sorted(self.pasts, key=lambda row: (len(self.pasts[row].values), row)), dtype=np.int64)
        size = len(rows) if self.engine.traits.batch is None else self.engine.traits.batch
        return [rows[start : start + size] for start in range(0, len(rows), size or 1)]

    def learn(self, compute: Compute, progress: Progress, message: str) -> Lessons:
        """Fit everything.

        Raises:
            Cancelled: `progress` said so.
            ModelError: the library refused all series together.
        """
        pieces = self.pieces()
        if not pieces:
            progress(1.0, message)
        answers = self._alone(pieces, compute, progress, message)
        done = [
            Piece(rows=rows, lesson=answer)
            for rows, answer in zip(pieces, answers, strict=True)
            if isinstance(answer, Lesson)
        ]
        refused = {
            int(row): answer
            for rows, answer in zip(pieces, answers, strict=True)
            if isinstance(answer, str)
            for row in rows
        }
        refused |= {int(row): NOT_FINITE for piece in done for row in piece.rows[piece.lesson.unable]}
        return Lessons(pieces=tuple(done), refused=refused)

    def _alone(self, pieces: Sequence[Integers], compute: Compute, progress: Progress, message: str) -> "list[Answer]":
        """One after another in this process and, where much is left and they may, the rest in others."""
        threads = compute.threads or cpu_count() or 1
        several = self.engine.traits.alone and threads > 1
        started, answers = perf_counter(), list[Answer]()
        for rows in pieces:
            spent, rest = perf_counter() - started, len(pieces) - len(answers)
            if several and answers and rest > 1 and spent > TRIED and spent / len(answers) * rest > WORTH:
                break
            part = _part(progress, len(answers), len(pieces))
            answers.append(fit_piece(self.engine, self._series(rows), self.occasion, part))
            progress(len(answers) / len(pieces), message)
        if left := pieces[len(answers) :]:
            share = len(answers) / len(pieces)
            with Workers(min(threads, len(left))) as workers:
                answers += compute.map(
                    lambda rows: workers.call(fit_piece, self.engine, self._series(rows), self.occasion),
                    left,
                    lambda done, told: progress(share + (1 - share) * done, told),
                    message,
                )
        return answers

    def _series(self, rows: Integers) -> list[Past]:
        return [self.pasts[row] for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned from some series.

    errors: for models without ranges, see `ranges`. unable: which of the series it cannot go on from.
    """

    learned: Learned
    errors: Floats
    unable: Flags


Answer = Lesson | str


def fit_piece(engine: Engine, series: Sequence[Past], occasion: Occasion, progress: Progress = silent) -> Answer:
    """What was learned and the errors its ranges are made of, or why it cannot be learned.

    Raises:
        ModelError: the library refused all series together.
    """
    try:
        learned = engine.fit(series, occasion, progress)
        none, all_able = np.empty((0, 0)), np.ones(len(series), dtype=np.bool_)
        if engine.traits.pretrained:
            return Lesson(learned=learned, errors=none, unable=~all_able)
        said = learned.forecast(series, occasion.horizon, (0.5,))
        able = np.asarray(np.isfinite(said.mean).all(axis=1))
        if not able.any():
            return NOT_FINITE
        if isinstance(engine, KeepingEngine) and engine.kept is not None:
            errors = engine.kept[ERRORS]
        else:
            errors = split_errors(engine, series, occasion) if said.quantiles is None else none
        return Lesson(learned=learned, errors=errors, unable=~able)
    except UnsuitableError as reason:
        return str(reason)
    except ForecastleError:
        raise
    except Exception as error:
        if engine.traits.batch == 1:  # a library may fail in any way on one series; the others are still forecast
            return f"{type(error).__name__}: {error}".splitlines()[0]
        raise ModelError(f"The library could not fit the model: {type(error).__name__}: {error}") from error


def _part(progress: Progress, number: int, count: int) -> Progress:
    return lambda share, message: progress((number + share) / count, message)
