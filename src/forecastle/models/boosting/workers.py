"""Long jobs side by side that tell how far they are, and stop as soon as somebody says so."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from os import cpu_count
from threading import Event
from typing import TypeVar

from forecastle.core.progress import Progress

Answer = TypeVar("Answer")

OFTEN = 0.2
"""Seconds between two reports."""


def side_by_side(
    jobs: Sequence[Callable[[Callable[[float], None]], Answer]], *, threads: int, progress: Progress, message: str
) -> list[Answer]:
    """Do all jobs in threads, in order. Each is given what to call with its share done.

    `progress` is asked by the thread that waits, for it may belong to somebody who knows no threads; when it raises,
    the jobs end at their next report.

    Raises:
        Cancelled: `progress` said so.
    """
    stop = Event()
    shares = [0.0] * len(jobs)

    def teller(number: int) -> Callable[[float], None]:
        def tell(share: float) -> None:
            shares[number] = share
            if stop.is_set():
                raise InterruptedError

        return tell

    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        futures = [pool.submit(job, teller(number)) for number, job in enumerate(jobs)]
        try:
            while not all(future.done() for future in futures):
                wait(futures, timeout=OFTEN)
                progress(sum(shares) / len(jobs), message)
            return [future.result() for future in futures]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
