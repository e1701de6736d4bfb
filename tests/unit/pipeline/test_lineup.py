"""Which models run: what `auto` stands for, and what is named beside it."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel
from forecastle.features.demand import classify
from forecastle.models import catalog
from forecastle.models.catalog import Card, find
from forecastle.pipeline.lineup import line_up
from forecastle.settings import ROUTES, ClassSettings

pytest.importorskip("lightgbm", reason="the extra boost is not installed")

needs_torch = pytest.mark.skipif(not find("tft").available, reason="the extra deep is not installed")


def panel(*, series: int = 60, **covariates: Any) -> Panel:
    weeks = pl.date_range(date(2022, 1, 3), date(2023, 12, 4), "1w", eager=True)
    frame = pl.concat(
        pl.DataFrame({"series_id": f"{number:03}", "ds": weeks}).with_columns(y=pl.lit(5.0 + number), price=pl.lit(2.0))
        for number in range(series)
    )
    return Panel(frame=frame, freq=Frequency.parse("W-MON"), covariates=Covariates(**covariates))


def models(of: Panel, *names: str) -> list[str]:
    return [card.name for card in line_up(of, classify(of, settings=ClassSettings()), names, ROUTES).cards]


def test_boosted_trees_are_there_where_prices_are_known() -> None:
    assert "lightgbm" in models(panel(known=("price",)), "auto")
    assert "lightgbm" in models(panel(past=("price",)), "auto")


def test_boosted_trees_are_left_out_where_they_have_nothing_of_their_own_to_say() -> None:
    assert "lightgbm" not in models(panel(), "auto")
    assert "lightgbm" not in models(panel(series=3, known=("price",)), "auto")


def test_boosted_trees_are_there_where_seasons_lie_within_seasons() -> None:
    assert "lightgbm" in models(replace(panel(), seasons=(4, 13)), "auto")
    assert "lightgbm" not in models(replace(panel(), seasons=(4, 520)), "auto")


def test_a_model_named_beside_auto_runs_beside_the_others_once() -> None:
    together = models(panel(), "auto", "lightgbm", "ets", "tsb")
    assert {"lightgbm", "tsb", "theta", "ridge"} < set(together)
    assert len(together) == len(set(together))


def test_an_ensemble_with_given_weights_brings_its_members_along(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = Card(name="mixed", title="Mixed", role="ensemble", source="", parts=(("ets", 0.6), ("theta", 0.4)))
    monkeypatch.setattr(catalog, "BUILT_IN", (*catalog.BUILT_IN, mixed))
    catalog.cards.cache_clear()
    of = panel()
    lineup = line_up(of, classify(of, settings=ClassSettings()), ("mixed",), ROUTES)
    catalog.cards.cache_clear()
    assert {card.name for card in lineup.cards} == {"seasonal_naive", "ets", "theta"}
    assert lineup.fixed == {"mixed": {"ets": 0.6, "theta": 0.4}}
    assert lineup.ensembles == {"mixed"}


@needs_torch
def test_the_transformer_runs_beside_auto_where_it_is_named_and_brings_its_ensemble() -> None:
    of = panel(known=("price",))
    chosen = line_up(of, classify(of, settings=ClassSettings()), ["auto", "tft"], ROUTES)
    assert "tft" in [card.name for card in chosen.cards]
    assert chosen.fixed == {"tft_lightgbm": {"tft": 0.6, "lightgbm": 0.4}}
    assert set(chosen.routes.filter(pl.col("because").str.contains("class A"))["routed"]) == {"tft_lightgbm"}
    alone = line_up(panel(), classify(panel(), settings=ClassSettings()), ["auto", "tft"], ROUTES)
    assert not alone.fixed
    assert "tft" in set(alone.routes["routed"])


@needs_torch
def test_auto_alone_leaves_the_transformer_out_and_says_so() -> None:
    of = panel(known=("price",))
    chosen = line_up(of, classify(of, settings=ClassSettings()), ["auto"], ROUTES)
    assert not {"tft", "tft_lightgbm"} & {card.name for card in chosen.cards} | chosen.ensembles & {"tft_lightgbm"}
    assert chosen.routes["because"].str.contains("tft not asked for").any()


@needs_torch
def test_without_time_for_the_transformer_its_ensemble_is_left_out_as_well() -> None:
    of = panel(known=("price",))
    chosen = line_up(of, classify(of, settings=ClassSettings()), ["auto", "tft"], ROUTES).without(["tft"])
    assert "tft_lightgbm" not in chosen.ensembles
    assert not {"tft", "tft_lightgbm"} & set(chosen.routes["routed"])
    assert "lightgbm" in [card.name for card in chosen.cards]


def test_the_ensemble_asked_for_by_name_brings_its_parts_along() -> None:
    assert {"tft", "lightgbm"} < set(models(panel(), "tft_lightgbm"))
    assert {"tft", "lightgbm", "theta"} < set(models(panel(), "auto", "tft_lightgbm"))
