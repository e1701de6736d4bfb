"""Questions that are answered together: while some are being answered, those that arrive wait and are the next."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST = 500
"""Questions answered at once: more would make the first of them wait."""


@dataclass(frozen=True, eq=False)
class _Waiting(Generic[Question, Answer]):
    question: Question
    answer: asyncio.Future[Answer]


@dataclass(eq=False, kw_only=True)
class Gathering(Generic[Question, Answer]):
    """Whoever asks waits for the answer to a whole batch. alike: what the questions of a batch have in common.

    together: answers a batch, one answer or error a question, in order.
    """

    together: Callable[[Sequence[Question]], Awaitable[Sequence[Answer | Exception]]]
    alike: Callable[[Question], Hashable]
    waiting: list[_Waiting[Question, Answer]] = field(default_factory=list)
    answering: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        """Ask, together with whoever else is waiting."""
        asked: _Waiting[Question, Answer] = _Waiting(question, asyncio.get_running_loop().create_future())
        self.waiting.append(asked)
        if self.answering is None or self.answering.done():
            self.answering = asyncio.create_task(self._answer_all())
        return await asked.answer

    async def _answer_all(self) -> None:
        while self.waiting:
            kind = self.alike(self.waiting[0].question)
            batch = [one for one in self.waiting if self.alike(one.question) == kind][:MOST]
            chosen = set(batch)
            self.waiting = [one for one in self.waiting if one not in chosen]
            answers: Sequence[Answer | Exception]
            try:
                answers = await self.together([one.question for one in batch])
            except Exception as error:  # noqa: BLE001 - whoever waits is told, and others go on
                answers = [error] * len(batch)
            for one, answer in zip(batch, answers, strict=True):
                if one.answer.done():  # its request was given up
                    continue
                if isinstance(answer, Exception):
                    one.answer.set_exception(answer)
                else:
                    one.answer.set_result(answer)
