from pathlib import Path

import polars as pl
import pytest

from forecastle.cli import main


def test_sales_are_made_up_with_their_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, truth = tmp_path / "sales.csv", tmp_path / "truth.parquet"
    asked = ["--series", "3", "--periods", "20", "--horizon", "4", "--freq", "MS", "--missing", "0"]
    assert main(["synthesize", str(file), "--truth", str(truth), *asked]) == 0
    assert "3 series" in capsys.readouterr().out
    sales = pl.read_csv(file)
    assert sales.columns == ["sku", "date", "sales", "price", "promo", "closed"]
    assert sales.height == pl.read_parquet(truth).height == 3 * 24


def test_a_share_above_one_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synthesize", str(tmp_path / "sales.csv"), "--missing", "2"]) != 0
    assert "missing" in "".join(capsys.readouterr())
