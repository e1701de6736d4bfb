"""What is kept, as rows that people read."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecastle.core.records import DatasetVersion, Job, ModelVersion
    from forecastle.services.datasets.lineage import Generation


def job_row(job: "Job") -> dict[str, Any]:
    """A job as one row."""
    return {
        "job": job.id,
        "kind": job.kind.value,
        "status": job.status.value,
        "step": job.report.name if job.report else "",
        "percent": job.report.percent if job.report else None,
        "created": job.created_at,
        "tries": job.attempts,
        "error": (job.error or {}).get("message", ""),
    }


def version_row(version: "ModelVersion", *, champion: "ModelVersion | None") -> dict[str, Any]:
    """A model version as one row."""
    measures = {name: version.metrics.get(name) for name in ("mape", "wape", "mase", "coverage_80")}
    return {
        "version": version.number,
        "label": version.label,
        "champion": champion is not None and champion.id == version.id,
        "created": version.created_at,
        **measures,
        "files": "let go" if version.pruned_at else "kept",
    }


def dataset_row(version: "DatasetVersion") -> dict[str, Any]:
    """A dataset version as one row."""
    kept = asdict(version)
    return {name: kept[name] for name in ("number", "created_at", "source", "rows")}


def generation_row(found: "Generation") -> dict[str, Any]:
    """A dataset version with where it comes from, as one row."""
    version = found.version
    state = "deleted" if version.deleted_at else "pinned" if version.pinned_at else "current" if found.current else ""
    return dataset_row(version) | {
        "from": version.parent,
        "steps": ", ".join(str(step.get("step", "")) for step in version.recipe),
        "by": version.by,
        "note": version.note,
        "executions": len(found.executions),
        "state": state,
        "content": version.content_hash[:12],
    }
