"""Which forecast a planner changes."""

from datetime import datetime

from pydantic import Field

from forecastle.services.requests.asked import Asked, Real


class NewOverride(Asked):
    """What is to stand in place of one forecast."""

    execution_id: str = Field(max_length=100, description="An execution that has this forecast.")
    series_id: str = Field(max_length=1000)
    target: str = Field(max_length=400)
    ds: datetime | int = Field(description="When the period begins; its number where the data count theirs.")
    value: Real = Field(description="Instead of the mean.")
    reason: str = Field("", max_length=1000, description="Why, for those who read it later.")
