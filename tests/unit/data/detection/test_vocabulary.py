import pytest

from forecastle.data.detection.vocabulary import hint, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("InvoiceDate", ("invoice", "date")),
        ("preço_médio", ("preco", "medio")),
        ("price11", ("price", "11")),
        ("SKU-ID", ("sku", "id")),
    ],
)
def test_names_are_split_into_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "kind", "strength"),
    [
        ("Umsatz", "revenue", 1.0),
        ("logmove", "volume", 0.6),
        ("销量", "volume", 1.0),
        ("月销售额合计", "revenue", 1.0),
        ("holiday", "time", 0.0),
        ("Quantité", "volume", 1.0),
        ("stores_promo", "promotion", 1.0),
        ("colour", "price", 0.0),
    ],
)
def test_a_name_hints_by_whole_words_and_less_by_parts(name: str, kind: str, strength: float) -> None:
    assert hint(name, kind) == strength
