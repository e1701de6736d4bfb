"""The champions of one model, read from the log of decisions."""

from collections.abc import Iterable

from forecastle.core.records import Decision

PROMOTE, KEEP, ROLLBACK = "promote", "keep", "rollback"
"""What a decision can be."""


def lineage(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Ids of the versions that a rollback can return to, the oldest first; the last one is the champion.

    A promotion puts a version at the end, a rollback takes the last one away. So a second rollback goes further back
    instead of forth again, and a promotion after it makes a new line from where the rollback ended.
    decisions: of one model, in any order.
    """
    line: list[str] = []
    for decision in sorted(decisions, key=lambda decision: decision.id):
        if decision.action == PROMOTE and line[-1:] != [decision.version_id]:
            line.append(decision.version_id)
        elif decision.action == ROLLBACK:
            line = [*_before(line, decision.version_id), decision.version_id]
    return tuple(line)


def _before(line: list[str], version_id: str) -> list[str]:
    """What led before the latest time that this version did, today's turn aside."""
    earlier = [place for place, led in enumerate(line[:-1]) if led == version_id]
    return line[: earlier[-1]] if earlier else []
