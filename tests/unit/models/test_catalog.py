import pytest

from forecastle.core.errors import ModelError
from forecastle.models.batched import Compute
from forecastle.models.catalog import cards, find


@pytest.mark.parametrize(("name", "times"), [("ets", 20), ("lightgbm", 1), ("tft", 1)])
def test_a_bounded_model_costs_no_more_on_a_larger_panel(name: str, times: int) -> None:
    card = find(name)
    assert card.seconds(2_000_000) == pytest.approx(times * card.seconds(100_000))
    assert card.seconds(10_000) == pytest.approx(card.seconds(100_000) / 10)


@pytest.mark.parametrize("name", [name for name, card in cards().items() if card.role != "ensemble" and not card.takes])
def test_every_single_model_can_be_built_and_knows_its_name(name: str) -> None:
    assert find(name).forecaster(Compute()).name == name


@pytest.mark.parametrize("name", ["combination", "median"])
def test_an_ensemble_says_that_it_needs_its_members(name: str) -> None:
    with pytest.raises(ModelError, match="put together from other models"):
        find(name).forecaster(Compute())


def test_an_unknown_model_is_named_with_the_choices() -> None:
    with pytest.raises(ModelError, match="'prophet'") as caught:
        find("prophet")
    assert "theta" in caught.value.hint


def test_a_card_with_a_colon_stands_for_many_models() -> None:
    card = find("statsforecast:AutoARIMA")
    assert (card.name, card.extra) == ("statsforecast:AutoARIMA", "stats")
    assert find("statsforecast:Naive").forecaster(Compute()).name == "statsforecast:Naive"


@pytest.mark.parametrize("name", ["ets:", "ets:fast", "statsforecasts:Naive", ":", "auto_arma"])
def test_a_misspelt_name_is_unknown(name: str) -> None:
    with pytest.raises(ModelError, match="Unknown model"):
        find(name)
