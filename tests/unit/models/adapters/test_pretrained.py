import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

import pretrained
from forecastle.core.errors import ModelError
from forecastle.core.panel import Covariates, Panel
from forecastle.core.ports import Fitted
from forecastle.core.progress import silent
from forecastle.models.adapters import fracast, weights
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from web_server import Answering, serving

Monthly = Callable[..., Panel]


def _fit(name: str, panel: Panel, horizon: int = 6) -> Fitted:
    return find(name).forecaster(Compute()).fit(panel, horizon, progress=silent)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Sets the hub's address; the cache is empty."""
    from huggingface_hub import constants

    def at(address: str) -> None:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}"
        )

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "PATIENCE", 0.3)
    return at


def test_fracast_knows_a_season_and_asks_no_network(
    monthly: Monthly, seasonal: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("somebody opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    fracast._model.cache_clear()
    said = _fit("fracast", monthly(a=seasonal[:60]), 12).predict(12)
    naive = np.abs(seasonal[60:] - seasonal[59]).mean()
    assert np.abs(said["mean"].to_numpy() - seasonal[60:]).mean() < naive / 2
    assert said.select((pl.col("p10") < pl.col("p90")).all()).item()


def test_fracast_forecasts_beyond_its_own_48_periods(monthly: Monthly, seasonal: np.ndarray) -> None:
    said = _fit("fracast", monthly(a=seasonal)).predict(60)
    assert said["mean"].is_between(30, 170).all()


def test_chronos_bolt_says_what_the_library_says(monthly: Monthly, seasonal: np.ndarray) -> None:
    import torch
    from chronos import BaseChronosPipeline

    folder = pretrained.bolt()
    said = _fit(f"chronos:{folder}", monthly(a=seasonal)).predict(6)
    library = BaseChronosPipeline.from_pretrained(folder, dtype=torch.float32)
    expected = library.predict(torch.tensor(seasonal, dtype=torch.float32), 6)[0].sort(dim=0).values
    assert said["p50"].to_numpy() == pytest.approx(expected[4].numpy(), rel=1e-4)
    assert said["p90"].to_numpy() == pytest.approx(expected[8].numpy(), rel=1e-4)


def test_chronos_2_makes_use_of_what_is_planned_and_bolt_does_not(monthly: Monthly, seasonal: np.ndarray) -> None:
    bare = monthly(a=seasonal[:66], b=seasonal[:60])
    promoted = bare.frame.with_columns((pl.int_range(pl.len()) % 7 == 0).alias("promo"), pl.lit("blue").alias("colour"))
    panel = replace(bare.with_frame(promoted), covariates=Covariates(known=("promo", "colour")))
    ahead = bare.grid().future(6).select("series_id", "ds")
    plans = [ahead.with_columns(pl.lit(value=value).alias("promo")) for value in (True, False)]
    for folder, moved in ((pretrained.chronos_2(), True), (pretrained.bolt(), False)):
        fitted = _fit(f"chronos:{folder}", panel)
        with_plan, without = (fitted.predict(6, future=plan) for plan in plans)
        assert with_plan.equals(without) is not moved
        assert fitted.predict(6)["mean"].is_finite().all()


def test_weights_in_the_cache_need_no_network(
    monthly: Monthly, seasonal: np.ndarray, hub: Callable[[str], None], tmp_path: Path
) -> None:
    hub("http://127.0.0.1:1")
    repository = tmp_path / "cache" / "models--somebody--bolt"
    shutil.copytree(pretrained.bolt(), repository / "snapshots" / "1a2b")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("1a2b")
    from_cache = _fit("chronos:somebody/bolt", monthly(a=seasonal)).predict(3)
    assert from_cache.equals(_fit(f"chronos:{pretrained.bolt()}", monthly(a=seasonal)).predict(3))


class _Hub(Answering):
    """As much of the hub as it takes to fetch the weights of `somebody/bolt`."""

    asked: ClassVar[list[str]] = []

    def answer(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/api/models/somebody/bolt"):
            files = [{"rfilename": name} for name in ("README.md", "config.json", "model.safetensors", "evil.bin")]
            self._answer(json.dumps({"id": "somebody/bolt", "sha": "1a2b", "siblings": files}).encode())
        else:
            self._answer((pretrained.bolt() / self.path.rpartition("/")[2]).read_bytes())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Length": str(len(body)),
            "ETag": f'"{len(body)}"',
            "X-Repo-Commit": "1a2b" * 10,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def test_weights_are_fetched_once(monthly: Monthly, seasonal: np.ndarray, hub: Callable[[str], None]) -> None:
    with serving(_Hub) as address:
        hub(address)
        folder = weights.folder_of("somebody/bolt")
    assert sorted(file.name for file in folder.iterdir()) == ["config.json", "model.safetensors"]
    assert weights.folder_of("somebody/bolt") == folder
    assert all("somebody/bolt" in path for path in _Hub.asked)
    assert _fit("chronos:somebody/bolt", monthly(a=seasonal)).predict(3)["mean"].is_finite().all()


def test_without_a_network_somebody_is_told_what_to_do(
    monthly: Monthly, seasonal: np.ndarray, hub: Callable[[str], None]
) -> None:
    hub("http://127.0.0.1:1")
    with pytest.raises(ModelError, match=r"'amazon/chronos-bolt-small' are not on this machine") as caught:
        _fit("chronos:amazon/chronos-bolt-small", monthly(a=seasonal))
    assert "hf download amazon/chronos-bolt-small --local-dir" in caught.value.hint


def test_a_hub_that_never_answers_is_not_waited_for(
    monthly: Monthly, seasonal: np.ndarray, hub: Callable[[str], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent_hub:
        hub(f"http://127.0.0.1:{silent_hub.getsockname()[1]}")
        with pytest.raises(ModelError, match="could not be fetched"):
            _fit("chronos:amazon/chronos-2", monthly(a=seasonal))


@pytest.mark.parametrize("source", ["/no/such/folder", "one-word", "../up", "https://somewhere/else"])
def test_a_folder_that_is_not_there_is_named(source: str, monthly: Monthly, seasonal: np.ndarray) -> None:
    with pytest.raises(ModelError, match="is not there") as caught:
        _fit(f"chronos:{source}", monthly(a=seasonal))
    assert source in caught.value.message


@pytest.mark.parametrize("config", [None, "{}", '{"model_type": "bert"}', "no JSON"])
def test_a_folder_without_a_chronos_model_is_refused(
    config: str | None, monthly: Monthly, seasonal: np.ndarray, tmp_path: Path
) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(ModelError, match="holds no Chronos model"):
        _fit(f"chronos:{tmp_path}", monthly(a=seasonal))
