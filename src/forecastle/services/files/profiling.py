"""What a sales history holds, in short: what a forecast would begin with. Everything is in `exploration.profile`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from forecastle.core.columns import TARGET
from forecastle.core.findings import Findings
from forecastle.core.frequency import Frequency
from forecastle.data.dataset import Dataset
from forecastle.exploration.profile.profile import ProfileRules, prepared_targets
from forecastle.exploration.profile.series import classified
from forecastle.services.files.reading import Source, read
from forecastle.settings import Settings, load_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What was found out about a source.

    columns: column, type, role, confidence, reason; one row a column. series: target, series_id, then length, gaps,
    missing values, zeros, demand pattern and classes; one row a series and target.
    """

    source: str
    freq: Frequency
    columns: pl.DataFrame
    series: pl.DataFrame
    findings: Findings


def profile(
    data: Dataset | Source,
    *,
    targets: Sequence[str] = (),
    freq: str | None = None,
    settings: Settings | None = None,
) -> Profile:
    """Read, check, clean and classify a source, and tell everything that was seen on the way.

    Raises:
        InputError: the data cannot be used.
    """
    chosen = settings or load_settings()
    dataset = data if isinstance(data, Dataset) else read(data, settings=chosen.read)
    rules = ProfileRules(clean=chosen.clean, classes=chosen.classes, freq=freq, today=date.today())
    made = prepared_targets(dataset, rules, targets)
    found = dict.fromkeys(finding for prepared, _ in made for finding in prepared.findings.items)
    return Profile(
        source=dataset.source,
        freq=made[-1][0].panel.freq,
        columns=_columns(dataset),
        series=pl.concat(
            classified(prepared, chosen.classes, revenue).select(pl.lit(prepared.panel.target).alias(TARGET), pl.all())
            for prepared, revenue in made
        ),
        findings=Findings(tuple(found)),
    )


def _columns(dataset: Dataset) -> pl.DataFrame:
    schema = dataset.frame.schema
    return pl.DataFrame(
        [
            {
                "column": guess.column,
                "type": str(schema.get(guess.column, "")),
                "role": guess.role.value,
                "confidence": guess.confidence,
                "reason": guess.reason,
            }
            for guess in dataset.roles.guesses
        ]
    )
