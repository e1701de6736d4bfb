from pathlib import Path

import pytest

from forecastle.core.errors import SettingsError
from forecastle.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_defaults_need_no_file() -> None:
    assert load_settings() == Settings()
    assert load_settings().clean.missing_limit == 0.10


def test_the_file_overrides_the_defaults_and_leaves_the_rest(empty_folder: Path) -> None:
    (empty_folder / "forecastle.yaml").write_text("forecast:\n  seed: 7\n")
    settings = load_settings()
    assert (settings.forecast.seed, settings.forecast.paths) == (7, 1000)


def test_the_environment_overrides_the_file(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / "forecastle.yaml").write_text("clean: {missing_limit: 0.2, missing: median}")
    monkeypatch.setenv("FORECASTLE_CLEAN__MISSING_LIMIT", "0.3")
    settings = load_settings()
    assert (settings.clean.missing_limit, settings.clean.missing) == (0.3, "median")


def test_another_file_can_be_named(empty_folder: Path) -> None:
    file = empty_folder / "elsewhere.yaml"
    file.write_text("log: {level: debug}")
    assert load_settings(file).log.level == "debug"


def test_a_named_file_that_is_not_there_is_an_error(empty_folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.yaml"):
        load_settings(empty_folder / "absent.yaml")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("clean: {missing_limit: 2}", "clean.missing_limit"),
        ("clean: {missing: guess}", "clean.missing"),
        ("clean: {mising_limit: 0.2}", "clean.mising_limit"),
        ("cleaning: {}", "cleaning"),
        ("backtest: {windows: many}", "backtest.windows"),
        ("forecast: 3", "forecast"),
    ],
)
def test_a_bad_value_in_the_file_is_named_by_its_key(empty_folder: Path, text: str, key: str) -> None:
    (empty_folder / "forecastle.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"\n{key}: " in caught.value.message
    assert caught.value.fields["settings"] == [key]


def test_every_bad_value_is_named_at_once(empty_folder: Path) -> None:
    (empty_folder / "forecastle.yaml").write_text("clean: {missing_limit: 2}\nlog: {level: loud}")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.fields["settings"] == ["clean.missing_limit", "log.level"]


def test_a_list_in_the_environment_that_is_not_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORECASTLE_FORECAST__QUANTILES", "abc")
    with pytest.raises(SettingsError, match="forecast"):
        load_settings()


def test_a_bad_value_in_the_environment_is_named_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORECASTLE_READ__RETRIES", "-1")
    with pytest.raises(SettingsError, match=r"read\.retries: .* not '-1'"):
        load_settings()


@pytest.mark.parametrize("text", ["clean: [", "- a\n- b\n", "just words"])
def test_a_file_that_is_not_yaml_settings_is_an_error(empty_folder: Path, text: str) -> None:
    (empty_folder / "forecastle.yaml").write_text(text)
    with pytest.raises(SettingsError, match=r"forecastle\.yaml"):
        load_settings()


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().forecast.seed = 2


def test_the_command_line_overrides_the_environment_and_the_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / "forecastle.yaml").write_text("clean: {missing: median, negative: zero}")
    monkeypatch.setenv("FORECASTLE_CLEAN__MISSING", "mean")
    settings = load_settings(overrides=["clean.missing=seasonal", "forecast.quantiles=[0.05, 0.5, 0.95]"])
    assert (settings.clean.missing, settings.clean.negative) == ("seasonal", "zero")
    assert settings.forecast.quantiles == (0.05, 0.5, 0.95)


@pytest.mark.parametrize("override", ["seed=7", "forecast.seed", "forecast.seed=[", "forecast.sead=7"])
def test_an_override_that_is_no_setting_is_named(override: str) -> None:
    with pytest.raises(SettingsError, match=override.partition("=")[0]):
        load_settings(overrides=[override])


def test_a_connection_that_is_not_valid_is_not_told() -> None:
    with pytest.raises(SettingsError, match=r"connections\.urls: Input should be a valid dictionary") as caught:
        load_settings(overrides=["connections.urls=postgresql://ana:s3cret@db/shop"])
    assert "s3cret" not in str(caught.value)


@pytest.mark.usefixtures("empty_folder")
def test_the_page_is_in_one_process() -> None:
    assert load_settings(overrides=["server.workers=4", "server.page=false"]).server.workers == 4
    with pytest.raises(SettingsError, match=r"server: the page is in one process.*queue\.workers \(--job-workers\)"):
        load_settings(overrides=["server.workers=4"])
