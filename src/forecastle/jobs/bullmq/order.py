"""A job as BullMQ clients write it, and as the database keeps it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forecastle.core.errors import InputError
from forecastle.core.records import Job, JobKind, JobStatus
from forecastle.settings import QueueSettings

if TYPE_CHECKING:
    from bullmq import Job as BullJob

NAMES = {
    JobKind.TRAIN: "train_model",
    JobKind.FORECAST: "forecast",
    JobKind.BACKTEST: "backtest",
    JobKind.TABULAR: "train_tabular",
    JobKind.CLEAN: "clean_dataset",
}
"""What BullMQ clients call the kinds of jobs."""

LONGEST_ID = 100

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def job_of(order: "BullJob", settings: QueueSettings) -> Job:
    """The job that a BullMQ job asks for: its name is the kind, its data are the parameters.

    Raises:
        InputError: there is no such kind, the data are no JSON object, or the id is too long.
    """
    kinds = {name: kind for kind, name in NAMES.items()}
    if order.name not in kinds:
        raise InputError(f"There is no job {order.name!r}.", hint=f"Jobs: {', '.join(kinds)}.", name=order.name)
    if not isinstance(order.data, Mapping):
        raise InputError(
            f"The data of a job must be a JSON object, not {order.data!r}.",
            hint='Send the parameters, such as {"dataset": "sales", "horizon": 13}.',
        )
    if len(order.id) > LONGEST_ID:
        raise InputError(f"A job id of {len(order.id)} characters is too long.", hint=f"Take at most {LONGEST_ID}.")
    return Job(
        id=order.id,
        kind=kinds[order.name],
        params=order.data,
        status=JobStatus.QUEUED,
        created_at=EPOCH + timedelta(milliseconds=order.timestamp),
        max_attempts=max(order.opts["attempts"], settings.attempts),
    )


def milliseconds(moment: datetime) -> int:
    """A moment as BullMQ writes it."""
    return (moment - EPOCH) // timedelta(milliseconds=1)
