"""Fitted models that stay: they forecast without a refit, take in newer observations, and are kept in open formats."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, STEP, TARGET, Y
from forecastle.core.errors import ArtifactError, HorizonError, InputError
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.naming import model_name
from forecastle.core.panel import Floats, Grid, Integers, Panel
from forecastle.core.ports import Attends
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.assignment import find_places
from forecastle.models.batched import Compute
from forecastle.models.intervals import Calibration
from forecastle.pipeline import judgement
from forecastle.pipeline.contest import Rules, Verdict, answer
from forecastle.pipeline.explanation import Explanation
from forecastle.pipeline.member import Member, folder_name

LARGEST = 10_000_000
"""Series × periods that are forecast at once; each takes some hundred bytes on the way."""

FORMAT = 4
"""Raised when what is written can no longer be read by what came before."""

FACTS, SERIES, HISTORY, PLAN, FORECASTS, MEMBERS = (
    "model.json", "series.parquet", "history.parquet", "plan.parquet", "forecasts.npy", "members"
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """What forecasts one target: one family, or `auto`, every series' champion.

    The whole panel is forecast at once, for a series' numbers can hang on the others (one without observations gets
    the median of the rest), and so they are the same to the bit whoever else is asked for. `forecasts` makes that
    cheap: what was said for the horizon that the model was judged by is kept with it.

    key_columns: the user's columns that name a series, in their order. horizon: the one it was judged by.
    quantiles: the levels that were asked for. ends: `series_id`, `ds`, the last period known of each of the N series.
    history: `series_id`, `ds`, `y`: all that it has seen. rules, verdict: how members are put together, over the same
    N series. forecasts: N × horizon × (mean and the quantiles of `rules`); None: not forecast yet.
    plan: `series_id`, `ds` and the known covariates of periods after the history; None where there was none.
    """

    family: str
    target: str
    key_columns: tuple[str, ...]
    freq: Frequency
    horizon: int
    quantiles: Quantiles
    compute: Compute
    ends: pl.DataFrame
    history: pl.DataFrame
    members: tuple[Member, ...]
    rules: Rules
    verdict: Verdict
    forecasts: Floats | None = None
    plan: pl.DataFrame | None = None

    @property
    def name(self) -> str:
        """What all of its versions have in common: `ets_volume`."""
        return model_name(family=self.family, target=self.target)

    @property
    def ids(self) -> pl.Series:
        """The series it knows."""
        return self.ends[SERIES_ID]

    @cached_property
    def last(self) -> Integers:
        """The step number of each series' last period."""
        return self.ends.select(self.freq.steps(pl.col(DS))).to_series().to_numpy().astype(np.int64)

    @property
    def champions(self) -> pl.DataFrame:
        """`series_id`, `model`, `reason`: who forecasts each series and why, in words."""
        groups = pl.DataFrame({MODEL: self.verdict.champions, "reason": self.verdict.reasons})
        return pl.DataFrame({SERIES_ID: self.ids}).hstack(groups[self.rules.groups])

    def unknown(self, series: pl.Series) -> pl.Series:
        """Those of the series that the model has never seen."""
        return series.filter(find_places(series, self.ids).is_null())

    def predict(self, horizon: int, *, series: pl.Series | None = None) -> pl.DataFrame:
        """Forecast series, in the order they are asked for, from the period after the last one known of each.

        Beyond the horizon that the model was judged by, ranges are calibrated like its last step; the forecasts up to
        there stay what they are. A series that is not known has no rows, see `unknown`.

        Returns `series_id`, `ds`, `step`, `target`, `model` (the champion), `mean` and the quantile columns.

        Raises:
            HorizonError: less than one period, or more than can be computed.
        """
        said = self._said(horizon)
        rows = np.arange(len(self.ids)) if series is None else self._rows(series)
        places = (0, *(1 + self.rules.quantiles.levels.index(level) for level in self.quantiles))
        columns = (MEAN, *self.quantiles.columns)
        values = {name: said[rows, :, place].ravel() for name, place in zip(columns, places, strict=True)}
        champions = pl.Series(MODEL, self.verdict.champions).gather(np.repeat(self.rules.groups[rows], horizon))
        return (
            self._ahead(rows, horizon)
            .with_columns(pl.lit(self.target).alias(TARGET), champions, **values)
            .select(SERIES_ID, DS, STEP, TARGET, MODEL, *columns)
        )

    def explanation(self, *, series: pl.Series | None = None) -> Explanation:
        """What its members looked at; empty where none can tell. series: of these, or else of some of all."""
        telling = {member.name: member.fitted for member in self.members if isinstance(member.fitted, Attends)}
        return Explanation.of(telling, self.target, series=series, future=self.plan)

    def append(self, panel: Panel) -> Self:
        """Take in newer observations without refitting; series that are not in `panel` stay as they are.

        Raises:
            InputError: the frequency is another, a series is new, or a period has been seen already.
        """
        self.check_frequency(panel.freq)
        if len(new := self.unknown(panel.grid().ids)):
            raise InputError(
                f"{len(new)} series are new to the model {self.name}, the first is {new[0]!r}.",
                hint="Train again to include them.",
                series=new.to_list(),
            )
        newest = panel.frame.group_by(SERIES_ID).agg(pl.col(DS).last().alias("newest"))
        ends = self.ends.join(newest, on=SERIES_ID, how="left", maintain_order="left")
        return replace(
            self,
            members=tuple(member.append(panel) for member in self.members),
            ends=ends.select(SERIES_ID, pl.coalesce("newest", DS).alias(DS)),
            history=pl.concat([self.history, panel.frame.select(SERIES_ID, DS, Y)]).sort(SERIES_ID, DS),
            forecasts=None,
        )

    def check_frequency(self, freq: Frequency) -> None:
        """Let no data of another frequency in.

        Raises:
            InputError: it is another one.
        """
        if freq != self.freq:
            raise InputError(
                f"The model {self.name} was trained on periods of {self.freq}; these data have {freq}.",
                hint="Train again on the new data, or ask for the frequency of the model.",
                trained=str(self.freq),
                found=str(freq),
            )

    def save(self, folder: Path) -> None:
        """Write everything into a folder as JSON, Parquet, npz and npy; equal models give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = {
            "format": FORMAT,
            "family": self.family,
            "target": self.target,
            "key_columns": self.key_columns,
            "freq": {"unit": self.freq.unit.value, "every": self.freq.every, "offset": self.freq.offset},
            "horizon": self.horizon,
            "quantiles": self.quantiles.levels,
            "compute": {"seed": self.compute.seed, "paths": self.compute.paths},
            "members": [member.name for member in self.members],
        }
        (folder / FACTS).write_text(json.dumps(facts, indent=2), encoding="utf-8")
        self.ends.write_parquet(folder / SERIES)
        self.history.write_parquet(folder / HISTORY)
        if self.plan is not None:
            self.plan.write_parquet(folder / PLAN)
        np.save(folder / FORECASTS, self._judged, allow_pickle=False)
        judgement.save(self.rules, self.verdict, folder)
        for member in self.members:
            member.save(folder / MEMBERS / folder_name(member.name))

    @cached_property
    def _judged(self) -> Floats:
        return self._put_together(self.horizon) if self.forecasts is None else self.forecasts

    def _said(self, horizon: int) -> Floats:
        """N × horizon × (mean and quantiles)."""
        most = LARGEST // max(1, len(self.ids))
        if not 1 <= horizon <= most:
            raise HorizonError(
                f"{horizon} periods of the {len(self.ids)} series of {self.name} cannot be forecast at once.",
                hint=f"Ask for 1 to {most} periods.",
                horizon=horizon,
            )
        if horizon <= self.horizon:
            return self._judged[:, :horizon]
        return np.concatenate([self._judged, self._put_together(horizon)[:, self.horizon :]], axis=1)

    def _put_together(self, horizon: int) -> Floats:
        said = {
            member.name: member.forecast(horizon, self.rules.quantiles, future=self.plan) for member in self.members
        }
        verdict = replace(self.verdict, calibration=reaching(self.verdict.calibration, horizon))
        return answer(said, verdict, self.rules)

    def _rows(self, series: pl.Series) -> Integers:
        return find_places(series.unique(maintain_order=True), self.ids).drop_nulls().cast(pl.Int64).to_numpy()

    def _ahead(self, rows: Integers, horizon: int) -> pl.DataFrame:
        last = self.last[rows]
        grid = Grid(ids=self.ids.gather(rows), values=np.empty((len(rows), 0)), last=last, lengths=last, freq=self.freq)
        return grid.future(horizon).with_columns(pl.col(DS).cast(self.ends.schema[DS]))


def load_trained(folder: Path, *, threads: int = 0) -> TrainedModel:
    """Read back what `TrainedModel.save` wrote. threads: for the forecasts it will make; 0 takes every core.

    Raises:
        ArtifactError: the folder holds no model, or one of another format.
        ModelError: the extra of a member is not installed.
    """
    facts = _facts(folder)
    ends = pl.read_parquet(folder / SERIES)
    compute = Compute(**facts["compute"], threads=threads)
    rules, verdict = judgement.load(folder)
    freq = facts["freq"]
    return TrainedModel(
        family=facts["family"],
        target=facts["target"],
        key_columns=tuple(facts["key_columns"]),
        freq=Frequency(Unit(freq["unit"]), freq["every"], freq["offset"]),
        horizon=facts["horizon"],
        quantiles=Quantiles(tuple(facts["quantiles"])),
        compute=compute,
        ends=ends,
        history=pl.read_parquet(folder / HISTORY),
        members=tuple(
            Member.load(name, folder / MEMBERS / folder_name(name), ends[SERIES_ID], compute)
            for name in facts["members"]
        ),
        rules=rules,
        verdict=verdict,
        forecasts=np.load(folder / FORECASTS, allow_pickle=False),
        plan=pl.read_parquet(folder / PLAN) if (folder / PLAN).exists() else None,
    )


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"There is no trained model in {str(folder)!r}: {error}.") from error
    if facts.get("format") != FORMAT:
        raise ArtifactError(
            f"The model in {str(folder)!r} is of format {facts.get('format')}; this version reads format {FORMAT}.",
            hint="Train again, or use the version of Forecastle that wrote it.",
        )
    return facts


def reaching(calibration: Calibration | None, horizon: int) -> Calibration | None:
    """A calibration for a horizon that may be longer than the one it was learned on: its last step goes on."""
    if calibration is None or (more := horizon - calibration.shifts.shape[1]) <= 0:
        return calibration
    return replace(
        calibration,
        shifts=np.pad(calibration.shifts, ((0, 0), (0, more)), mode="edge"),
        factors=np.pad(calibration.factors, ((0, 0), (0, 0), (0, more), (0, 0)), mode="edge"),
    )
