"""What recipes do, or would do, told: to people as findings, to programs as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.records import DatasetVersion
from forecastle.data.dataset import Dataset
from forecastle.recipes.elsewhere import HERE
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import Change, Outcome

JSON: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a recipe would do to a version. says: its steps in sentences. reused: the account was there already.

    rows_before, rows_after: of the whole dataset. engine: who worked on it, `this machine` or `dask`, `ray`, `spark`.
    """

    version: DatasetVersion
    steps: tuple[Mapping[str, Any], ...]
    says: tuple[str, ...]
    changes: tuple[Change, ...]
    rows_before: int
    rows_after: int
    reused: bool
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The version that a recipe made. reused: it had been made before, and nothing was computed."""

    version: DatasetVersion
    trial: Trial
    reused: bool


def nothing_counted(recipe: Recipe, base: DatasetVersion, made: DatasetVersion) -> Trial:
    """The account of a version that another process made: its findings tell what was changed."""
    return Trial(
        version=base,
        steps=recipe.as_json(),
        says=recipe.says(),
        changes=(),
        rows_before=base.rows,
        rows_after=made.rows,
        reused=True,
        engine=HERE,
    )


def with_findings(outcome: Outcome) -> Dataset:
    """The dataset with an account of every step among its findings."""
    told = [
        Finding(
            code="recipe",
            severity=Severity.INFO,
            message=f"Step {change.position}: {change.says}",
            action=_done(change),
            count=sum(change.cells.values()) + sum(change.found.values()) + change.rows_added + change.rows_removed,
        )
        for change in outcome.changes
    ]
    return replace(outcome.dataset, findings=outcome.dataset.findings + Findings(tuple(told)))


def _done(change: Change) -> str:
    parts = [f"{count:,} values of {name!r} changed" for name, count in change.cells.items() if count]
    parts += [f"{count:,} found in {name!r}" for name, count in change.found.items()]
    parts += [f"{change.rows_removed:,} rows fewer"] * (change.rows_removed > 0)
    parts += [f"{change.rows_added:,} rows more"] * (change.rows_added > 0)
    parts += [f"column {name!r} added" for name in change.columns_added]
    parts += [f"column {name!r} left out" for name in change.columns_removed]
    return ", ".join(parts) or "nothing had to be changed"


def as_json(trial: Trial) -> dict[str, Any]:
    """The account of a trial as JSON."""
    changes = [asdict(one) | {"rows_removed": one.rows_removed, "rows_added": one.rows_added} for one in trial.changes]
    told = {name: getattr(trial, name) for name in ("says", "rows_before", "rows_after", "engine", "reused")}
    written: dict[str, Any] = JSON.dump_python(told | {"changes": changes}, mode="json")
    return written


def changes_of(told: Mapping[str, Any]) -> tuple[Change, ...]:
    """What every step did, of an account as `as_json` writes it."""
    return CHANGES.validate_python(told["changes"])
