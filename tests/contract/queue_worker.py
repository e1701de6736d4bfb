"""A worker process with the processes of `job_process.py`: its settings come on standard input, as from a server."""

import asyncio
import sys
from pathlib import Path

from forecastle.jobs.bullmq.worker import BullWorker
from forecastle.jobs.embedded import EmbeddedWorker
from forecastle.jobs.lifetime import keep_working, worker_name
from forecastle.settings import Settings
from forecastle.storage.database import Database

COMMAND = (sys.executable, str(Path(__file__).with_name("job_process.py")))


async def main() -> None:
    settings = Settings.model_validate_json(sys.stdin.buffer.readline())
    kind = EmbeddedWorker if settings.queue.backend == "embedded" else BullWorker
    database = await Database.open(settings.storage.database)
    try:
        await keep_working(kind(database.begin, COMMAND, settings, worker_name()), supervised=True)
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
