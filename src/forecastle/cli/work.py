"""What the commands do, once their arguments are known: imported only then, so that `--help` answers at once."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.cli import console
from forecastle.cli.answers import say, tell
from forecastle.cli.options import Asking, Columns, General, settings_of
from forecastle.core.execution import ExecutionResult
from forecastle.data.dataset import Dataset
from forecastle.data.options import ReadOptions
from forecastle.models.catalog import cards
from forecastle.pipeline.execution import Hooks
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel
from forecastle.reporting import text
from forecastle.reporting.pages.profile import profile_page as report_profile
from forecastle.services.datasets.profiles import profile_dataset
from forecastle.services.files import forecasting, profiling, reading, writing
from forecastle.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where a result is written, and how."""

    folder: Path
    formats: Collection[str]
    overwrite: bool


def run(source: str, options: ReadOptions, request: Request, output: Output, general: General) -> None:
    """Forecast a source and write the result."""
    settings = settings_of(general)
    _forecast(_read(source, options, settings, general), request, output, settings, general)


def demo(name: str, asking: Asking, output: Output, general: General) -> None:
    """Forecast the demo data and write the result."""
    settings = settings_of(general)
    demonstration = reading.demo(name)
    asked = asking if asking.freq else asking.with_freq(demonstration.freq)
    _forecast(demonstration.dataset, asked.request(Columns()), output, settings, general)


def backtest(source: str, options: ReadOptions, request: Request, general: General) -> None:
    """Compare models on a source and show the leaderboard."""
    settings = settings_of(general)
    dataset = _read(source, options, settings, general)
    with console.step_bar(quiet=general.silent) as listener:
        result = forecasting.run(dataset, request, settings=settings, hooks=Hooks(listener=listener))
    if general.json:
        tell({"leaderboard": result.leaderboard.to_dicts(), "findings": _findings(result)})
    else:
        text.print_leaderboard(result)


def profile(source: str, options: ReadOptions, freq: str | None, general: General) -> None:
    """Show what a source holds."""
    settings = settings_of(general)
    dataset = _read(source, options, settings, general)
    found = profiling.profile(dataset, targets=options.targets or (), freq=freq, settings=settings)
    if general.json:
        tell(
            {
                "source": found.source,
                "frequency": str(found.freq),
                "columns": found.columns.to_dicts(),
                "series": found.series.to_dicts(),
                "findings": [asdict(finding) for finding in found.findings],
            }
        )
    else:
        text.print_profile(found.source, found.freq, found.columns, found.series, found.findings)


def profile_page(source: str, options: ReadOptions, freq: str | None, file: Path, general: General) -> None:
    """Write what a source holds as an HTML page."""
    settings = settings_of(general)
    dataset = _read(source, options, settings, general)
    found = profile_dataset(dataset, settings, freq=freq, targets=options.targets or ())
    writing.write_page(report_profile(found, settings.classes), file)
    say({"file": str(file)}, f"{file} is written.", general)


def models(general: General) -> None:
    """List the catalogue."""
    table = pl.DataFrame(
        [
            {
                "model": card.written,
                "for": card.role,
                "what": card.title,
                "source": card.source,
                "installed": card.available,
                "install": f"pip install 'forecastle[{card.extra}]'" if card.extra else "",
            }
            for card in cards().values()
        ]
    )
    if general.json:
        tell(table.to_dicts())
    else:
        text.print_table(table.drop("source"))


def _forecast(dataset: Dataset, request: Request, output: Output, settings: Settings, general: General) -> None:
    written: list[Path] = []

    def keep(result: ExecutionResult, _fitted: Sequence[TrainedModel]) -> str:
        written.extend(
            writing.write(
                result,
                output.folder,
                formats=output.formats,
                overwrite=output.overwrite,
                settings=settings.report,
            )
        )
        return f"{len(written)} files in {output.folder}"

    with console.step_bar(quiet=general.silent) as listener:
        result = forecasting.run(dataset, request, settings=settings, hooks=Hooks(keep=keep, listener=listener))
    if general.json:
        tell(_answer(result, written))
    else:
        text.print_summary(result, written)


def _answer(result: ExecutionResult, written: Collection[Path]) -> dict[str, Any]:
    return {
        "execution_id": result.execution_id,
        "source": result.source,
        "frequency": str(result.freq),
        "horizon": result.horizon,
        "series": result.keys.height,
        "forecasts": result.forecasts.height,
        "leaderboard": result.leaderboard.to_dicts(),
        "findings": _findings(result),
        "steps": [asdict(step) for step in result.steps],
        "files": [str(path) for path in written],
    }


def _findings(result: ExecutionResult) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in result.findings]


def _read(source: str, options: ReadOptions, settings: Settings, general: General) -> Dataset:
    with console.share_bar("reading", quiet=general.silent) as progress:
        return reading.read(source, options, settings=settings.read, progress=progress)
