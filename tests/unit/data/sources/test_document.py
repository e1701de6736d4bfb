import json
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import SourceError
from forecastle.data.sources.document import Document
from forecastle.data.sources.json import Listed, outline

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4) | st.just("a, b"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


def document(text: str) -> Document:
    return Document(StringIO(text), "sales.json")


@settings(max_examples=60, deadline=None)
@given(expected=st.lists(values, max_size=5), piece=st.integers(1, 40), indent=st.sampled_from([None, 1]))
def test_values_are_the_same_however_few_letters_are_read_at_a_time(
    expected: list[object], piece: int, indent: int | None
) -> None:
    text = json.dumps(expected, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forecastle.data.sources.document.PIECE", piece)
        whole = document(text)
        assert list(whole.elements()) == expected
        whole.end()


def test_an_outline_has_lengths_in_place_of_lists() -> None:
    text = '{"next": "/2", "meta": {"rows": 2}, "data": [{"a": 1}, {"a": [2]}], "tags": [1, {}], "none": []}'
    assert outline(document(text)) == {
        "next": "/2",
        "meta": {"rows": 2},
        "data": Listed(length=2, records=True),
        "tags": Listed(length=2, records=False),
        "none": Listed(length=0, records=False),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1, 2,]", "line 1, column 7"),
        ("[,1]", "line 1, column 2"),
        ("[1 2]", "line 1, column 4"),
        ('[1,\n{"a": 1\n', "line 3, column 1"),
        ("[1]\n]", "Extra data at line 2, column 1"),
        ("[" * 100_000, "not valid JSON"),
        (f"[{'9' * 5000}]", "not valid JSON"),
    ],
)
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_text_that_is_no_json_is_told_with_its_place(
    monkeypatch: pytest.MonkeyPatch, text: str, told: str, piece: int
) -> None:
    monkeypatch.setattr("forecastle.data.sources.document.PIECE", piece)
    whole = document(text)
    with pytest.raises(SourceError, match=told):
        [*whole.elements(), whole.end()]


def test_an_object_of_countless_names_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecastle.data.sources.document.MOST_NAMES", 5)
    with pytest.raises(SourceError, match="more than 5 names are outside of lists"):
        outline(document(json.dumps({str(number): {} for number in range(9)})))
