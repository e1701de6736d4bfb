"""Answers to rows, and the tabular models that give them. name: of the model; the default one when left out."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forecastle.client.answers import (
    Answering,
    Drift,
    Evidence,
    Features,
    ModelVersion,
    QueuedJob,
    RowAnswer,
    TabularModel,
)
from forecastle.client.call import Call, given, named, reading, reading_table, several
from forecastle.client.calls.jobs import queued

if TYPE_CHECKING:
    import polars as pl

PARQUET = "application/vnd.apache.parquet"


def predict_row(row: Mapping[str, Any], *, name: str | None = None, explain: bool = False) -> Call[RowAnswer]:
    """What one row is worth, with a range. explain: also what each feature adds.

    Raises:
        InputError: a value is missing, of the wrong type or not known.
        NoModelError: there is no tabular model.
    """
    query = {"explain": True} if explain else {}
    return Call(method="POST", path=_path(name, "/predict"), query=query, body=row, read=reading(RowAnswer))


def predict_rows(table: "pl.DataFrame", *, name: str | None = None) -> "Call[pl.DataFrame]":
    """What many rows are worth: `row`, `prediction`, `lower`, `upper`, and in `error` why there is no answer.

    Raises:
        InputError: a column that every row must have is not there.
        NoModelError: there is no tabular model.
    """
    sink = io.BytesIO()
    table.write_parquet(sink)
    headers = {"Content-Type": PARQUET, "Accept": PARQUET}
    path = _path(name, "/predict-batch")
    return Call(method="POST", path=path, content=sink.getvalue(), headers=headers, read=reading_table)


def features(*, name: str | None = None) -> Call[Features]:
    """What a row must have: names, types, ranges seen, and which are joined by the server.

    Raises:
        NoModelError: there is no tabular model.
    """
    return Call(method="GET", path=_path(name, "/features/required"), read=reading(Features))


def tabular_models() -> Call[tuple[TabularModel, ...]]:
    """Every tabular model with its champion and versions."""
    return Call(method="GET", path="/tabular", read=reading(tuple[TabularModel, ...], "models"))


def tabular_model(name: str) -> Call[TabularModel]:
    """One tabular model: who leads, and every version with its measures.

    Raises:
        NotFoundError: there is none of that name.
    """
    return Call(method="GET", path=f"/tabular/{named(name)}", read=reading(TabularModel))


def train_tabular(  # noqa: PLR0913 - the options of a training
    target: str,
    *,
    dataset: str | None = None,
    name: str | None = None,
    model: str = "lightgbm",
    join: str | None = None,
    on: str | None = None,
    required: str | Sequence[str] = (),
    drop: str | Sequence[str] = (),
) -> Call[QueuedJob]:
    """Queue a training on the rows of a dataset; its result challenges the champion.

    join, on: a dataset whose columns are joined, and the column that both have. required: what every row must have, the
    rest being optional. drop: columns not to look at.

    Raises:
        InputError: a column is not there.
        ConflictError: the name belongs to another dataset or target.
    """
    asked = {"target": target, "dataset": dataset, "name": name, "model": model, "join": join, "on": on}
    return queued("/tabular", given(asked) | {"required": several(required), "drop": several(drop)})


def retrain_tabular(*, name: str | None = None, model: str | None = None) -> Call[QueuedJob]:
    """Queue a training like the last one, on the newest version of its dataset.

    Raises:
        NoModelError: there is no tabular model.
    """
    return queued(_path(name, "/retrain-model"), given({"model": model}))


def rollback_tabular(*, name: str | None = None) -> Call[Answering]:
    """Go back to the version that led before; if repeated, further back, to the oldest that is kept.

    Raises:
        ConflictError: no version led before.
    """
    return Call(method="POST", path=_path(name, "/rollback-model"), read=reading(Answering))


def reload_tabular(*, name: str | None = None) -> Call[Answering]:
    """Read and verify the files of the version that leads again.

    Raises:
        ArtifactError: they are missing or were changed; the version before goes on.
    """
    return Call(method="POST", path=_path(name, "/reload-model"), read=reading(Answering))


def promote_tabular(name: str, version: int) -> Call[ModelVersion]:
    """Let a version answer, whatever its figures.

    Raises:
        NotFoundError: there is no such model or version.
    """
    path = f"/tabular/{named(name)}/promote"
    return Call(method="POST", path=path, body={"version": version}, read=reading(ModelVersion))


def tabular_evidence(name: str, *, version: int | None = None) -> Call[Evidence]:
    """How good a version is: measures, residuals of the rows held out, and simple models beside it.

    Raises:
        NotFoundError: there is no such model or version.
    """
    path = f"/tabular/{named(name)}/evidence"
    return Call(method="GET", path=path, query={"version": version}, read=reading(Evidence))


def tabular_drift(name: str) -> Call[Drift]:
    """How many rows lay beyond what was seen in training, since the server began.

    Raises:
        NotFoundError: there is no such model.
    """
    return Call(method="GET", path=f"/tabular/{named(name)}/drift", read=reading(Drift))


def _path(name: str | None, verb: str) -> str:
    return verb if name is None else f"/tabular/{named(name)}{verb}"
