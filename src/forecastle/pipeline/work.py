"""What one execution has found out so far: each step adds to it, and the last ones turn it into the result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from forecastle.core.budget import UNLIMITED, Budget
from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.errors import InputError
from forecastle.core.execution import ExecutionResult, StepOutcome
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.panel import Floats, Panel
from forecastle.core.ports import Attends
from forecastle.core.quantiles import Quantiles
from forecastle.data.dataset import Dataset
from forecastle.evaluation.backtest import BacktestResult
from forecastle.evaluation.windows import BacktestPlan, usual_windows
from forecastle.features.cache import FeatureCache
from forecastle.models.analogues import COLD
from forecastle.models.batched import Compute
from forecastle.models.catalog import AUTO, find
from forecastle.pipeline.coldstart import cold_start, with_analogues
from forecastle.pipeline.contest import GREEDY, Rules, Verdict, answer, averaged, groups_of
from forecastle.pipeline.continuation import Continuation
from forecastle.pipeline.lineup import LineUp, line_up
from forecastle.pipeline.member import Member
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel
from forecastle.settings import Settings

NEEDED = (0.1, 0.5, 0.9)
"""Levels that ranges and their calibration stand on, whether or not they were asked for."""

Keep = Callable[[ExecutionResult, Sequence[TrainedModel]], str]
"""Whoever keeps the result, and the fitted models where they were asked for; says in one sentence where."""

Fire = Callable[[ExecutionResult], str]
"""Whoever tells material planning of new forecasts; says in one sentence how."""


@dataclass(slots=True, kw_only=True)
class TargetWork:
    """One target on its way through the steps.

    classes: one row a series. said: by model, its forecasts after the end of the data, series × horizon × (mean and
    quantiles) in the panel's order. fitted: the models that said so, if they are retained. tests: every model's
    backtest, with ensembles and `auto`; None when no series is long enough. final: the champions' forecasts, shaped
    like those in `said`. kept: the model that goes on, where nothing is to be fitted. plan: the known covariates of
    periods after the history; None where the data tell of none. took: seconds that models were fitted in. left_out: why
    models had no time. drivers: what moves the forecasts of some series, from the models that can
    tell. totals: forecasts over the levels of the hierarchy, where one was asked for; scores: their
    measures on past windows. telling: the models that can tell what they looked at.
    """

    name: str
    panel: Panel
    keys: pl.DataFrame
    snapshot: str
    classes: pl.DataFrame = field(default_factory=pl.DataFrame)
    lineup: LineUp | None = None
    rules: Rules | None = None
    said: dict[str, Floats] = field(default_factory=dict)
    fitted: dict[str, Member] = field(default_factory=dict)
    telling: dict[str, Attends] = field(default_factory=dict)
    tests: BacktestResult | None = None
    verdict: Verdict | None = None
    final: Floats | None = None
    kept: Continuation | None = None
    plan: pl.DataFrame | None = None
    took: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    drivers: list[pl.DataFrame] = field(default_factory=list)
    totals: pl.DataFrame | None = None
    scores: pl.DataFrame | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The models that forecast it."""
        if self.kept is not None:
            return self.kept.names
        return tuple(card.name for card in self.lineup.cards) if self.lineup else ()

    @property
    def attributes(self) -> pl.DataFrame:
        """What series have in common with others: their keys and static columns, a row a series of the panel."""
        known = self.panel.grid().ids.to_frame(SERIES_ID)
        for table in (self.keys, self.panel.static):
            if table is not None and not table.is_empty():
                known = known.join(table, on=SERIES_ID, how="left", maintain_order="left")
        return known.drop(SERIES_ID)

    def future(self, horizon: int) -> pl.DataFrame:
        """`series_id`, `ds`, `step` of the periods that are forecast."""
        grid = self.panel.grid() if self.kept is None else replace(self.panel.grid(), last=self.kept.last)
        return grid.future(horizon).with_columns(pl.col(DS).cast(self.panel.frame.schema[DS]))

    def conclude(self) -> None:
        """Put together what the champions say, if anything was forecast."""
        assert self.rules is not None  # noqa: S101 - step 2 has run
        assert self.verdict is not None  # noqa: S101 - step 8 has run
        if self.said:
            self.final = answer(self.said, self.verdict, self.rules)


@dataclass(slots=True, kw_only=True)
class Work:
    """One execution on its way through the ten steps.

    kept: models, one a target, that forecast without being fitted again. others: further models that only take in what
    is newer. retain: hold on to fitted ones, for `keep`. features: where feature tables are kept. budget: until when
    everything must be done.
    """

    dataset: Dataset
    request: Request
    settings: Settings
    kept: Sequence[TrainedModel] = ()
    others: Sequence[TrainedModel] = ()
    keep: Keep | None = None
    retain: bool = False
    fire: Fire | None = None
    features: FeatureCache | None = None
    horizon: int = 0
    budget: Budget = UNLIMITED
    findings: Findings = field(default_factory=Findings)
    targets: list[TargetWork] = field(default_factory=list)
    steps: list[StepOutcome] = field(default_factory=list)
    result: ExecutionResult | None = None

    @property
    def time_limit(self) -> float | None:
        """Seconds that the execution may take; None for as long as it takes."""
        return self.request.time_limit or self.settings.forecast.time_limit

    @property
    def compute(self) -> Compute:
        """How models may use the machine for the forecasts themselves."""
        asked = self.settings.forecast
        return Compute(
            seed=asked.seed,
            threads=asked.threads,
            paths=asked.paths,
            rows=asked.rows,
            boosting=self.settings.boosting,
            deep=self.settings.deep,
            features=self.features,
        )

    @property
    def rehearsal(self) -> Compute:
        """The same for the backtest, which is run several times and whose scores are averaged over many forecasts."""
        asked = self.settings.backtest
        return replace(self.compute, paths=asked.paths, rows=asked.rows)

    @property
    def quantiles(self) -> Quantiles:
        """The levels that were asked for, and those the ranges stand on."""
        return Quantiles(tuple(sorted({*self.settings.forecast.quantiles, *NEEDED})))

    @property
    def names(self) -> tuple[str, ...]:
        """The targets: those asked for, else those of the kept models in the data's order, else all of the data's."""
        found = self.dataset.roles.targets
        kept = [model.target for model in self.kept]
        ordered = [*(name for name in found if name in kept), *(name for name in kept if name not in found)]
        return self.request.targets or tuple(ordered) or found

    def plan(self, target: TargetWork) -> BacktestPlan:
        """The past windows that a target's models are compared on."""
        asked = self.settings.backtest
        windows = asked.windows or usual_windows(target.panel, self.horizon, asked.step or self.horizon)
        return BacktestPlan(horizon=self.horizon, windows=windows, step=asked.step)

    def others_of(self, target: str) -> tuple[TrainedModel, ...]:
        """The further models of a target."""
        return tuple(model for model in self.others if model.target == target)

    def kept_model(self, target: str) -> TrainedModel | None:
        """The kept model of a target; None where models are to be fitted.

        Raises:
            InputError: models are kept, but none that this target of these data can go on with.
        """
        if not self.kept:
            return None
        model = next((model for model in self.kept if model.target == target), None)
        if model is None:
            raise InputError(
                f"No model was trained for the target {target!r}.",
                hint=f"Train again with it, or ask for {', '.join(model.target for model in self.kept)} only.",
            )
        if model.key_columns != self.dataset.roles.keys:
            raise InputError(
                f"{model.name} names series by {', '.join(model.key_columns) or 'nothing'}; "
                f"these data by {', '.join(self.dataset.roles.keys) or 'nothing'}.",
                hint="Train again, or name the same key columns in the same order.",
            )
        if not set(self.settings.forecast.quantiles) <= set(model.rules.quantiles):
            raise InputError(
                f"{model.name} was trained for the quantiles {', '.join(model.rules.quantiles.columns)}; "
                f"the settings ask for {', '.join(Quantiles(self.settings.forecast.quantiles).columns)}.",
                hint="Train again for other quantiles.",
            )
        return model

    def prepare(self, target: TargetWork) -> None:
        """Choose the models of a classified target, and how its contest is held; a kept model has both."""
        if target.kept is not None:
            target.rules, target.verdict = target.kept.judgement(self.horizon, target.attributes)
            self.findings += Findings(tuple(cold_start(target.name, target.rules, target.panel.grid().ids)))
            return
        target.lineup = line_up(target.panel, target.classes, self.request.models, self.settings.forecast.routes)
        self.settle_rules(target)
        assert target.rules is not None  # noqa: S101 - just settled
        self.findings += Findings(tuple(cold_start(target.name, target.rules, target.panel.grid().ids)))

    def settle_rules(self, target: TargetWork) -> None:
        """Put down how the contest of a target's models is held."""
        assert target.lineup is not None  # noqa: S101 - called once it is known
        numbers, groups = groups_of(target.panel.grid().ids, target.classes, target.lineup.routes)
        rules = Rules(
            groups=numbers,
            routed=tuple(groups["routed"]),
            because=tuple(groups["because"]),
            members=target.lineup.members,
            voters=target.lineup.voters,
            ensembles=target.lineup.ensembles,
            fixed=target.lineup.fixed,
            measure=self.settings.backtest.measure,
            quantiles=self.quantiles,
            averaged=averaged(groups) if AUTO in self.request.models and GREEDY in target.lineup.ensembles else (),
        )
        warm = (target.classes["n_obs"] >= COLD).to_numpy()
        automatic = AUTO in self.request.models
        target.rules = with_analogues(rules, target.panel, target.attributes, warm) if automatic else rules

    def note_unplanned(self, target: TargetWork) -> None:
        """Remember for which series the future of known covariates is not told, if a model makes use of them."""
        covariates = target.panel.covariates.known
        if not covariates or not any(find(name).covariates for name in target.names):
            return
        ahead = target.future(self.horizon).select(SERIES_ID, DS)
        told = target.plan if target.plan is not None else ahead.head(0).with_columns(pl.lit(None).alias(covariates[0]))
        planned = told.drop_nulls(covariates[0]).select(SERIES_ID, pl.col(DS).cast(ahead.schema[DS]))
        series = tuple(ahead.join(planned, on=[SERIES_ID, DS], how="anti")[SERIES_ID].unique(maintain_order=True))
        if series:
            finding = Finding(
                code="not_planned",
                severity=Severity.WARNING,
                message=f"{target.name}: {len(series)} series have no {', '.join(covariates)} for all {self.horizon} "
                f"{target.panel.freq.word}s ahead.",
                action="forecast as for a future nobody knows; append rows with these columns and an empty target",
                count=len(series),
                series=series,
            )
            self.findings += Findings((finding,))

    def note_short(self, target: TargetWork, message: str) -> None:
        """Remember that a target has too little history for a backtest."""
        finding = Finding(
            code="no_backtest",
            severity=Severity.WARNING,
            message=f"{target.name}: {message}",
            action="forecast by the routing table; the ranges are the models' own, not calibrated",
        )
        self.findings += Findings((finding,))
