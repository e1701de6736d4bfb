"""Every setting: defaults here, then `forecastle.yaml`, then the environment (`FORECASTLE_FORECAST__SEED=7`)."""

from forecastle.settings.data import ClassSettings, CleanSettings, ConnectionSettings, ReadSettings
from forecastle.settings.forecasting import (
    ROUTES,
    BacktestSettings,
    BoostingSettings,
    DeepSettings,
    ForecastSettings,
    ReportSettings,
    Route,
)
from forecastle.settings.loading import Settings, load_settings
from forecastle.settings.operation import (
    LifecycleSettings,
    LogSettings,
    MrpSettings,
    QueueSettings,
    ScaleSettings,
    ServerSettings,
    StorageSettings,
    TabularSettings,
)
from forecastle.settings.section import Section

__all__ = [
    "ROUTES",
    "BacktestSettings",
    "BoostingSettings",
    "ClassSettings",
    "CleanSettings",
    "ConnectionSettings",
    "DeepSettings",
    "ForecastSettings",
    "LifecycleSettings",
    "LogSettings",
    "MrpSettings",
    "QueueSettings",
    "ReadSettings",
    "ReportSettings",
    "Route",
    "ScaleSettings",
    "Section",
    "ServerSettings",
    "Settings",
    "StorageSettings",
    "TabularSettings",
    "load_settings",
]
