"""Recipes: what steps there are, which are kept under a name, and carrying them out on a dataset."""

from collections.abc import Mapping, Sequence
from typing import Any

from forecastle.client.answers import Cleaned, QueuedJob, Recipe, Trial
from forecastle.client.call import Call, named, reading
from forecastle.client.calls.jobs import queued

Steps = Sequence[Mapping[str, Any]]


def recipe_steps() -> Call[tuple[Mapping[str, Any], ...]]:
    """Every kind of step with its fields, in the order in which they are usually taken."""
    return Call(method="GET", path="/recipes/steps", read=reading(tuple[Mapping[str, Any], ...], "steps"))


def recipes() -> Call[tuple[Recipe, ...]]:
    """All recipes, by name."""
    return Call(method="GET", path="/recipes", read=reading(tuple[Recipe, ...], "recipes"))


def recipe(name: str) -> Call[Recipe]:
    """One recipe.

    Raises:
        NotFoundError: there is none of that name.
    """
    return Call(method="GET", path=f"/recipes/{named(name)}", read=reading(Recipe))


def save_recipe(name: str, steps: Steps, *, note: str = "") -> Call[Recipe]:
    """Keep steps under a name, in place of an older recipe of that name.

    Raises:
        InputError: a step is wrong; its position and field are named.
    """
    body = {"name": name, "steps": list(steps), "note": note}
    return Call(method="POST", path="/recipes", body=body, read=reading(Recipe))


def delete_recipe(name: str) -> Call[Recipe]:
    """Forget a recipe; versions that it made keep their steps.

    Raises:
        NotFoundError: there is none of that name.
    """
    return Call(method="DELETE", path=f"/recipes/{named(name)}", read=reading(Recipe))


def try_recipe(
    name: str, steps: Steps = (), *, recipe: str | None = None, like: int | None = None, version: int | None = None
) -> Call[Trial]:
    """What steps, a recipe, or the steps of another version would change in a dataset; nothing is kept.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
        InputError: a step cannot be taken.
    """
    body = _asked(steps, recipe, like, version)
    return Call(method="POST", path=f"/datasets/{named(name)}/clean/dry-run", body=body, read=reading(Trial))


def clean(
    name: str,
    steps: Steps = (),
    *,
    recipe: str | None = None,
    like: int | None = None,
    version: int | None = None,
    note: str = "",
) -> Call[Cleaned]:
    """Carry out steps, a recipe, or the steps of another version; a new version, the current one from now on.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
        InputError: a step cannot be taken, or they would take longer than a request should: `start_cleaning`.
    """
    body = _asked(steps, recipe, like, version) | {"note": note}
    return Call(method="POST", path=f"/datasets/{named(name)}/clean", body=body, read=reading(Cleaned))


def start_cleaning(
    name: str,
    steps: Steps = (),
    *,
    recipe: str | None = None,
    like: int | None = None,
    version: int | None = None,
    note: str = "",
) -> Call[QueuedJob]:
    """As `clean`, as a job, for data of any size; `wait_for` it, its result tells the version and every change.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
    """
    body = _asked(steps, recipe, like, version) | {"note": note}
    return queued(f"/datasets/{named(name)}/clean/start", body)


def start_trial(
    name: str, steps: Steps = (), *, recipe: str | None = None, like: int | None = None, version: int | None = None
) -> Call[QueuedJob]:
    """As `try_recipe`, as a job, for data of any size; its result tells what every step would change.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
    """
    body = _asked(steps, recipe, like, version) | {"dry_run": True}
    return queued(f"/datasets/{named(name)}/clean/start", body)


def try_on_series(
    name: str, series: str, steps: Steps = (), *, recipe: str | None = None, version: int | None = None
) -> Call[tuple[Mapping[str, Any], ...]]:
    """The rows of one series as they are and as they would be; `state` tells which.

    Raises:
        NotFoundError: there is no such dataset, version, recipe or series.
        InputError: a step cannot be taken.
    """
    return Call(
        method="POST",
        path=f"/datasets/{named(name)}/clean/series",
        query={"series": series},
        body=_asked(steps, recipe, None, version),
        read=reading(tuple[Mapping[str, Any], ...], "rows"),
    )


def _asked(steps: Steps, recipe: str | None, like: int | None, version: int | None) -> dict[str, Any]:
    chosen = {"recipe": recipe, "like": like, "version": version}
    return {"steps": list(steps)} | {name: value for name, value in chosen.items() if value is not None}
