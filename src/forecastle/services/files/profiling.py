"""What a sales history holds, before anything is forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from forecastle.core.columns import SERIES_ID, TARGET
from forecastle.core.findings import Finding, Findings
from forecastle.core.frequency import Frequency
from forecastle.data.dataset import Dataset
from forecastle.data.prepare import examine
from forecastle.features.demand import classify, revenue_of
from forecastle.features.seasonality import with_found_seasons
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
    findings: dict[Finding, None] = {}
    tables = []
    names = targets or dataset.roles.targets
    made = [examine(dataset, name, freq=freq, settings=chosen.clean, today=date.today()) for name in names]
    panels = [prepared.panel for prepared in made]
    for target, prepared in zip(names, made, strict=True):
        revenue = revenue_of(prepared.panel, panels, dataset.roles.price)
        classes = classify(prepared.panel, revenue=revenue, settings=chosen.classes)
        new = [name for name in classes.columns if name not in prepared.profile.columns]
        joined = prepared.profile.join(classes.select(SERIES_ID, *new), on=SERIES_ID, how="left", maintain_order="left")
        tables.append(joined.select(pl.lit(target).alias(TARGET), pl.all()))
        findings |= dict.fromkeys((*prepared.findings.items, *with_found_seasons(prepared.panel)[1].items))
    return Profile(
        source=dataset.source,
        freq=panels[-1].freq,
        columns=_columns(dataset),
        series=pl.concat(tables),
        findings=Findings(tuple(findings)),
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
