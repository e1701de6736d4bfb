"""What can be asked of the services from outside: checked once, here, whichever door it came through."""

from forecastle.services.requests.asked import Asked, Real, Whole
from forecastle.services.requests.executions import ExecutionParams
from forecastle.services.requests.overrides import NewOverride
from forecastle.services.requests.prediction import (
    SeriesPrediction,
    StoredPrediction,
    WindowPrediction,
    WindowsPrediction,
)
from forecastle.services.requests.recipes import Cleaning, CleaningParams, NewRecipe, StartCleaning
from forecastle.services.requests.tabular import FeatureRow, TabularChanges, TabularParams

__all__ = [
    "Asked",
    "Cleaning",
    "CleaningParams",
    "ExecutionParams",
    "FeatureRow",
    "NewOverride",
    "NewRecipe",
    "Real",
    "SeriesPrediction",
    "StartCleaning",
    "StoredPrediction",
    "TabularChanges",
    "TabularParams",
    "Whole",
    "WindowPrediction",
    "WindowsPrediction",
]
