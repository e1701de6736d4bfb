"""Forecastle: from a sales file to calibrated forecasts for every series.

import forecastle as fc
data = fc.read("sales.csv")
result = fc.forecast(data, horizon=13)
fc.write(result, "out")
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecastle.client import AsyncClient, Client
    from forecastle.core.errors import ForecastleError
    from forecastle.data.options import ReadOptions
    from forecastle.data.synthetic.sales import synthesize
    from forecastle.data.synthetic.spec import SyntheticSpec
    from forecastle.pipeline.request import Request
    from forecastle.services.files.forecasting import backtest, forecast, run
    from forecastle.services.files.profiling import profile
    from forecastle.services.files.reading import demo, read
    from forecastle.services.files.writing import write
    from forecastle.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "Client",
    "ForecastleError",
    "ReadOptions",
    "Request",
    "Settings",
    "SyntheticSpec",
    "__version__",
    "backtest",
    "demo",
    "forecast",
    "profile",
    "read",
    "run",
    "synthesize",
    "write",
]

_HOMES = {
    "AsyncClient": "client",
    "Client": "client",
    "ForecastleError": "core.errors",
    "ReadOptions": "data.options",
    "Request": "pipeline.request",
    "Settings": "settings",
    "SyntheticSpec": "data.synthetic.spec",
    "backtest": "services.files.forecasting",
    "demo": "services.files.reading",
    "forecast": "services.files.forecasting",
    "profile": "services.files.profiling",
    "read": "services.files.reading",
    "run": "services.files.forecasting",
    "synthesize": "data.synthetic.sales",
    "write": "services.files.writing",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import forecastle` itself takes no time."""
    if name not in _HOMES:
        raise AttributeError(f"module 'forecastle' has no attribute {name!r}")
    value = getattr(import_module(f"forecastle.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
