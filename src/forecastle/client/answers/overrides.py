"""Changes that planners make to forecasts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A planner's change to one period of a series: `value` instead of the mean, for every execution of the dataset."""

    id: str
    dataset_id: str
    series_id: str
    target: str
    ds: datetime | int
    value: float
    reason: str
    by: str
    at: datetime
