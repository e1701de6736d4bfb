"""Features told as what a planner knows: recent sales, the season, the calendar, and the data's own columns."""

from collections.abc import Sequence

from forecastle.core.columns import STEP
from forecastle.core.panel import Covariates
from forecastle.features.calendar import HOLIDAYS, PARTS
from forecastle.features.table import COVARIATE

LEVEL = "level"
"""Where a series stood before anything was learned, with what holds for all forecasts alike."""

RECENT, SEASON, CALENDAR, AHEAD, DEMAND = "recent values", "season", "calendar", "distance", "kind of demand"

_CALENDAR = frozenset([*HOLIDAYS, *(part for parts in PARTS.values() for part in parts)])
_RECENT = ("latest_", "mean_", "min_", "max_", "median_", "std_", "change_", "smoothed")


def driver_of(feature: str, covariates: Covariates) -> str:
    """What a feature is about: a column of the data by its own name, or one of the words above."""
    if feature.startswith(COVARIATE):
        return column_of(feature, (*covariates.known, *covariates.past, *covariates.static))
    if feature in _CALENDAR:
        return CALENDAR
    if feature.startswith("season_"):
        return SEASON
    if feature.startswith(_RECENT):
        return RECENT
    return {LEVEL: LEVEL, STEP: AHEAD}.get(feature, DEMAND)


def column_of(feature: str, columns: Sequence[str]) -> str:
    """The covariate that a feature is made of: of those whose name it begins with the longest."""
    own = feature.removeprefix(COVARIATE)
    made_of = [name for name in columns if own == name or own.startswith(f"{name}_")]
    return max(made_of, key=len, default=own)
