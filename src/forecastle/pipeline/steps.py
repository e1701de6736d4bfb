"""The ten steps of an execution, in order; each adds to the work and answers with one sentence about what it did."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from forecastle.core.errors import DataError, HorizonError, RolesError
from forecastle.core.findings import Findings
from forecastle.core.panel import Panel
from forecastle.core.progress import Progress
from forecastle.data.prepare import Prepared, prepare
from forecastle.evaluation.backtest import backtest
from forecastle.features.demand import classify, revenue_of
from forecastle.features.seasonality import with_found_seasons
from forecastle.models.catalog import find
from forecastle.pipeline.allowance import left_out, time_for_windows, windows_seconds
from forecastle.pipeline.contest import judge, replay
from forecastle.pipeline.continuation import Continuation
from forecastle.pipeline.fitting import Fits, Skipped, fit_models, one_of
from forecastle.pipeline.manifest import snapshot_hash
from forecastle.pipeline.result import result_of
from forecastle.pipeline.totals import reconcile_target
from forecastle.pipeline.trained import TrainedModel
from forecastle.pipeline.training import trained_models
from forecastle.pipeline.work import TargetWork, Work

SEQUENCE = ("tft", "lstm", "cnn_lstm")
BOOSTED = ("lightgbm", "lightgbm_recursive", "tft_lightgbm")


def _named(names: Sequence[str]) -> Callable[[str], bool]:
    return lambda name: name in names


def _intermittent(name: str) -> bool:
    return find(name).role == "intermittent"


def _smoothing(name: str) -> bool:
    return find(name).role in ("general", "baseline") and name not in (*SEQUENCE, *BOOSTED)


NETWORKS = Fits(wanted=_named(SEQUENCE), targets=slice(None))
SMOOTHING = Fits(wanted=_smoothing, targets=slice(1))
INTERMITTENT = Fits(wanted=_intermittent, targets=slice(1))
TREES = Fits(wanted=_named(BOOSTED), targets=slice(None))
FURTHER = Fits(wanted=lambda name: _smoothing(name) or _intermittent(name), targets=slice(1, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. weight: its usual share of a run's time. seconds: what its models take, once it is known which run."""

    number: int
    name: str
    weight: float
    run: Callable[[Work, Progress], str]
    seconds: Callable[[Work], float] | None = None


def load(work: Work, progress: Progress) -> str:
    """Clean every target's history into a panel and remember the hash of what the models will see."""
    names = work.names
    if unknown := [name for name in names if name not in work.dataset.frame.columns]:
        raise RolesError(
            f"No column {unknown[0]!r} in the data.", hint=f"Columns: {', '.join(work.dataset.frame.columns)}."
        )
    for number, name in enumerate(names, start=1):
        model = work.kept_model(name)
        prepared = _prepared(work, name, model)
        panel = _with_seasons(work, prepared.panel)
        target = TargetWork(name=name, panel=panel, keys=prepared.keys, snapshot=snapshot_hash(panel.frame))
        target.plan = prepared.plan
        work.findings += prepared.findings
        if model is not None:
            target.kept = Continuation.of(model, panel)
            work.findings += Findings(tuple(target.kept.findings()))
        work.targets.append(target)
        progress(number / len(names), f"{name}: {panel.n_series} series")
    first = work.targets[0].panel
    work.horizon = work.request.horizon or (work.kept[0].horizon if work.kept else first.freq.horizon)
    newer = sum(len(target.kept.newer.frame) for target in work.targets if target.kept is not None)
    more = f"; {newer} newer observations" if work.kept else ""
    return (
        f"{first.n_series:,} series, {len(first.frame):,} {first.freq.word}s in all{more}; target: {', '.join(names)}"
    )


def _with_seasons(work: Work, panel: Panel) -> Panel:
    """The panel with the seasons asked for; those found in numbered periods count as asked for from then on."""
    if work.request.seasons is None:
        found, findings = with_found_seasons(panel)
        work.findings += findings
        work.request = replace(work.request, seasons=found.seasons)
        return found
    return panel.with_seasons(work.request.seasons)


def _prepared(work: Work, name: str, model: TrainedModel | None) -> Prepared:
    """One target, at the frequency asked for or else the kept model's, if the data can be brought to that."""
    request, cleaning = work.request, work.settings.clean
    made = partial(prepare, work.dataset, name, settings=cleaning, today=request.today, seasons=request.seasons)
    if model is not None and request.freq is None:
        with suppress(DataError):
            return made(freq=str(model.freq))
    return made(freq=request.freq)


def segment(work: Work, progress: Progress) -> str:
    """Classify every series, and choose the models that will run on it."""
    panels = [target.panel for target in work.targets]
    for number, target in enumerate(work.targets, start=1):
        revenue = revenue_of(target.panel, panels, work.dataset.roles.price)
        target.classes = classify(target.panel, revenue=revenue, settings=work.settings.classes)
        work.prepare(target)
        work.note_unplanned(target)
        progress(number / len(work.targets), f"{target.name}: classified")
    counts = work.targets[0].classes.group_by("pattern").len().sort("len", descending=True)
    return ", ".join(f"{count} {pattern or 'without demand'}" for pattern, count in counts.iter_rows())


def sequence(work: Work, progress: Progress) -> str:
    """Networks (TFT, LSTM, CNN-LSTM), for volume and revenue."""
    return fit_models(work, NETWORKS, progress)


def smoothing(work: Work, progress: Progress) -> str:
    """Exponential smoothing, Theta, ridge and the baselines, on every series of the first target."""
    return fit_models(work, SMOOTHING, progress)


def intermittent(work: Work, progress: Progress) -> str:
    """Croston, SBA and TSB, on the series with intermittent or lumpy demand of the first target."""
    return fit_models(work, INTERMITTENT, progress)


def boosting(work: Work, progress: Progress) -> str:
    """LightGBM; ensembles are put together after the backtest, which gives them their weights."""
    return fit_models(work, TREES, progress)


def revenue(work: Work, progress: Progress) -> str:
    """Every further target, with the models of steps 4 and 5."""
    if len(work.targets) == 1:
        raise Skipped("one target only")
    return fit_models(work, FURTHER, progress)


def compare(work: Work, progress: Progress) -> str:
    """Backtest every model on past windows, choose champions and weights, calibrate the ranges."""
    if work.kept:
        stands = (f"{model.target}, {len(model.ids)} series over {model.horizon} periods" for model in work.kept)
        raise Skipped(f"the champions' backtest stands: {'; '.join(stands)}")
    messages = []
    for number, target in enumerate(work.targets):
        _without_the_late(work, target)
        assert target.lineup is not None  # noqa: S101 - step 2 has run
        assert target.rules is not None  # noqa: S101 - as above
        plan = replace(work.plan(target), budget=time_for_windows(work, number))
        try:
            tests = backtest(
                target.lineup.models(work.rehearsal),
                target.panel,
                plan,
                only=target.lineup.only,
                quantiles=work.quantiles,
                progress=one_of(progress, number, len(work.targets)),
            )
        except HorizonError as short:
            work.note_short(target, short.message)
            target.verdict = judge((), target.rules)
            messages.append(f"{target.name}: history too short")
            continue
        if work.request.backtest_only:
            target.left_out = {name: "no window" for name in target.names if name not in tests.models}
            _without_the_late(work, target)
        target.tests = replace(tests, trials=replay(tests.trials, target.rules))
        target.verdict = judge(target.tests.trials, target.rules)
        work.findings += tests.findings
        windows = len(tests.trials)
        messages.append(f"{target.name}: {windows} window{'' if windows == 1 else 's'}")
    return "; ".join(messages)


def _without_the_late(work: Work, target: TargetWork) -> None:
    """Hold the contest without the models that had no time."""
    if target.left_out and target.lineup is not None:
        target.lineup = target.lineup.without(target.left_out)
        work.settle_rules(target)
        work.findings += Findings((left_out(target, work.time_limit),))


def save(work: Work, progress: Progress) -> str:
    """Put the result together and hand it to whoever keeps it."""
    for target in work.targets:
        target.conclude()
        if work.request.hierarchy and target.final is not None:
            reconcile_target(work, target, lambda panel: totals_forecast(work, panel, progress))
    work.result = result_of(work)
    progress(0.5, "result put together")
    if work.keep is None:
        return "kept in memory"
    trained: list[TrainedModel] = []
    for number, target in enumerate(work.targets, start=len(work.targets)):
        trained += trained_models(work, target, one_of(progress, number, 2 * len(work.targets)))
    return work.keep(work.result, trained)


def totals_forecast(work: Work, panel: Panel, progress: Progress) -> TargetWork:
    """Forecast totals as if they were series, by the steps that forecast series."""
    target = TargetWork(name=work.targets[0].name, panel=panel, keys=panel.frame.head(0), snapshot="")
    target.classes = classify(panel, settings=work.settings.classes)
    inner = replace(
        work,
        request=replace(work.request, hierarchy=()),
        targets=[target],
        kept=(),
        steps=[],
        findings=Findings(),
        retain=False,
    )
    inner.prepare(target)

    def quietly(_share: float, message: str) -> None:
        progress(0.0, f"totals: {message}")

    for step in (sequence, smoothing, intermittent, boosting, compare):
        with suppress(Skipped):
            step(inner, quietly)
    target.conclude()
    return target


def trigger(work: Work, progress: Progress) -> str:  # noqa: ARG001 - every step has this shape
    """Tell material planning that new forecasts are there."""
    if work.request.backtest_only:
        raise Skipped("only a backtest was asked for")
    if work.fire is None:
        raise Skipped("no trigger is configured")
    assert work.result is not None  # noqa: S101 - step 9 has run
    return work.fire(work.result)


STEPS = (
    Step(number=1, name="load", weight=8, run=load),
    Step(number=2, name="classify", weight=2, run=segment),
    Step(number=3, name="TFT, LSTM", weight=10, run=sequence, seconds=NETWORKS.seconds),
    Step(number=4, name="ETS, Theta, ridge", weight=22, run=smoothing, seconds=SMOOTHING.seconds),
    Step(number=5, name="Croston, TSB", weight=5, run=intermittent, seconds=INTERMITTENT.seconds),
    Step(number=6, name="LightGBM, ensemble", weight=25, run=boosting, seconds=TREES.seconds),
    Step(number=7, name="revenue", weight=5, run=revenue, seconds=FURTHER.seconds),
    Step(number=8, name="backtest", weight=90, run=compare, seconds=windows_seconds),
    Step(number=9, name="save", weight=5, run=save),
    Step(number=10, name="MRP trigger", weight=1, run=trigger),
)
