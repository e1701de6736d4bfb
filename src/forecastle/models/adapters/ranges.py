"""Ranges for models that only know a mean: as wide as the errors on periods kept from them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forecastle.core.panel import Floats
from forecastle.core.progress import silent
from forecastle.models.adapters.engine import Engine, Occasion, Past

HELD = 3
"""One period in so many is kept back, but no more than the horizon."""


def split_errors(engine: Engine, series: Sequence[Past], occasion: Occasion) -> Floats:
    """Absolute errors on the last periods of each series by a model that has not seen them, n × periods; NaN: none.

    A series too short to be split has its absolute changes instead.
    """
    held = [min(occasion.horizon, len(past.values) // HELD) for past in series]
    front = [_front(past, count) for past, count in zip(series, held, strict=True)]
    long = [place for place, past in enumerate(front) if len(past.values) >= max(engine.traits.shortest, 2)]
    errors = np.full((len(series), max(held, default=0) or 1), np.nan)
    if long:
        known = [front[place] for place in long]
        said = engine.fit(known, occasion, silent).forecast(known, errors.shape[1], (0.5,)).mean
        for place, mean in zip(long, said, strict=True):
            count = held[place]
            errors[place, :count] = np.abs(series[place].values[-count:] - mean[:count])
    return _completed(errors, series)


def around(mean: Floats, errors: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles n × horizon × levels: the mean and, to either side, what a share of the errors stayed below.

    Source: split conformal prediction, Papadopoulos et al. (2002), pooled over the steps of a series.
    """
    wanted = np.asarray(levels)
    widths = np.nanquantile(errors, np.abs(2 * wanted - 1), axis=1).T
    return np.asarray(mean[:, :, None] + np.sign(wanted - 0.5) * widths[:, None, :])


def _front(past: Past, held: int) -> Past:
    keep = len(past.values) - held
    ahead = {name: past.covariates[name][keep:] for name in past.planned}
    told = {name: column[:keep] for name, column in past.covariates.items()}
    return replace(past, values=past.values[:keep], covariates=told, planned=ahead)


def _completed(errors: Floats, series: Sequence[Past]) -> Floats:
    for place in np.flatnonzero(np.isnan(errors).all(axis=1)).tolist():
        changes = np.abs(np.diff(series[place].values))
        errors[place, :] = np.nanmean(changes) if np.isfinite(changes).any() else 0.0
    return errors
