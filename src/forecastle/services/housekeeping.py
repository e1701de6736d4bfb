"""What has to be done now and then, whether or not anybody asks."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from forecastle.core.ports import Artifacts, Begin
from forecastle.services.datasets import Datasets
from forecastle.services.jobs import Jobs

log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""Files younger than this may belong to a job that has not recorded them yet."""


@dataclass(frozen=True, kw_only=True)
class Housekeeping:
    """Deleted datasets, files nobody needs any more, jobs the queue has not heard of."""

    begin: Begin
    artifacts: Artifacts
    datasets: Datasets
    jobs: Jobs

    async def tidy(self, *, grace: timedelta = GRACE) -> int:
        """Remove what is no longer needed; answers how many files went."""
        await self.datasets.purge()
        async with self.begin() as work:
            referenced = await work.referenced()
        swept = await self.artifacts.sweep(referenced, older_than=grace)
        if swept:
            log.info("files removed that nothing refers to", extra={"files": swept})
        return swept

    async def resubmit(self) -> int:
        """Hand waiting jobs to the queue once more: it may have been away, or have lost them."""
        return await self.jobs.resubmit()
