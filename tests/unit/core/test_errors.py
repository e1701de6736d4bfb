import pytest

from forecastle.core import errors
from forecastle.core.errors import ForecastleError, HorizonError, InputError

TREE = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ForecastleError)]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in TREE]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("error", TREE)
def test_every_error_is_drawn_in_the_tree_with_its_exit_code(error: type[ForecastleError]) -> None:
    drawn = next(line for line in (errors.__doc__ or "").splitlines() if error.__name__ in line.split())
    assert error is ForecastleError or drawn.split("exit code ")[1].split(",")[0] == str(error.exit_code)


def test_an_error_says_what_and_then_what_to_do() -> None:
    error = HorizonError("Series 'A' has 9 weeks; 30 are needed.", hint="Lower the horizon.", series="A")
    assert str(error) == "Series 'A' has 9 weeks; 30 are needed.\nLower the horizon."
    assert str(HorizonError("Too short.")) == "Too short."


def test_a_program_gets_the_code_and_the_fields() -> None:
    error = InputError("No rows.", hint="Send some.", rows=0)
    assert error.as_dict() == {"code": "input_error", "message": "No rows.", "hint": "Send some.", "rows": 0}


@pytest.mark.parametrize("error", TREE)
def test_an_error_can_be_told_and_told_again(error: type[ForecastleError]) -> None:
    told = error("No rows.", hint="Send some.", rows=0)
    again = ForecastleError.from_dict(told.as_dict())
    assert type(again) is error
    assert (again.as_dict(), again.fields) == (told.as_dict(), {"rows": 0})


def test_an_error_of_an_unknown_code_keeps_it() -> None:
    told = {"code": "teapot", "message": "Short and stout.", "hint": ""}
    error = InputError.from_dict(told)
    assert type(error) is InputError
    assert error.as_dict() == told


def test_an_input_error_catches_every_kind_of_bad_input() -> None:
    kinds = {error.code for error in TREE if issubclass(error, InputError)}
    assert kinds == {"input_error", "source_error", "roles_error", "data_error", "horizon_error"}
