"""The profile of a dataset."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from forecastle.core.columns import DS, Y
from forecastle.core.frequency import Frequency
from forecastle.data.dataset import Dataset
from forecastle.data.prepare import Prepared, examine
from forecastle.exploration.profile.covariates import correlations
from forecastle.exploration.profile.series import series_profile
from forecastle.exploration.profile.warnings import Ranked, noticed, ranked
from forecastle.exploration.statistics import ColumnStatistics, column_statistics
from forecastle.features.demand import revenue_of
from forecastle.features.seasonality import with_found_seasons
from forecastle.settings import ClassSettings, CleanSettings

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MEASURES = (
    "length", "n_obs", "gaps", "missing_share", "zero_share", "mean", "cv", "adi", "trend_strength",
    "seasonal_strength", "entropy", "forecastability",
)  # fmt: skip
"""What is told of all series together, as quantiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetProfile:
    """One target.

    series: one row a series, the largest first (see `series_profile`). patterns: `pattern`, `series`, `share` (of the
    total). classes: `abc`, `xyz`, `series`, `share`. measures: `measure`, `count`, and quantiles `p5` … `p95` over the
    series. correlations: see `covariates`. together: `ds`, `y`, the sum of what was observed of all series.
    """

    target: str
    freq: Frequency
    series: pl.DataFrame
    patterns: pl.DataFrame
    classes: pl.DataFrame
    measures: pl.DataFrame
    correlations: pl.DataFrame
    together: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A dataset. identical: rows that repeat another in every column. warnings: the most important first."""

    source: str
    rows: int
    transactions: bool
    identical: int
    columns: tuple[ColumnStatistics, ...]
    targets: tuple[TargetProfile, ...]
    warnings: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRules:
    """How a dataset is looked at. today: values dated later cannot have been observed; None checks nothing."""

    clean: CleanSettings
    classes: ClassSettings
    freq: str | None = None
    today: date | None = None


def profile_of(dataset: Dataset, rules: ProfileRules, targets: Sequence[str] = ()) -> Profile:
    """Everything about a dataset. targets: all of them when empty.

    Raises:
        InputError: the data cannot be made into a panel; the message says why.
    """
    made = prepared_targets(dataset, rules, targets)
    found = dict.fromkeys(finding for prepared, _ in made for finding in prepared.findings.items)
    profiles = [_of_target(prepared, rules.classes, revenue) for prepared, revenue in made]
    rows = dataset.frame.lazy()
    columns = tuple(
        column_statistics(rows, guess) for guess in dataset.roles.guesses if guess.column in dataset.frame.columns
    )
    identical = _identical(dataset.frame)
    own = noticed(columns, profiles[0].series, profiles[0].correlations, identical)
    return Profile(
        source=dataset.source,
        rows=len(dataset.frame),
        transactions=dataset.transactions,
        identical=identical,
        columns=columns,
        targets=tuple(profiles),
        warnings=ranked((*found, *own), profiles[0].series, len(dataset.frame)),
    )


def prepared_targets(
    dataset: Dataset, rules: ProfileRules, targets: Sequence[str] = ()
) -> list[tuple[Prepared, pl.DataFrame | None]]:
    """Each target as a panel, and the revenue that tells its ABC classes. targets: all of them when empty.

    Raises:
        InputError: the data cannot be made into a panel; the message says why.
    """
    made = [_made(dataset, target, rules) for target in targets or dataset.roles.targets]
    panels = [prepared.panel for prepared in made]
    return [(prepared, revenue_of(prepared.panel, panels, dataset.roles.price)) for prepared in made]


def _made(dataset: Dataset, target: str, rules: ProfileRules) -> Prepared:
    """The panel of a target, with the season of numbered periods, and everything found on the way."""
    prepared = examine(dataset, target, freq=rules.freq, settings=rules.clean, today=rules.today)
    panel, seasons = with_found_seasons(prepared.panel)
    return replace(prepared, panel=panel, findings=prepared.findings + seasons)


def _of_target(prepared: Prepared, classes: ClassSettings, revenue: pl.DataFrame | None) -> TargetProfile:
    series = series_profile(prepared, classes, revenue)
    share = (pl.col("total").sum() / series["total"].sum()).fill_nan(None).alias("share")
    observed = pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum())
    return TargetProfile(
        target=prepared.panel.target,
        freq=prepared.panel.freq,
        series=series,
        patterns=series.group_by(pl.col("pattern").fill_null("none"))
        .agg(pl.len().alias("series"), share)
        .sort("series", descending=True),
        classes=series.group_by("abc", "xyz").agg(pl.len().alias("series"), share).sort("abc", "xyz"),
        measures=_measures(series),
        correlations=correlations(prepared.panel),
        together=prepared.panel.frame.group_by(DS).agg(observed).sort(DS),
    )


def _measures(series: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {"measure": name, "count": series[name].count()}
        | {f"p{level * 100:g}": series[name].cast(pl.Float64).quantile(level, "linear") for level in LEVELS}
        for name in MEASURES
    ]
    return pl.DataFrame(rows, schema_overrides={f"p{level * 100:g}": pl.Float64 for level in LEVELS})


def _identical(frame: pl.DataFrame) -> int:
    """Rows that repeat another, by hashes of all columns but nested ones."""
    flat = [name for name, kind in frame.schema.items() if not kind.is_nested()]
    return len(frame) - int(frame.select(pl.struct(flat).hash().n_unique()).item())
