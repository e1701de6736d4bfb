"""Forecasts that are answered at once."""

import math
from collections.abc import Iterable, Sequence

from forecastle.client.answers import NextValue, NextValues, SeriesForecast, StoredForecast
from forecastle.client.call import Call, given, reading, several
from forecastle.core.errors import InputError


def predict(
    data: Iterable[float], *, horizon: int | None = None, season: int | None = None, quantiles: bool = False
) -> Call[SeriesForecast]:
    """Forecast one series, the oldest value first.

    season: periods after which the pattern repeats. quantiles: also answer with the range P10 to P90.

    Raises:
        InputError: it is empty, or has values that are not finite numbers.
    """
    asked = {"data": _finite(data), "horizon": horizon, "season": season, "quantiles": quantiles}
    return Call(method="POST", path="/predict", body=given(asked), read=reading(SeriesForecast))


def next_value(window: Iterable[float]) -> Call[NextValue]:
    """The value after a window, the oldest value first, of exactly `window_size` values (see `model_info`).

    Raises:
        NoModelError: no sequence model is served.
        InputError: it is not as long as the model's, or has values that are not finite numbers.
    """
    return Call(method="POST", path="/api/predict", body={"series": _finite(window)}, read=reading(NextValue))


def next_values(windows: Iterable[Iterable[float]]) -> Call[NextValues]:
    """The same for several windows at once, of as many series.

    Raises:
        NoModelError: no sequence model is served.
        InputError: one is not as long as the model's, or has values that are not finite numbers.
    """
    body = {"series": [_finite(window) for window in windows]}
    return Call(method="POST", path="/api/predict", body=body, read=reading(NextValues))


def predict_stored(
    series: str | Sequence[str] | None = None,
    *,
    horizon: int | None = None,
    targets: str | Sequence[str] = (),
    model: str = "auto",
    dataset: str | None = None,
) -> Call[StoredForecast]:
    """Forecast stored series, or all of them, from the models that lead, without a refit; `forecasts` has the rows.

    model: `auto`, the champion of each series, or one for all. dataset: may be left out while only one has models.

    Raises:
        NoModelError: nothing was trained for what is asked.
        InputError: none of the series is known, or a target or the dataset cannot be told.
    """
    asked = given({"horizon_weeks": horizon, "targets": several(targets), "models": model, "dataset": dataset})
    which = {"sku_ids": None if series is None else several(series)}
    return Call(method="POST", path="/predict", body=which | asked, read=reading(StoredForecast))


def _finite(data: Iterable[float]) -> list[float]:
    """The values as JSON numbers, of which none is infinite or missing."""
    values = list(data)
    for place, value in enumerate(values, start=1):
        if value is None or not math.isfinite(value):
            raise InputError(
                f"Value {place} of {len(values)} is {value}, not a finite number.",
                hint="Fill the gap, or upload the history as a dataset: there, a gap may stay one.",
            )
    return [float(value) for value in values]
