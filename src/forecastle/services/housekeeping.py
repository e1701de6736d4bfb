"""What has to be done now and then, whether or not anybody asks."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from forecastle.core.ports import Artifacts, Begin
from forecastle.services.clock import Clock, utc_now
from forecastle.services.jobs.jobs import Jobs
from forecastle.settings import StorageSettings

log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""Files younger than this may belong to a job that has not recorded them yet."""


@dataclass(frozen=True, kw_only=True)
class Housekeeping:
    """What nobody needs any more, and jobs the queue has not heard of."""

    begin: Begin
    artifacts: Artifacts
    jobs: Jobs
    settings: StorageSettings
    now: Clock = field(default=utc_now)

    async def tidy(self, *, grace: timedelta = GRACE) -> int:
        """Remove what is past `storage.retention_days`, and files that nothing refers to; answers how many files."""
        before = self.now() - timedelta(days=self.settings.retention_days)
        async with self.begin() as work:
            gone = {
                "datasets": await work.datasets.purge(before),
                "versions": await work.datasets.prune_versions(before),
                "predictions": await work.executions.purge("predict", before),
                "events": await work.jobs.purge(before),
            }
            await work.commit()
        async with self.begin() as work:
            referenced = await work.referenced()
        gone["files"] = await self.artifacts.sweep(referenced, older_than=grace)
        if any(gone.values()):
            log.info("removed what nobody needs any more", extra=gone)
        return gone["files"]

    async def resubmit(self) -> int:
        """Hand waiting jobs to the queue once more: it may have been away, or have lost them."""
        return await self.jobs.resubmit()
