"""Back to the champion before."""

from collections.abc import Iterable

from forecastle.core.errors import ConflictError
from forecastle.core.records import Decision, ModelVersion
from forecastle.lifecycle.lineage import lineage

BY_HAND = "Promote a version that is still kept by its number instead."


def previous(decisions: Iterable[Decision], versions: Iterable[ModelVersion]) -> ModelVersion:
    """The version that a rollback makes champion again: the one that led before today's champion was promoted.

    decisions, versions: of one model, in any order.

    Raises:
        ConflictError: no version led before, or its files are no longer kept.
    """
    line = lineage(decisions)
    if len(line) < 2:
        raise ConflictError("No version led before, so there is none to return to.", hint=BY_HAND)
    before = next(version for version in versions if version.id == line[-2])
    if before.pruned_at is not None:
        raise ConflictError(
            f"{before.label} led before, but its files were let go on {before.pruned_at:%Y-%m-%d}.", hint=BY_HAND
        )
    return before
