"""Recipes: what steps there are, which are kept under a name, and carrying them out on a dataset."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from forecastle.client.answers import Cleaned, QueuedJob, Recipe, Trial
from forecastle.client.call import Call, named, reading
from forecastle.client.calls.jobs import queued

P = ParamSpec("P")
T = TypeVar("T")
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Steps for a dataset, as they are sent. path: of the dataset's cleaning."""

    path: str
    body: Mapping[str, Any]


def _to_try(
    name: str, steps: Steps = (), *, recipe: str | None = None, like: int | None = None, version: int | None = None
) -> Asked:
    chosen = {"recipe": recipe, "like": like, "version": version}
    body = {"steps": list(steps)} | {key: value for key, value in chosen.items() if value is not None}
    return Asked(f"/datasets/{named(name)}/clean", body)


def _to_take(
    name: str,
    steps: Steps = (),
    *,
    recipe: str | None = None,
    like: int | None = None,
    version: int | None = None,
    note: str = "",
) -> Asked:
    asked = _to_try(name, steps, recipe=recipe, like=like, version=version)
    return replace(asked, body={**asked.body, "note": note})


def _taking(parameters: Callable[P, Asked]) -> Callable[[Callable[[Asked], Call[T]]], Callable[P, Call[T]]]:
    """A call with the parameters of a function that says what is asked."""

    def taking(call: Callable[[Asked], Call[T]]) -> Callable[P, Call[T]]:
        @wraps(call)
        def taken(*args: P.args, **kwargs: P.kwargs) -> Call[T]:
            return call(parameters(*args, **kwargs))

        told = signature(parameters).replace(return_annotation=signature(call).return_annotation)
        taken.__signature__ = told  # type: ignore[attr-defined]  # what inspect looks at first
        return taken

    return taking


@_taking(_to_try)
def try_recipe(asked: Asked) -> Call[Trial]:
    """What steps, a recipe, or the steps of another version would change in a dataset; nothing is kept.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
        InputError: a step cannot be taken.
    """
    return Call(method="POST", path=f"{asked.path}/dry-run", body=asked.body, read=reading(Trial))


@_taking(_to_take)
def clean(asked: Asked) -> Call[Cleaned]:
    """Carry out steps, a recipe, or the steps of another version; a new version, the current one from now on.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
        InputError: a step cannot be taken, or they would take longer than a request should: `start_cleaning`.
    """
    return Call(method="POST", path=asked.path, body=asked.body, read=reading(Cleaned))


@_taking(_to_take)
def start_cleaning(asked: Asked) -> Call[QueuedJob]:
    """As `clean`, as a job, for data of any size; `wait_for` it, its result tells the version and every change.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
    """
    return queued(f"{asked.path}/start", asked.body)


@_taking(_to_try)
def start_trial(asked: Asked) -> Call[QueuedJob]:
    """As `try_recipe`, as a job, for data of any size; its result tells what every step would change.

    Raises:
        NotFoundError: there is no such dataset, version or recipe.
    """
    return queued(f"{asked.path}/start", {**asked.body, "dry_run": True})


def try_on_series(
    name: str, series: str, steps: Steps = (), *, recipe: str | None = None, version: int | None = None
) -> Call[tuple[Mapping[str, Any], ...]]:
    """The rows of one series as they are and as they would be; `state` tells which.

    Raises:
        NotFoundError: there is no such dataset, version, recipe or series.
        InputError: a step cannot be taken.
    """
    asked = _to_try(name, steps, recipe=recipe, version=version)
    read = reading(tuple[Mapping[str, Any], ...], "rows")
    return Call(method="POST", path=f"{asked.path}/series", query={"series": series}, body=asked.body, read=read)
