"""What executions produced."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecastle.client.answers import Execution
from forecastle.client.call import Call, named, reading, reading_table, several
from forecastle.core.errors import InputError, OutputError

if TYPE_CHECKING:
    import polars as pl

PARQUET = {"format": "parquet"}
FORMATS = (".csv", ".parquet", ".xlsx")


def executions(*, dataset: str | None = None, kind: str | None = None, limit: int = 100) -> Call[tuple[Execution, ...]]:
    """Executions, the newest first. kind: `train`, `forecast`, `backtest` or `predict`."""
    query = {"dataset": dataset, "kind": kind, "limit": limit}
    return Call(method="GET", path="/forecasts", query=query, read=reading(tuple[Execution, ...], "executions"))


def execution(execution_id: str) -> Call[Execution]:
    """One execution with its steps and what is needed to repeat it; that of a job has the job's id.

    Raises:
        NotFoundError: there is no such execution.
    """
    return Call(method="GET", path=_path(execution_id, "/execution"), read=reading(Execution))


def forecasts(
    execution_id: str,
    *,
    series: str | Sequence[str] = (),
    targets: str | Sequence[str] = (),
    models: str | Sequence[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
) -> "Call[pl.DataFrame]":
    """The forecasts of an execution: `series_id`, `ds`, `step`, `target`, `model`, `mean`, and the quantiles.

    start, end: the first and the last period wanted. Empty collections do not restrict.

    Raises:
        NotFoundError: there is no such execution.
    """
    rows: dict[str, Any] = {"series": several(series), "target": several(targets), "model": several(models)}
    period = {"start": start and start.isoformat(), "end": end and end.isoformat()}
    return Call(
        method="GET",
        path=_path(execution_id),
        query=rows | period | PARQUET,
        read=reading_table,
    )


def final_forecasts(
    execution_id: str, *, series: str | Sequence[str] = (), targets: str | Sequence[str] = ()
) -> "Call[pl.DataFrame]":
    """The same with what planners changed: `override`, their value or null, and `final`, that value or else the mean.

    Raises:
        NotFoundError: there is no such execution.
    """
    rows = {"series": several(series), "target": several(targets), "overrides": True}
    return Call(method="GET", path=_path(execution_id), query=rows | PARQUET, read=reading_table)


def download(execution_id: str, file: str | Path) -> Call[Path]:
    """Write all forecasts of an execution as `.csv`, `.parquet` or `.xlsx`, by the file's ending.

    Raises:
        NotFoundError: there is no such execution.
        InputError: another ending.
        OutputError: the file cannot be written.
    """
    file = Path(file)
    if file.suffix.casefold() not in FORMATS:
        raise InputError(f"Forecasts cannot be had as {file.suffix!r}.", hint=f"Choose from: {', '.join(FORMATS)}.")

    def write(content: bytes) -> Path:
        try:
            file.write_bytes(content)
        except OSError as error:
            raise OutputError(f"{file} could not be written: {error.strerror}.") from error
        return file

    query = {"format": file.suffix.casefold()[1:]}
    return Call(method="GET", path=_path(execution_id), query=query, read=write)


def totals(
    execution_id: str,
    *,
    levels: str | Sequence[str] = (),
    nodes: str | Sequence[str] = (),
    targets: str | Sequence[str] = (),
) -> "Call[pl.DataFrame]":
    """Forecasts of the totals of the hierarchy: `level`, `node`, `ds`, `step`, `target`, `mean`, and the quantiles.

    No rows where no hierarchy was asked for. Empty collections do not restrict.

    Raises:
        NotFoundError: there is no such execution.
    """
    query = {"level": several(levels), "node": several(nodes), "target": several(targets)}
    return _table(execution_id, "/totals", **query)


def leaderboard(execution_id: str) -> "Call[pl.DataFrame]":
    """How the models did on past windows, the best first within a target.

    Raises:
        NotFoundError: there is no such execution.
    """
    return _table(execution_id, "/leaderboard")


def metrics(execution_id: str, *, by: str | Sequence[str] = ()) -> "Call[pl.DataFrame]":
    """Every measure in long form.

    by: `all`, `series`, `pattern`, `abc`, `xyz`, `step`, `window`, `level` (of totals); all but `series`.

    Raises:
        NotFoundError: there is no such execution.
    """
    return _table(execution_id, "/metrics", by=several(by))


def classification(execution_id: str) -> "Call[pl.DataFrame]":
    """The demand pattern, the classes, the model and the reason for it, of every series.

    Raises:
        NotFoundError: there is no such execution.
    """
    return _table(execution_id, "/classification")


def drivers(execution_id: str, series: str | Sequence[str]) -> "Call[pl.DataFrame]":
    """How much each driver adds to each forecast of these series: `driver`, `value` in units of the target.

    Raises:
        NotFoundError: there is no such execution.
        ConflictError: none of its models can tell.
        InputError: a series is not known.
    """
    return _table(execution_id, "/drivers", series=several(series))


def report(execution_id: str) -> Call[str]:
    """All of it as one self-contained HTML page for people, with the numbers as the models made them.

    Raises:
        NotFoundError: there is no such execution, or it kept no report.
    """
    return Call(method="GET", path=_path(execution_id, "/report"), read=bytes.decode)


def findings(execution_id: str) -> Call[tuple[Mapping[str, Any], ...]]:
    """What was wrong with the data, and what was done about it: `code`, `severity`, `message`, and where.

    Raises:
        NotFoundError: there is no such execution.
    """
    path = _path(execution_id, "/findings")
    return Call(method="GET", path=path, read=reading(tuple[Mapping[str, Any], ...], "findings"))


def _path(execution_id: str, table: str = "") -> str:
    return f"/forecasts/{named(execution_id)}{table}"


def _table(execution_id: str, table: str, **query: Any) -> "Call[pl.DataFrame]":  # noqa: ANN401 - as httpx takes it
    return Call(method="GET", path=_path(execution_id, table), query=query | PARQUET, read=reading_table)
