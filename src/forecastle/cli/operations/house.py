"""Opening the house for one command, and showing what its services answer."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from forecastle.cli.options import General
    from forecastle.core.records import DatasetVersion, Job, ModelVersion
    from forecastle.services.datasets.lineage import Generation
    from forecastle.services.house import House
    from forecastle.settings import Settings

Answer = TypeVar("Answer")


def settings_of(general: "General") -> "Settings":
    """The settings of a command, the log set up by them."""
    from forecastle.core.logs import configure_logging

    settings = general.load()
    configure_logging(settings.log.level, json=settings.log.format == "json", file=settings.log.file)
    return settings


def in_house(general: "General", use: Callable[["House"], Awaitable[Answer]]) -> Answer:
    """Open the house that the settings name, let a command use it, and close it again."""
    from forecastle.bootstrap.house import open_house

    settings = settings_of(general)

    async def opened() -> Answer:
        _stop_on_sigterm()
        async with open_house(settings) as house:
            return await use(house)

    try:
        return asyncio.run(opened())
    except asyncio.CancelledError as stopped:
        raise KeyboardInterrupt from stopped


def _stop_on_sigterm() -> None:
    """Have SIGTERM stop this task, as Ctrl-C does; as an exception in the event loop it would stop every other, too."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - it is the one that runs this
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def show(rows: Sequence[Mapping[str, Any]], general: "General", *, nothing: str) -> None:
    """A table for people, or JSON for programs. nothing: what is said when there are no rows."""
    if general.json:
        print(json.dumps(list(rows), default=_text, ensure_ascii=False, indent=2))  # noqa: T201 - a command answers
        return
    if not rows:
        print(nothing)  # noqa: T201
        return
    import polars as pl

    from forecastle.reporting.text import print_table

    print_table(pl.DataFrame([{name: _cell(value) for name, value in row.items()} for row in rows]))


def say(answer: Mapping[str, Any], sentence: str, general: "General") -> None:
    """One sentence for people, or the whole answer for programs."""
    print(json.dumps(answer, default=_text, ensure_ascii=False, indent=2) if general.json else sentence)  # noqa: T201


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


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else value


def tell(found: object) -> None:
    """Print a result as JSON, whatever it is made of."""
    print(json.dumps(_plain(found), default=str, ensure_ascii=False))  # noqa: T201 - a command answers


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can say
    """A result as JSON can say it: frames column by column."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    import polars as pl
    import polars.selectors as cs

    if isinstance(value, pl.DataFrame):
        return value.with_columns(cs.float().fill_nan(None)).to_dict(as_series=False)
    return value
