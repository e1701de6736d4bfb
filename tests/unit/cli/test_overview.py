from itertools import chain

import pytest

from forecastle.cli import main
from forecastle.cli.app import app
from forecastle.cli.overview import COMMANDS, OPTIONS, overview


def test_every_command_and_option_of_the_app_is_in_the_overview() -> None:
    words = {option.partition(" ")[0] for option in OPTIONS}
    names = set(chain(app, app.help_flags, app.version_flags))
    assert names - {"-h"} == {*COMMANDS, *words}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_the_overview_is_found_and_says_what_it_does(name: str) -> None:
    assert app[name].help


def test_the_overview_fits_a_console() -> None:
    assert max(map(len, overview().splitlines())) <= 80


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_who_asks_for_nothing_or_for_help_sees_the_overview(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"{overview()}\n"


def test_an_unknown_command_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecats"]) != 0
    told = capsys.readouterr()
    assert "forecats" in told.out + told.err
