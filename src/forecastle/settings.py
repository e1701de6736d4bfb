"""Every setting: defaults here, then `forecastle.yaml`, then the environment (`FORECASTLE_FORECAST__SEED=7`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import pydantic_settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from forecastle.core.errors import SettingsError


class Section(BaseModel):
    """A group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadSettings(Section):
    """How sources are read."""

    timeout_seconds: float = Field(30.0, gt=0, description="How long an HTTP or SQL source may take to answer.")
    retries: int = Field(3, ge=0, description="How often a failing HTTP request is tried again, with growing pauses.")
    max_bytes: int = Field(
        2_000_000_000, gt=0, description="The largest answer accepted from an HTTP source, all its pages together."
    )
    max_unpacked_bytes: int = Field(
        4_000_000_000, gt=0, description="The largest content of a compressed file, workbook or Parquet file."
    )
    max_pages: int = Field(1_000, ge=1, description="How many pages of an HTTP source are followed.")


class CleanSettings(Section):
    """What is accepted in the data, and what is done about the rest."""

    missing_limit: float = Field(0.10, ge=0, le=1, description="The largest share of missing values a series may have.")
    missing: Literal["interpolate", "forward_fill", "mean", "median", "seasonal", "drop", "keep"] = Field(
        "keep", description="What is done about missing values; the models of Forecastle can live with `keep`."
    )
    duplicates: Literal["last", "sum", "fail"] = Field(
        "last", description="What is done about two rows of one series and period that are not transactions."
    )
    absent: Literal["auto", "zero", "missing"] = Field(
        "auto",
        description="What a period without a row means between a series' first and last: no sale (zero) or not "
        "observed (missing); auto takes zero for transactions and missing for everything else.",
    )
    negative: Literal["keep", "zero", "fail"] = Field("keep", description="What is done about negative values.")
    leading_zeros: Literal["auto", "trim", "keep"] = Field(
        "auto",
        description="What is done about zeros before a series' first sale, where no value is negative; auto trims "
        "them where they are too many to be chance.",
    )
    future: Literal["drop", "keep", "fail"] = Field("drop", description="What is done about values dated after today.")
    outlier_threshold: float = Field(
        5.0, gt=0, description="Robust standard deviations from the seasonal level beyond which a value is flagged."
    )
    min_length: int = Field(2, ge=1, description="A series with fewer observations is flagged as too short.")


class ClassSettings(Section):
    """Where the classes of series begin and end."""

    abc: tuple[float, float] = Field((0.80, 0.95), description="Cumulative share of revenue where A ends and B ends.")
    xyz: tuple[float, float] = Field((0.5, 1.0), description="Coefficient of variation where X ends and Y ends.")
    adi: float = Field(1.32, gt=1, description="Average demand interval from which demand is intermittent.")
    cv2: float = Field(0.49, gt=0, description="Squared variation of demand sizes from which demand is erratic.")


class Route(Section):
    """One row of the routing table: the first row that fits a series names its model."""

    pattern: tuple[str, ...] = Field((), description="Demand patterns it fits; empty fits all.")
    abc: tuple[str, ...] = Field((), description="ABC classes it fits; empty fits all.")
    min_weeks: int = Field(0, ge=0, description="Shortest observed history it fits, in weeks.")
    models: tuple[str, ...] = Field(description="Models tried, the preferred one first.")


ROUTES = (
    Route(pattern=("smooth",), abc=("A",), min_weeks=40, models=("tft_lightgbm", "tft", "combination", "ets")),
    Route(pattern=("smooth",), abc=("B",), min_weeks=40, models=("tft", "combination", "ets")),
    Route(pattern=("smooth",), abc=("A", "B"), models=("simple_ets",)),
    Route(pattern=("smooth",), models=("ets", "holt_winters")),
    Route(pattern=("erratic",), abc=("A",), min_weeks=52, models=("tft_lightgbm", "tft", "combination", "ets")),
    Route(pattern=("erratic",), abc=("B",), min_weeks=52, models=("tft", "combination", "ets")),
    Route(pattern=("erratic",), models=("ets",)),
    Route(pattern=("intermittent",), models=("croston", "tsb")),
    Route(pattern=("lumpy",), models=("tsb",)),
    Route(models=("ets",)),
)


class ForecastSettings(Section):
    """How forecasts are made."""

    models: tuple[str, ...] = Field(
        ("auto",), description="Models to run; auto takes the routing table's and the defaults."
    )
    quantiles: tuple[float, ...] = Field((0.1, 0.25, 0.5, 0.75, 0.9), description="Probability levels of the range.")
    routes: tuple[Route, ...] = Field(ROUTES, description="The routing table; the first row that fits is taken.")
    seed: int = Field(1, description="The seed of everything random.")
    threads: int = Field(0, ge=0, description="Threads to use; 0 takes every core.")
    paths: int = Field(1000, ge=50, description="Simulated futures a series, where quantiles have no closed form.")
    time_limit: float | None = Field(
        None, gt=0, description="Seconds an execution may take, the cheap models first; empty takes the time it takes."
    )
    reconciliation: Literal["variance", "mint"] = Field(
        "variance",
        description="How series and totals are made to agree: by how much each errs, or (mint) also by which of them "
        "err together.",
    )
    rows: int = Field(300_000, ge=1000, description="The most past situations a model of all series learns from.")


class BoostingSettings(Section):
    """What boosted trees mind when they learn from the past; each of it makes some situations count more."""

    half_life: float | None = Field(
        None, gt=0, description="Periods after which a past situation counts half; empty counts all of them alike."
    )
    weight: Literal["series", "size"] = Field(
        "series", description="What counts alike: every series, or every unit sold, as in an error of the total."
    )


class DeepSettings(Section):
    """How networks are built and trained, whichever of the deep models is asked for."""

    window: int = Field(
        0, ge=0, le=2000, description="Periods a network looks back on; 0 takes a season and the horizon, 16 to 104."
    )
    hidden_size: int = Field(64, ge=2, le=1024, description="Width of the hidden layers.")
    num_layers: int = Field(2, ge=1, le=8, description="Recurrent or attention layers on top of each other.")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of the hidden values left out at random in training.")
    variant: Literal["lstm", "transformer"] = Field(
        "lstm", description="What `cnn_lstm` has behind its convolution: an LSTM, or a Transformer's encoder."
    )
    epochs: int = Field(30, ge=1, description="Rounds of training at most.")
    patience: int = Field(5, ge=1, description="Rounds without a better forecast of the last periods before it stops.")
    batch_size: int = Field(128, ge=1, description="Situations learned from at a time.")
    learning_rate: float = Field(0.001, gt=0, lt=1, description="How far one step of learning goes (Adam).")
    schedule: Literal["plateau", "cycle"] = Field(
        "plateau",
        description="How these steps change: smaller once rounds bring nothing, or up and down in all of the rounds, "
        "without an early stop (one cycle); `tft` does the latter.",
    )
    heads: int = Field(4, ge=1, le=64, description="Attention heads of `tft`.")
    tft_hidden_size: int = Field(32, ge=2, le=1024, description="`hidden_size` of `tft`; its heads must divide it.")
    tft_dropout: float = Field(0.1, ge=0, lt=1, description="`dropout` of `tft`.")
    tft_epochs: int = Field(4, ge=1, description="Rounds of training of `tft`.")
    tft_learning_rate: float = Field(0.003, gt=0, lt=1, description="`learning_rate` of `tft`, at its highest.")

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.tft_hidden_size % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a hidden size of {self.tft_hidden_size}")
        return self


class BacktestSettings(Section):
    """How models are compared on the past."""

    windows: int | None = Field(
        None, ge=1, description="Cutoffs to test, fewer where history is short; empty takes 3, and 4 where it is long."
    )
    step: int | None = Field(None, ge=1, description="Periods between cutoffs; empty takes the horizon.")
    paths: int = Field(200, ge=50, description="Simulated futures in the backtest.")
    rows: int = Field(100_000, ge=1000, description="The most past situations to learn from in the backtest.")
    measure: Literal["sql", "wql", "wape", "mase", "rmsse"] = Field(
        "sql", description="The measure that picks the champion; sql counts the whole range and every series alike."
    )


class ReportSettings(Section):
    """What the HTML report carries along."""

    series: int = Field(500, ge=1, description="Series shown with their charts; the files hold all of them.")
    periods: int = Field(2000, ge=1, description="Periods of history shown a series, counted from its end.")
    drivers: int = Field(
        100, ge=0, description="Series, the largest first, for which boosted trees tell what moves their forecasts."
    )


class ConnectionSettings(Section):
    """Sources that requests name without knowing how to get in."""

    urls: dict[str, str] = Field(
        {}, repr=False, description="URL by name; the source `connection:NAME` reads it, and never shows it."
    )


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
        1, ge=0, description="Worker processes the server starts; 0 leaves them to `forecastle worker`."
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
        description="Beginnings of source URLs that a request may name; local paths only below one listed here.",
    )
    horizon: int = Field(13, ge=1, description="Periods forecast when a request names no horizon.")
    rate_limit: float = Field(
        0.0, ge=0, description="Requests a second that one client may make, by its key or address; 0 does not limit."
    )
    rate_burst: int = Field(50, ge=1, description="Requests that a client who was silent may make at once.")


class MrpSettings(Section):
    """How material planning hears of new forecasts; nothing is sent while both ways are empty."""

    webhook: str = Field("", description="URL that is sent a signed POST after every execution.")
    secret: str = Field("", description="Key of the HMAC-SHA256 signature.")
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


class Settings(BaseSettings):
    """All settings of Forecastle."""

    model_config = SettingsConfigDict(
        env_prefix="FORECASTLE_", env_nested_delimiter="__", yaml_file="forecastle.yaml", extra="forbid", frozen=True
    )

    read: ReadSettings = ReadSettings()
    clean: CleanSettings = CleanSettings()
    classes: ClassSettings = ClassSettings()
    forecast: ForecastSettings = ForecastSettings()
    boosting: BoostingSettings = BoostingSettings()
    deep: DeepSettings = DeepSettings()
    backtest: BacktestSettings = BacktestSettings()
    report: ReportSettings = ReportSettings()
    connections: ConnectionSettings = ConnectionSettings()
    storage: StorageSettings = StorageSettings()
    scale: ScaleSettings = ScaleSettings()
    queue: QueueSettings = QueueSettings()
    lifecycle: LifecycleSettings = LifecycleSettings()
    tabular: TabularSettings = TabularSettings()
    server: ServerSettings = ServerSettings()
    mrp: MrpSettings = MrpSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic-settings'
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls)


def load_settings(file: Path | None = None, *, overrides: Sequence[str] = ()) -> Settings:
    """The settings of `file` (of `forecastle.yaml` in this folder, where there is one) and the environment.

    overrides: `section.name=value`, stronger than both; the value is YAML.

    Raises:
        SettingsError: the file cannot be read, or values are not valid; the message names each of them.
    """
    from yaml import YAMLError

    if file is not None and not file.is_file():
        raise SettingsError(f"The settings file {str(file)!r} is not there.", hint="Name another, or leave it out.")
    chosen = _overridden(overrides)
    name = str(file or Settings.model_config["yaml_file"])
    try:
        return Settings(**chosen) if file is None else _reading(file)(**chosen)
    except ValidationError as error:
        raise _invalid(error, name) from error
    except pydantic_settings.SettingsError as error:
        raise SettingsError(f"The environment has a setting that cannot be read: {error}.") from error
    except (YAMLError, OSError, ValueError) as error:
        raise SettingsError(
            f"{name} cannot be read as settings: {error}",
            hint="It must be YAML with sections, such as:  forecast:  and below it, indented,  seed: 7",
        ) from error


def _overridden(overrides: Sequence[str]) -> dict[str, Any]:
    """`["log.level=debug"]` as `{"log": {"level": "debug"}}`."""
    import yaml

    chosen: dict[str, dict[str, Any]] = {}
    for override in overrides:
        key, equals, text = override.partition("=")
        section, dot, name = key.partition(".")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise SettingsError(f"The value of {key} cannot be read: {text}", settings=[key]) from error
        if not (equals and dot):
            raise SettingsError(
                f"{override!r} is not a setting.", hint="Write section.name=value, as in log.level=info."
            )
        chosen.setdefault(section, {})[name] = value
    return chosen


def _reading(file: Path) -> type[Settings]:
    class FromFile(Settings):
        model_config = SettingsConfigDict(yaml_file=file)

    return FromFile


def _not(key: str, value: object) -> str:
    """What was there instead, unless it may be a secret."""
    return "" if key.startswith("connections.") else f", not {value!r}"


def _invalid(error: ValidationError, name: str) -> SettingsError:
    """One line for each value that is wrong: its key, what was expected, and what was there."""
    problems = {".".join(map(str, problem["loc"])): problem for problem in error.errors()}
    lines = [
        f"{key}: there is no such setting"
        if problem["type"] == "extra_forbidden"
        else f"{key}: {problem['msg']}{_not(key, problem['input'])}"
        for key, problem in problems.items()
    ]
    return SettingsError(
        "\n".join(["These settings are not valid:", *lines]),
        hint=f"Correct them in {name}, in the environment (FORECASTLE_SECTION__NAME) or on the command line.",
        settings=list(problems),
    )
