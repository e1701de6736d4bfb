"""Which versions may let their files go."""

from collections.abc import Iterable, Sequence

from forecastle.core.records import Decision, ModelVersion
from forecastle.lifecycle.lineage import lineage


def prunable(versions: Iterable[ModelVersion], decisions: Iterable[Decision], *, keep: int) -> Sequence[ModelVersion]:
    """The versions whose files are no longer needed, the oldest first; what is known about them stays.

    The newest `keep` stay. So do the champion and the one before it, however old, so that one rollback always works.
    versions, decisions: of one model, in any order.
    """
    leaders = frozenset(lineage(decisions)[-2:])
    in_order = sorted(versions, key=lambda version: version.number)
    return [version for version in in_order[:-keep] if version.id not in leaders and version.pruned_at is None]
