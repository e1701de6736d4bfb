"""The files of a result: the same result makes the same bytes, except for `timings.json`."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.core.columns import MODEL, TARGET
from forecastle.core.errors import InputError
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding, Findings
from forecastle.reporting import tables
from forecastle.reporting.excel import write_workbook
from forecastle.reporting.export import inert
from forecastle.reporting.folder import ResultFolder
from forecastle.reporting.pages.report import report_page
from forecastle.reporting.wording import count
from forecastle.settings import ReportSettings

FORMAT = "forecastle-result"
MANIFEST = "manifest.json"
TIMINGS = "timings.json"
REPORT = "report.html"
TOTALS = "totals.parquet"
FORMATS = {"parquet": "forecasts.parquet", "csv": "forecasts.csv", "xlsx": "forecasts.xlsx"}
"""The formats forecasts are written in; Parquet always is."""

NAMES = (
    *FORMATS.values(),
    "metrics.parquet",
    "backtest.parquet",
    "classification.parquet",
    TOTALS,
    "leaderboard.csv",
    "importances.csv",
    "attention.csv",
    "data_report.json",
    "data_report.txt",
    REPORT,
    TIMINGS,
    MANIFEST,
)
"""Every file a result may consist of."""


def write(
    result: ExecutionResult,
    folder: Path,
    *,
    formats: Collection[str] = (),
    overwrite: bool = False,
    settings: ReportSettings | None = None,
) -> tuple[Path, ...]:
    """Write the result to a folder, whole or not at all, and return the files.

    formats: `csv` and `xlsx` beside Parquet. An earlier result in the folder is replaced; a folder that holds other
    things is refused unless `overwrite`, and even then nothing but the files of a result is touched.

    Raises:
        InputError: an unknown format.
        OutputError: the folder is refused, or could not be written.
    """
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise InputError(f"Unknown format {unknown[0]!r}.", hint=f"Choose from: {', '.join(FORMATS)}.")
    target = ResultFolder(path=folder, marker=MANIFEST, names=NAMES, recognises=is_manifest)
    with target.replaced(overwrite=overwrite) as stage:
        _write_tables(result, stage, formats)
        _write_report(result, stage, settings or ReportSettings())
        _write_json(stage / TIMINGS, timings(result))
        _write_json(stage / MANIFEST, manifest(result, stage))
        names = sorted(file.name for file in stage.iterdir())
    return tuple(folder / name for name in names)


def is_manifest(file: Path) -> bool:
    """Whether a file is the manifest of a Forecastle result."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def manifest(result: ExecutionResult, folder: Path) -> dict[str, Any]:
    """Everything needed to repeat the run, and the SHA-256 of each file it wrote."""
    return {
        "format": FORMAT,
        "execution_id": result.execution_id,
        "source": result.source,
        "key_columns": list(result.key_columns),
        "time_column": result.time_column,
        "frequency": str(result.freq),
        "horizon": result.horizon,
        "quantiles": list(result.quantiles),
        **result.manifest,
        "files": {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.iterdir())
            if file.name != TIMINGS
        },
    }


def timings(result: ExecutionResult) -> dict[str, Any]:
    """How long steps and models took: the only thing in which two equal runs differ."""
    board = result.leaderboard
    models = board.select(TARGET, MODEL, "seconds").to_dicts() if "seconds" in board.columns else []
    return {"steps": [asdict(step) for step in result.steps], "models": models}


def readable_findings(findings: Findings) -> str:
    """The data report as plain text."""
    paragraphs = [_paragraph(finding) for finding in findings]
    return "\n\n".join(paragraphs or ["Nothing was found, and nothing was changed."]) + "\n"


def _paragraph(finding: Finding) -> str:
    lines = [f"{finding.severity.upper()}  {finding.message}"]
    if finding.action:
        lines.append(f"  Done: {finding.action}")
    if finding.series:
        lines.append(f"  {count(len(finding.series), 'series')}: {tables.shortened(finding.series)}")
    return "\n".join([*lines, *(f"  - {row}" for row in finding.rows)])


def _write_tables(result: ExecutionResult, folder: Path, formats: Collection[str]) -> None:
    forecasts = tables.forecasts(result)
    _write_parquet(forecasts, folder / FORMATS["parquet"])
    _write_parquet(result.metrics, folder / "metrics.parquet")
    _write_parquet(tables.backtest(result), folder / "backtest.parquet")
    _write_parquet(tables.classification(result), folder / "classification.parquet")
    _write_csv(tables.leaderboard(result), folder / "leaderboard.csv")
    if not result.totals.is_empty():
        _write_parquet(result.totals, folder / TOTALS)
    for name, rows in (("importances", result.importances), ("attention", result.attention)):
        if rows.height:
            _write_csv(rows, folder / f"{name}.csv")
    if "csv" in formats:
        _write_csv(forecasts, folder / FORMATS["csv"])
    if "xlsx" in formats:
        write_workbook(result, folder / FORMATS["xlsx"])


def _write_report(result: ExecutionResult, folder: Path, settings: ReportSettings) -> None:
    _write_json(folder / "data_report.json", [asdict(finding) for finding in result.findings])
    (folder / "data_report.txt").write_text(readable_findings(result.findings), encoding="utf-8", newline="\n")
    (folder / REPORT).write_text(report_page(result, settings), encoding="utf-8", newline="\n")


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    buffer = BytesIO()  # written by Python, because Polars calls a full disk a broken file
    frame.write_parquet(buffer, compression="zstd")
    path.write_bytes(buffer.getbuffer())


def _write_csv(frame: pl.DataFrame, path: Path) -> None:
    path.write_text(inert(frame).write_csv(), encoding="utf-8", newline="")


def _write_json(path: Path, content: Mapping[str, Any] | list[dict[str, Any]]) -> None:
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
