"""The feature table: one row a series, cutoff and step, holding nothing that was not known at the cutoff."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from forecastle.core.columns import CUTOFF, DS, SERIES_ID, STEP, Y
from forecastle.core.panel import Floats, Panel
from forecastle.features.calendar import calendars
from forecastle.features.history import History, Rows
from forecastle.features.lags import lags, latest, seasonal_lags
from forecastle.features.price import prices
from forecastle.features.promotion import promotions
from forecastle.features.rolling import averages, changes, rolling, smoothed
from forecastle.features.spec import FeatureSpec
from forecastle.features.standing import abc, standing

KEYS = (SERIES_ID, DS, CUTOFF, STEP, Y)
"""What a row is about. `step` may serve as a feature; `y` is the answer, the only value from after the cutoff."""

COVARIATE = "x_"
"""How the features made from the user's own columns begin: a column called `week` is not our `week`."""

ROWS_AT_A_TIME = 200_000
CELLS_AT_A_TIME = 3_000_000
"""How many rows are made, and values of history read, at a time: this bounds the memory of the rolling windows."""


def features(
    panel: Panel,
    *,
    spec: FeatureSpec,
    steps: Sequence[int] = (1,),
    cutoffs: range | None = None,
    future: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row a series, cutoff and step, in that order: `series_id`, `ds`, `cutoff`, `step`, `y`, then the features.

    steps: periods after the cutoff. cutoffs: how many periods before each series' own last one they lie; None takes
    all of them, `range(1)` only the last, whose rows are those to forecast. future: the known covariates after it.
    y is null where it is still to come or was not observed. Features are Float32; null is not known, not observed or
    not defined. For the direct strategy ask for all steps of the horizon; for the recursive one build a `History`
    once, and append each forecast to it before the next `rows_of`.
    """
    history = History.of(panel, categories=spec.categories, ahead=max(steps), future=future)
    return rows_of(history, spec, steps=steps, cutoffs=cutoffs)


def rows_of(
    history: History, spec: FeatureSpec, *, steps: Sequence[int] = (1,), cutoffs: range | None = None
) -> pl.DataFrame:
    """The feature table of a panel that stands in arrays already; `history.ahead` must reach the last step."""
    rows = Rows.of(history, cutoffs=range(history.width) if cutoffs is None else cutoffs, steps=steps)
    classes = abc(history, rows, spec.classes)
    series = min(ROWS_AT_A_TIME // (len(rows.columns) * len(rows.steps)), CELLS_AT_A_TIME // history.width)
    blocks = (slice(start, start + max(series, 1)) for start in range(0, len(classes), max(series, 1)))
    return pl.concat([_block(history.block(block), rows, classes[block], spec) for block in blocks], rechunk=True)


def _block(history: History, rows: Rows, classes: Floats, spec: FeatureSpec) -> pl.DataFrame:
    shape = (len(classes), len(rows.columns), len(rows.steps))
    begun = rows.columns >= (history.width - history.grid.lengths)[:, None]
    wanted = np.broadcast_to(begun[:, :, None], shape)
    columns = [
        pl.Series(name, np.broadcast_to(values, shape)[wanted].astype(np.float32), nan_to_null=True)
        for name, values in (*_columns(history, rows, spec), ("abc", classes))
    ]
    return _keys(history, rows, wanted).hstack(columns)


def _keys(history: History, rows: Rows, wanted: np.ndarray) -> pl.DataFrame:
    number, at = history.numbers, np.nonzero(wanted)
    moments = history.grid.freq.moments
    return pl.DataFrame(
        {
            SERIES_ID: history.grid.ids.gather(at[0]),
            DS: rows.at_target(number)[wanted],
            CUTOFF: number[at[0], rows.columns[at[1]]],
            STEP: rows.steps[at[2]],
            Y: pl.Series(rows.answers(history.grid.values)[wanted], nan_to_null=True),
        }
    ).with_columns(moments(pl.col(DS)).alias(DS), moments(pl.col(CUTOFF)).alias(CUTOFF))


def _columns(history: History, rows: Rows, spec: FeatureSpec) -> Iterator[tuple[str, Floats]]:
    yield from lags(history, rows, spec.lags)
    yield from latest(history, rows, spec.recent)
    yield from seasonal_lags(history, rows, history.seasons)
    yield from rolling(history, rows, spec.windows)
    yield from averages(history, rows, spec.averages)
    yield from changes(history, rows, spec.changes)
    yield from smoothed(history, rows, spec.smoothing)
    yield from standing(history, rows, spec.classes)
    yield from calendars(history, rows, spec)
    for name, values in _covariates(history, rows, spec):
        yield f"{COVARIATE}{name}", values


def _covariates(history: History, rows: Rows, spec: FeatureSpec) -> Iterator[tuple[str, Floats]]:
    """Prices and promotions; of the rest known ones at the target, past ones at the cutoff, static ones everywhere."""
    yield from prices(history, rows, spec.price)
    yield from promotions(history, rows, spec.promotion)
    special = {*spec.price, *spec.promotion}
    yield from ((name, rows.at_target(values)) for name, values in history.known.items() if name not in special)
    yield from ((name, rows.at_cutoff(values)) for name, values in history.past.items() if name not in special)
    yield from ((name, values[:, None, None]) for name, values in history.static.items())
