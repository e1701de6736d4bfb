"""One house from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forecastle.core.ports import Begin, Queue
from forecastle.jobs.embedded import EmbeddedQueue
from forecastle.jobs.mrp import open_trigger
from forecastle.services.house import House
from forecastle.settings import Settings
from forecastle.storage.artifacts import open_artifacts
from forecastle.storage.database import Database


@asynccontextmanager
async def open_database(settings: Settings, *, upgrade: bool = True) -> AsyncIterator[Database]:
    """Open the database of the settings and close it at the end.

    upgrade: bring it to the newest schema first.

    Raises:
        StorageError: it cannot be opened.
    """
    database = await Database.open(settings.storage.database, pool=settings.storage.pool)
    try:
        if upgrade:
            await database.upgrade()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_house(settings: Settings, *, upgrade: bool = True) -> AsyncIterator[House]:
    """Open the database, the artifact store and the queue, and close them at the end.

    upgrade: bring the database to the newest schema first.

    Raises:
        StorageError: the database cannot be opened.
    """
    async with open_database(settings, upgrade=upgrade) as database:
        queue = _queue(settings, database.begin)
        house = House(
            settings=settings,
            begin=database.begin,
            artifacts=open_artifacts(settings.storage.artifacts),
            queue=queue,
            trigger=open_trigger(settings),
        )
        try:
            yield house
        finally:
            await house.close()
            await queue.close()


def _queue(settings: Settings, begin: Begin) -> Queue:
    if settings.queue.backend == "embedded":
        return EmbeddedQueue(begin)
    from forecastle.jobs.bullmq.queue import BullQueue

    return BullQueue(settings.queue)
