from dataclasses import replace
from pathlib import Path

import polars as pl

from forecastle.core.execution import ExecutionResult
from forecastle.reporting import evidence
from forecastle.reporting.pages.report import report_page
from forecastle.settings import ReportSettings


def test_series_can_be_summed_by_what_never_changes_over_them(result: ExecutionResult, tmp_path: Path) -> None:
    names = result.keys["series_id"]
    brands = pl.DataFrame({"series_id": names.reverse(), "brand": ["own"] * len(names)})
    evidence.write_evidence(replace(result, attributes=brands), tmp_path, ReportSettings())
    keys = pl.read_parquet(tmp_path / evidence.KEYS)
    assert keys["series_id"].to_list() == sorted(names)
    assert keys.columns[-1] == "brand"
    assert keys["brand"].null_count() == 0


def test_a_result_without_a_window_has_no_models_beside_each_other(result: ExecutionResult, tmp_path: Path) -> None:
    evidence.write_evidence(result, tmp_path, ReportSettings())
    assert pl.read_parquet(tmp_path / evidence.RIVALS).is_empty()


def test_the_report_that_is_kept_is_small_and_the_same_when_it_is_whole(
    result: ExecutionResult, tmp_path: Path
) -> None:
    evidence.write_evidence(result, tmp_path, ReportSettings())
    assert (tmp_path / evidence.REPORT).stat().st_size < 100_000
    assert evidence.report_in(tmp_path) == report_page(result, ReportSettings())
