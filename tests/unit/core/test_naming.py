import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecastle.core.naming import label, model_name, slug


def test_a_version_is_called_by_family_target_number_and_day() -> None:
    named = label(family="holt_winters", target="Net Sales (€)", number=3, day=date(2026, 11, 22))
    assert named == "holt_winters_net_sales_v3_20261122"


def test_a_model_of_another_library_is_safe_in_a_url() -> None:
    assert model_name(family="ets", target="volume") == "ets_volume"
    assert model_name(family="chronos:/models/bolt", target="volume") == "chronos_models_bolt_volume"


@pytest.mark.parametrize(
    ("text", "expected"), [("volume", "volume"), ("FATURAMENTO", "faturamento"), ("Größe/Tag", "grosse_tag")]
)
def test_a_slug_stays_readable(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text())
@example("0" * 58)
def test_a_slug_is_safe_everywhere_and_stays_as_it_is(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", slug(text))
    assert len(slug(text)) < 60
    assert slug(slug(text)) == slug(text)


def test_targets_in_another_script_do_not_share_a_name() -> None:
    assert slug("売上") != slug("数量")
    assert slug("売上 A").startswith("a_")
