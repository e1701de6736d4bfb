"""Settings of the house: where it keeps things, who works, and who may ask."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from forecastle.settings.section import Section


class StorageSettings(Section):
    """Where the server keeps its state."""

    database: str = Field(
        "sqlite:///forecastle-data/forecastle.db",
        description="The database: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    artifacts: str = Field(
        "forecastle-data/artifacts", description="Folder or object store URL for datasets and models, such as `s3://…`."
    )
    pool: int = Field(10, ge=1, description="Connections to the database a process may hold.")
    local_bytes: int = Field(
        10_000_000_000,
        ge=0,
        description="Room on this machine's disk for copies of dataset versions that somebody looks at.",
    )
    features: Path | None = Field(
        None,
        description="Folder for feature tables, which later executions take instead of making them again; when left "
        "out, `features` beside the artifacts, and none where these are in an object store.",
    )
    features_bytes: int = Field(
        5_000_000_000, ge=0, description="Room for feature tables on this machine's disk; 0 keeps none."
    )
    retention_days: int = Field(
        30,
        ge=0,
        description="Days until what nobody needs any more is removed: deleted datasets with all that stands on "
        "them, answers of `POST /predict`, and the progress of jobs that are over.",
    )


class ScaleSettings(Section):
    """Where recipes are carried out when the data outgrow one process."""

    at_once: int = Field(
        1_000_000,
        ge=0,
        description="Up to so many rows, a recipe is carried out while a request waits, else as a job; steps that take "
        "long count for many.",
    )
    rows: int = Field(
        50_000_000, ge=0, description="Up to so many rows, recipes are carried out piece by piece on this machine."
    )
    engine: Literal["auto", "dask", "ray", "spark", "none"] = Field(
        "auto", description="Who carries them out beyond that; auto takes the first of them that is installed."
    )
    address: str | None = Field(
        None, description="Where the engine is, such as `tcp://scheduler:8786`; empty starts one on this machine."
    )
    folder: Path | None = Field(
        None, description="Folder that all machines of the engine see; a temporary one of this machine when left out."
    )


class QueueSettings(Section):
    """How long work reaches the workers."""

    backend: Literal["embedded", "bullmq"] = Field(
        "embedded", description="embedded: in the database, worker started by the server; bullmq: on Redis or Valkey."
    )
    redis: str = Field("redis://127.0.0.1:6379/0", description="Redis or Valkey of the BullMQ queue.")
    name: str = Field(
        "forecastle", description="The BullMQ queue; progress is published on the channel `NAME:progress`."
    )
    workers: int = Field(
        1, ge=0, description="Workers for jobs that the server starts; 0 leaves them to `forecastle worker`."
    )
    concurrency: int = Field(1, ge=1, description="Jobs one worker runs at once, each in a process of its own.")
    attempts: int = Field(3, ge=1, description="How often a job is tried when its process dies.")
    backoff_seconds: float = Field(2.0, gt=0, description="The pause before the second try; it doubles every time.")
    lease_seconds: float = Field(
        15.0, gt=0, description="How long a worker may be silent before its job is taken over."
    )


class LifecycleSettings(Section):
    """When a new model takes over, and how many old ones are kept."""

    metric: Literal["mape", "wape", "mase", "rmsse", "sql", "wql", "mae", "rmse"] = Field(
        "mape", description="What a challenger must improve; WAPE takes its place where it is undefined."
    )
    margin: float = Field(0.01, ge=0, description="By how much; for shares such as MAPE 0.01 is one percentage point.")
    keep_versions: int = Field(5, ge=1, description="Versions a model keeps with their files; champions always stay.")


class TabularSettings(Section):
    """How rows are answered."""

    default: str = Field("", description="The tabular model at the paths without a name; empty: the one trained first.")
    pinned: dict[str, int] = Field(
        {},
        description="Versions that this process answers with, whoever leads, by model; for shifting a new version in "
        "gradually, such as `houses: 4`.",
    )
    cache_rows: int = Field(10_000, ge=0, description="Answers that are remembered, by version and row.")


class ServerSettings(Section):
    """How the server answers."""

    host: str = Field("127.0.0.1", description="The address it listens on; 0.0.0.0 for every network.")
    port: int = Field(8000, ge=0, le=65535, description="The port; 0 takes a free one.")
    page: bool = Field(default=True, description="Whether the page for planners is served too, at `/app`.")
    workers: int = Field(
        1, ge=1, description="Processes that answer on the port. More than one only without the page, which is in one."
    )
    cors_origins: tuple[str, ...] = Field((), description="Web origins whose pages may call the API.")
    trusted_hosts: tuple[str, ...] = Field(
        ("127.0.0.1", "localhost", "[::1]", "::1"), description="Host headers that are answered; `*` answers all."
    )
    api_keys: bool = Field(
        default=False, description="Whether callers must show a key, which `forecastle keys create` makes."
    )
    max_body_bytes: int = Field(10_000_000, gt=0, description="The largest request body, uploads aside.")
    max_upload_bytes: int = Field(1_000_000_000, gt=0, description="The largest upload.")
    sources: tuple[str, ...] = Field(
        ("http://", "https://", "s3://", "gs://", "az://", "postgresql://"),
        description="Beginnings of source URLs that a request may name, one with a host that host only; local paths "
        "only below one listed here.",
    )
    horizon: int = Field(13, ge=1, description="Periods forecast when a request names no horizon.")
    rate_limit: float = Field(
        0.0, ge=0, description="Requests a second that a client, by key or address, may make of a process; 0: any."
    )
    rate_burst: int = Field(50, ge=1, description="Requests that a client who was silent may make at once.")

    @model_validator(mode="after")
    def _one_page(self) -> Self:
        if self.page and self.workers > 1:
            raise ValueError(
                f"the page is in one process, and server.workers asks for {self.workers}: start these without it "
                "(--no-page), beside a server with it. Workers for jobs are queue.workers (--job-workers)."
            )
        return self


class MrpSettings(Section):
    """How material planning hears of new forecasts; nothing is sent while both ways are empty."""

    webhook: str = Field("", description="URL that is sent a signed POST after every execution.")
    secret: str = Field("", repr=False, description="Key of the HMAC-SHA256 signature.")
    retries: int = Field(5, ge=0, description="How often a failing call is tried again, with growing pauses.")
    timeout_seconds: float = Field(10.0, gt=0, description="How long one call may take.")
    queue: str = Field("", description="BullMQ queue, on the Redis of the section `queue`, that gets a job instead.")


class LogSettings(Section):
    """What is logged, how and where."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="The least serious event logged."
    )
    format: Literal["console", "json"] = Field("console", description="Lines for people, or JSON for programs.")
    file: Path | None = Field(None, description="Also write the log to this file.")
