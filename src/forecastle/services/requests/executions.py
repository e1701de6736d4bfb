"""What an execution can be asked for."""

from pydantic import AliasChoices, Field

from forecastle.pipeline.request import Request
from forecastle.services.requests.asked import Asked, Whole


class ExecutionParams(Asked):
    """What one execution is asked for; whatever is left out is found out from the data."""

    dataset: str | None = Field(None, description="Name or id of the dataset; may be left out while there is one only.")
    version: Whole | None = Field(None, ge=1, description="Version of the dataset; the newest when left out.")
    horizon: Whole | None = Field(
        None, ge=1, description="Periods to forecast.", validation_alias=AliasChoices("horizon", "horizon_weeks")
    )
    targets: tuple[str, ...] = Field((), description="Columns to forecast; all targets when empty.")
    models: tuple[str, ...] = Field(("auto",), min_length=1, description="Models to run, or `auto`.")
    freq: str | None = Field(None, description="The period, such as `W`; the data's own when left out.")
    seasons: tuple[Whole, ...] | None = Field(None, description="Season lengths in periods.")
    hierarchy: tuple[str, ...] = Field(
        (), description="Key or static columns whose totals are forecast too, the widest first; all of them agree."
    )
    time_limit: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Seconds the work may take: cheap models first, the others as far as the time suffices.",
    )

    def check(self) -> None:
        """Whether the parameters make sense together.

        Raises:
            InputError: horizon or seasons make no sense.
            ModelError: there is no such model.
        """
        self.request()

    def request(self, *, backtest_only: bool = False) -> Request:
        """The same question for the pipeline.

        Raises:
            InputError: horizon or seasons make no sense.
            ModelError: there is no such model.
        """
        return Request(
            horizon=self.horizon,
            targets=self.targets,
            freq=self.freq,
            models=self.models,
            seasons=self.seasons,
            hierarchy=self.hierarchy,
            time_limit=self.time_limit,
            backtest_only=backtest_only,
        )
