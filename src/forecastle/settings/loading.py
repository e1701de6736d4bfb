"""Settings from the file, the environment and the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic_settings
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from forecastle.core.errors import SettingsError
from forecastle.settings import data, forecasting, operation

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Settings(BaseSettings):
    """All settings of Forecastle."""

    model_config = SettingsConfigDict(
        env_prefix="FORECASTLE_", env_nested_delimiter="__", yaml_file="forecastle.yaml", extra="forbid", frozen=True
    )

    read: data.ReadSettings = data.ReadSettings()
    clean: data.CleanSettings = data.CleanSettings()
    classes: data.ClassSettings = data.ClassSettings()
    forecast: forecasting.ForecastSettings = forecasting.ForecastSettings()
    boosting: forecasting.BoostingSettings = forecasting.BoostingSettings()
    deep: forecasting.DeepSettings = forecasting.DeepSettings()
    backtest: forecasting.BacktestSettings = forecasting.BacktestSettings()
    report: forecasting.ReportSettings = forecasting.ReportSettings()
    connections: data.ConnectionSettings = data.ConnectionSettings()
    storage: operation.StorageSettings = operation.StorageSettings()
    scale: operation.ScaleSettings = operation.ScaleSettings()
    queue: operation.QueueSettings = operation.QueueSettings()
    lifecycle: operation.LifecycleSettings = operation.LifecycleSettings()
    tabular: operation.TabularSettings = operation.TabularSettings()
    server: operation.ServerSettings = operation.ServerSettings()
    mrp: operation.MrpSettings = operation.MrpSettings()
    log: operation.LogSettings = operation.LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic-settings'
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is given
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


def _wrong(key: str, problem: "ErrorDetails") -> str:
    """What is wrong with a value, and what was there unless it may be a secret or is a whole section."""
    if problem["type"] == "extra_forbidden":
        return "there is no such setting"
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return problem["msg"] if key.startswith("connections.") else f"{problem['msg']}, not {problem['input']!r}"


def _invalid(error: ValidationError, name: str) -> SettingsError:
    """One line for each value that is wrong: its key, what was expected, and what was there."""
    problems = {".".join(map(str, problem["loc"])): problem for problem in error.errors()}
    lines = [f"{key}: {_wrong(key, problem)}" for key, problem in problems.items()]
    return SettingsError(
        "\n".join(["These settings are not valid:", *lines]),
        hint=f"Correct them in {name}, in the environment (FORECASTLE_SECTION__NAME) or on the command line.",
        settings=list(problems),
    )
