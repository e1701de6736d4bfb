"""Back to the champion before."""

from collections.abc import Iterable

from forecastle.core.errors import ConflictError
from forecastle.core.records import Decision, ModelVersion
from forecastle.lifecycle.lineage import lineage


def previous(decisions: Iterable[Decision], versions: Iterable[ModelVersion]) -> ModelVersion:
    """The version that a rollback makes champion again: the one that led before today's champion was promoted.

    decisions, versions: of one model, in any order.

    Raises:
        ConflictError: no version led before, or its files are no longer kept.
    """
    line = lineage(decisions)
    known = {version.id: version for version in versions}
    if len(line) < 2:
        leads = f"{known[line[0]].label} is the only champion left" if line and line[0] in known else "There was none"
        raise ConflictError(
            f"{leads}: there is no earlier one to return to.", hint="Promote a version by its number instead."
        )
    before = known.get(line[-2])
    if before is None or before.pruned_at is not None:
        kept = [version.number for version in known.values() if version.pruned_at is None]
        raise ConflictError(
            f"{_name(before)}, the champion before, cannot return: its files are no longer kept.",
            hint=f"Promote a version by its number instead; kept: {', '.join(map(str, sorted(kept)))}.",
            kept=sorted(kept),
        )
    return before


def _name(version: ModelVersion | None) -> str:
    return version.label if version else "A version that is not known"
