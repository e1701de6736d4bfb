"""Models of statsforecast: any by name, and the usual ones ready."""

from forecastle.models.adapters.arguments import Call
from forecastle.models.adapters.forecaster import AdaptedForecaster
from forecastle.models.adapters.statsforecast import StatsForecastEngine
from forecastle.models.batched import Compute


def by_name(argument: str, compute: Compute) -> AdaptedForecaster:
    """`statsforecast:AutoARIMA`, or with arguments `statsforecast:ARIMA(order=[1, 1, 1])`."""
    return AdaptedForecaster(
        name=f"statsforecast:{argument}", engine=StatsForecastEngine(call=Call.of(argument)), compute=compute
    )


def auto_arima(compute: Compute) -> AdaptedForecaster:
    """Seasonal ARIMA, its orders chosen by AICc."""
    return _ready("auto_arima", "AutoARIMA", compute)


def auto_ets(compute: Compute) -> AdaptedForecaster:
    """Exponential smoothing, its form chosen by AICc."""
    return _ready("auto_ets", "AutoETS", compute)


def auto_ces(compute: Compute) -> AdaptedForecaster:
    """Complex exponential smoothing."""
    return _ready("auto_ces", "AutoCES", compute)


def auto_theta(compute: Compute) -> AdaptedForecaster:
    """Theta, its form chosen by its errors."""
    return _ready("auto_theta", "AutoTheta", compute)


def auto_tbats(compute: Compute) -> AdaptedForecaster:
    """Trigonometric seasons, Box-Cox and ARMA errors."""
    return _ready("auto_tbats", "AutoTBATS", compute)


def mstl(compute: Compute) -> AdaptedForecaster:
    """Several seasons taken out by loess, exponential smoothing on the rest."""
    return _ready("mstl", "MSTL", compute)


def imapa(compute: Compute) -> AdaptedForecaster:
    """Intermittent demand at several levels of aggregation."""
    return _ready("imapa", "IMAPA", compute)


def _ready(name: str, model: str, compute: Compute) -> AdaptedForecaster:
    engine = StatsForecastEngine(call=Call(name=model, arguments={}))
    return AdaptedForecaster(name=name, engine=engine, compute=compute)
