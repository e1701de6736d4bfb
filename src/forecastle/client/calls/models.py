"""Models: versions, who leads, and moving the lead."""

from forecastle.client.answers import Decision, Explanation, Model, ModelVersion, QueuedJob
from forecastle.client.call import Call, given, named, reading
from forecastle.client.calls.jobs import queued


def models(*, dataset: str | None = None) -> Call[tuple[Model, ...]]:
    """The models of one dataset, or of all, each with its champion and versions."""
    return Call(method="GET", path="/models", query={"dataset": dataset}, read=reading(tuple[Model, ...], "models"))


def model(name: str, *, dataset: str | None = None) -> Call[Model]:
    """One model, such as `ets_volume`: who leads, and every version with its figures.

    dataset: may be left out while only one has a model of that name; so in the other calls.

    Raises:
        NotFoundError: there is none of that name.
    """
    return Call(method="GET", path=_path(name), query={"dataset": dataset}, read=reading(Model))


def decisions(name: str, *, dataset: str | None = None) -> Call[tuple[Decision, ...]]:
    """The log of a model: every comparison and every move, the newest first.

    Raises:
        NotFoundError: there is no such model.
    """
    read = reading(tuple[Decision, ...], "decisions")
    return Call(method="GET", path=_path(name, "/decisions"), query={"dataset": dataset}, read=read)


def explanation(name: str, *, series: str | None = None, dataset: str | None = None) -> Call[Explanation]:
    """What a model's champion looks at: the weights of its variables, and how far back it looks.

    series: whose attention; None takes some of all series.

    Raises:
        NotFoundError: there is no such model or series, or it cannot tell.
    """
    query = {"series": series, "dataset": dataset}
    return Call(method="GET", path=_path(name, "/explanation"), query=query, read=reading(Explanation))


def promote(name: str, version: int, *, dataset: str | None = None) -> Call[ModelVersion]:
    """Make a version the champion, whatever its figures; the next request is served by it.

    Raises:
        NotFoundError: there is no such model or version.
        ConflictError: its files are no longer kept.
    """
    return _move(name, "/promote", dataset, {"version": version})


def rollback(name: str, *, dataset: str | None = None) -> Call[ModelVersion]:
    """Go back to the champion before; if repeated, further back, to the oldest version that is kept.

    Raises:
        NotFoundError: there is no such model.
        ConflictError: there was no champion before.
    """
    return _move(name, "/rollback", dataset)


def retrain(name: str, *, dataset: str | None = None, horizon: int | None = None) -> Call[QueuedJob]:
    """Queue a training that makes a new version of a model, which then challenges its champion.

    Raises:
        NotFoundError: there is no such model.
    """
    return queued(_path(name, "/retrain"), given({"horizon": horizon}), query={"dataset": dataset})


def reload(name: str, *, dataset: str | None = None) -> Call[ModelVersion]:
    """Read and verify the champion's files again; until that is done, answers come from what was read before.

    Raises:
        NotFoundError: there is no such model.
        ArtifactError: its files are missing or were changed.
    """
    return _move(name, "/reload", dataset)


def _path(name: str, verb: str = "") -> str:
    return f"/models/{named(name)}{verb}"


def _move(name: str, verb: str, dataset: str | None, body: dict[str, int] | None = None) -> Call[ModelVersion]:
    path, query = _path(name, verb), {"dataset": dataset}
    return Call(method="POST", path=path, query=query, body=body, read=reading(ModelVersion))
