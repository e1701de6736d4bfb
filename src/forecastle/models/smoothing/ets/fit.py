"""Fitting a batch: which forms each series is offered, which it keeps, and with what weights."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.block import Block, multiplicative_ready
from forecastle.models.smoothing.ets.filter import States
from forecastle.models.smoothing.ets.forms import ERRORS, FORMS, Form, Shape
from forecastle.models.smoothing.ets.initial import SeasonRemoved, first_states
from forecastle.models.smoothing.ets.search import IMPOSSIBLE, Optimum, Settled, coarse, refine, settle
from forecastle.models.smoothing.ets.state import EtsState

SHARPNESS = 0.5
"""Weights are exp(−½ · SHARPNESS · ΔAICc). At 1 they are Akaike weights, which take one-step likelihoods at their word;
real series break the model's assumptions, and half of the evidence forecasts better several steps ahead."""

HOPELESS = 15.0
"""A form whose AICc on the coarse grid is so much above the best is not refined."""

KEPT = 6
"""Forms kept for each series; the others weigh next to nothing."""

NEGLIGIBLE = 0.01
"""A form of less weight is dropped."""

SHORTEST_TREND = 6
"""Fewer observations than this get a level and nothing else."""

WORK_BYTES = 2_000_000
"""About what the work arrays may take, to stay in the processor's cache."""

LONGER_SEASON_GAIN = 0.9
"""A longer season is taken only where last season's value misses by 10 % less than with the shorter one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to try: shapes, whether multiplicative errors too, and whether to average over forms or take the best.

    moving: whether the season learns from the errors (γ); else it is what the decomposition says it is by now.
    """

    shapes: tuple[Shape, ...]
    relative: bool
    average: bool
    moving: bool = False

    def offer(self, *, period: int, positive: bool, short: bool) -> Self:
        """The part of the plan that series of these traits can carry; without any season, the same trends alone.

        Where there can be a season no shape goes without: factors that predict nothing have been shrunk to none.
        """
        kinds = ("N",) if period < 2 else ("A", "M") if positive else ("A",)
        shapes = tuple(shape for shape in self.shapes if shape.season in kinds)
        shapes = shapes or tuple(dict.fromkeys(Shape(shape.trend, "N") for shape in self.shapes))
        shapes = (Shape("N", "N"),) if short else shapes
        return replace(self, shapes=shapes, relative=self.relative and positive)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One form fitted to some series (`columns`) of a block; `settled` holds it under its kind of errors.

    gain: how far a newer cycle moves a season that does not learn from errors, one a column.
    """

    form: Form
    columns: Integers
    aicc: Floats
    settled: Settled
    kind: int
    gain: Floats


def fit(batch: Batch, plan: Plan) -> EtsState:
    """Fit every series of the batch."""
    values = batch.values
    periods = choose_period(values, batch.seasons)
    width = int(periods.max(initial=1))
    state = EtsState.empty(len(values), min(KEPT, 2 * len(plan.shapes)) if plan.average else 1, width)
    state.period[:] = periods
    positive = multiplicative_ready(values)
    short = (~np.isnan(values)).sum(1) < SHORTEST_TREND
    traits, group = np.unique(np.stack([periods, positive, short]), axis=1, return_inverse=True)
    for number, (period, positivity, shortness) in enumerate(traits.T.tolist()):
        offer = plan.offer(period=period, positive=bool(positivity), short=bool(shortness))
        for chunk in _chunks(np.flatnonzero(group == number), period):
            block = Block.of(values[chunk], centred=not positivity)
            _keep(state, block, _try_all(block, offer, period), chunk[block.order])
    return state


def choose_period(values: Floats, seasons: tuple[int, ...]) -> Integers:
    """The season length of each row, n: 1 where the history does not span two seasons of any length."""
    chosen = np.ones(len(values), np.int64)
    lowest = np.full(len(values), np.inf)
    span = values.shape[1] - (~np.isnan(values)).argmax(1)
    for period in sorted(set(seasons)):
        if period < 2 or values.shape[1] < 2 * period:
            continue
        with np.errstate(over="ignore"):
            miss = np.abs(values[:, period:] - values[:, :-period])
            pairs = (~np.isnan(miss)).sum(1)
            mean = np.nansum(miss, axis=1) / np.maximum(pairs, 1)
        better = (span >= 2 * period) & (pairs >= period) & (mean <= LONGER_SEASON_GAIN * lowest)
        chosen[better] = period
        lowest[better] = mean[better]
    return chosen


def _chunks(rows: Integers, period: int) -> list[Integers]:
    """Rows in pieces whose work arrays (16 candidates of states, sums and `period` seasonal factors) stay small."""
    size = int(np.clip(WORK_BYTES // (16 * 4 * (period + 8)), 64, 1024))
    return np.array_split(rows, -(-len(rows) // size))


def _try_all(block: Block, plan: Plan, period: int) -> list[Tried]:
    """Coarse search for every shape, then refinement of each where it is not hopeless."""
    without = {season: SeasonRemoved.of(block, season, period) for season in {shape.season for shape in plan.shapes}}
    first = [first_states(without[shape.season].adjusted, shape.trend, period) for shape in plan.shapes]
    begin = [
        coarse(without[shape.season].adjusted, shape, states, relative=plan.relative)
        for shape, states in zip(plan.shapes, first, strict=True)
    ]
    rough = np.stack(
        [
            _aicc(optimum.criterion + 2 * without[shape.season].logs, shape, block.count).min(0)
            for shape, optimum in zip(plan.shapes, begin, strict=True)
        ]
    )
    hopeful = rough <= rough.min(0) + HOPELESS
    tried = []
    for shape, states, optimum, columns in zip(plan.shapes, first, begin, map(np.flatnonzero, hopeful), strict=True):
        if len(columns):
            removed, opening = without[shape.season].select(columns), states.select(columns)
            search = _with_season if plan.moving else _without_season
            settled = search(removed, shape, opening, optimum.select(columns))
            aicc = _aicc(settled.criterion, shape, block.count[columns])
            gain = np.zeros(len(columns)) if plan.moving else removed.gain
            tried += [
                Tried(form=Form(error, shape), columns=columns, aicc=aicc[kind], settled=settled, kind=kind, gain=gain)
                for kind, error in enumerate(ERRORS[: len(aicc)])
            ]
    return tried


def _with_season(removed: SeasonRemoved, shape: Shape, first: States, begin: Optimum) -> Settled:
    """Search the complete filter, whose season begins with the factors and moves."""
    states = replace(first, season=removed.factors)
    return settle(removed.block, shape, states, refine(removed.block, shape, states, begin))


def _without_season(removed: SeasonRemoved, shape: Shape, first: States, begin: Optimum) -> Settled:
    """Search the filter of level and trend on the adjusted series, and put the season beside them.

    Dividing by factors makes errors smaller, which the likelihood must not take for a better fit: hence the logs.
    """
    level = Shape(shape.trend, "N")
    settled = settle(removed.adjusted, level, first, refine(removed.adjusted, level, first, begin))
    season = np.repeat(removed.factors[:, None], len(settled.criterion), axis=1)
    states, criterion = replace(settled.states, season=season), settled.criterion + 2 * removed.logs
    return replace(settled, states=states, criterion=criterion)


def _aicc(criterion: Floats, shape: Shape, count: Floats) -> Floats:
    """Akaike's criterion corrected for short histories; where there is too little to correct, fewest parameters win."""
    k = shape.parameters
    return criterion + 2 * k + 2 * k * (k + 1) / np.maximum(count - k - 1, 0.01)


def _keep(state: EtsState, block: Block, tried: list[Tried], rows: Integers) -> None:
    """Write the best forms of each series, and their weights, into the state."""
    aicc = np.full((len(tried), len(rows)), IMPOSSIBLE)
    for position, one in enumerate(tried):
        aicc[position, one.columns] = one.aicc
    rank = aicc.argsort(0, kind="stable").argsort(0)
    weight = np.exp(-0.5 * SHARPNESS * (aicc - aicc.min(0)))
    weight[rank >= state.weight.shape[1]] = 0.0
    weight[weight < NEGLIGIBLE * weight.sum(0)] = 0.0
    weight /= weight.sum(0)
    for position, one in enumerate(tried):
        chosen = np.flatnonzero(weight[position, one.columns] > 0)
        columns = one.columns[chosen]
        at = rows[columns], rank[position, columns]
        _write(state, at, one, chosen, block, weight[position, columns])


def _write(
    state: EtsState, at: tuple[Integers, Integers], one: Tried, chosen: Integers, block: Block, weight: Floats
) -> None:
    """Copy the `chosen` series of one form to rows and slots `at` of the state, in the units of the data."""
    settled, kind, columns = one.settled, one.kind, one.columns[chosen]
    scale, offset, count = block.scale[columns], block.offset[columns], block.count[columns]
    season = settled.states.season[:, kind, chosen].T.astype(np.float64)
    shrunk_away = (season == (1.0 if one.form.shape.season == "M" else 0.0)).all(1)
    bare = Form(one.form.error, Shape(one.form.shape.trend, "N"))
    state.form[at] = np.where(shrunk_away, FORMS.index(bare), FORMS.index(one.form))
    state.weight[at] = weight
    constants = settled.smoothing
    state.constants[at] = np.stack(
        [each[kind, chosen] for each in (constants.alpha, constants.beta, constants.gamma, constants.phi)], axis=-1
    )
    states = settled.states
    state.level[at] = states.level[kind, chosen] * scale + offset
    state.trend[at] = states.trend[kind, chosen] * scale
    state.gain[at] = np.where(shrunk_away, 0.0, one.gain[chosen])
    width = season.shape[1]
    season *= np.where(shrunk_away, 0.0, scale if one.form.shape.season == "A" else 1.0)[:, None]
    state.season[(*at, slice(width))] = season
    fitted = one.form.shape.parameters + np.where(shrunk_away, 0, width)
    freedom = np.maximum(count - fitted, count / 2)
    spread = np.sqrt(settled.variance[kind, chosen] * count / freedom)
    state.sigma[at] = spread * scale if one.form.error == "A" else spread
