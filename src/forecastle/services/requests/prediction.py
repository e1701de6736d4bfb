"""What can be forecast at once."""

from typing import Annotated

from pydantic import AliasChoices, Field

from forecastle.services.requests.asked import Asked, Real, Whole


class StoredPrediction(Asked):
    """Which stored series are to be forecast from the kept models."""

    sku_ids: tuple[str, ...] | None = Field(description="Series to forecast; null for all.")
    horizon_weeks: Whole | None = Field(
        None,
        ge=1,
        le=1000,
        description="Periods to forecast.",
        validation_alias=AliasChoices("horizon_weeks", "horizon"),
    )
    models: str = Field("auto", description="`auto`, or one model for every series.")
    targets: tuple[str, ...] = Field(
        (), description="`VOLUME`, `REVENUE` (or `FATURAMENTO`), or any target; all when empty."
    )
    dataset: str | None = Field(
        None, description="Name or id of the dataset; may be left out while one only has models."
    )


class WindowPrediction(Asked):
    """One window for the sequence model that is served."""

    series: tuple[Real, ...] = Field(
        min_length=1, max_length=10_000, description="The newest values, the oldest first: as many as `window_size`."
    )


class WindowsPrediction(Asked):
    """Several windows, of as many series."""

    series: tuple[Annotated[tuple[Real, ...], Field(min_length=1, max_length=10_000)], ...] = Field(
        min_length=1, max_length=10_000, description="A window a series."
    )


class SeriesPrediction(Asked):
    """One series, in the request itself."""

    data: tuple[Real, ...] = Field(
        min_length=1, max_length=100_000, description="The history, oldest value first; finite numbers only."
    )
    horizon: Whole | None = Field(None, ge=1, le=1000, description="Periods to forecast.")
    season: Whole | None = Field(None, ge=2, le=10_000, description="Periods after which the pattern repeats.")
    quantiles: bool = Field(default=False, description="Also answer with the range P10 to P90.")
