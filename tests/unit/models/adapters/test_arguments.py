import pytest

from forecastle.core.errors import ModelError
from forecastle.models.adapters.arguments import Call, choose


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("AutoARIMA", "AutoARIMA", {}),
        ("Naive()", "Naive", {}),
        ("ARIMA(order=[1, 1], method='CSS', d=-1.5)", "ARIMA", {"order": [1, 1], "method": "CSS", "d": -1.5}),
    ],
)
def test_a_name_and_its_arguments_are_read(text: str, name: str, arguments: dict[str, object]) -> None:
    assert Call.of(text) == Call(name=name, arguments=arguments)


@pytest.mark.parametrize(
    "text",
    ["", "two words", "A(1)", "A(**{'b': 1})", "A(b=open('file'))", "A(b=c)", "a.B", "A(", "A()()", "[A]", "A(b=1)[0]"],
)
def test_anything_else_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(ModelError, match="cannot be read as a model"):
        Call.of(text)


def test_an_unknown_name_is_answered_with_those_spelled_alike() -> None:
    with pytest.raises(ModelError, match="'AutoARMA'") as caught:
        choose("AutoARMA", ["AutoARIMA", "Theta"], library="statsforecast")
    assert caught.value.hint == "Did you mean AutoARIMA?"
    with pytest.raises(ModelError) as caught:
        choose("xyz", ["AutoARIMA", "Theta"], library="statsforecast")
    assert caught.value.hint == "Choose from: AutoARIMA, Theta."
