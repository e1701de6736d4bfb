"""What can be asked of the services from outside: checked once, here, whichever door it came through."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from forecastle.core.errors import InputError, Wrong
from forecastle.pipeline.request import Request
from forecastle.recipes.recipe import MOST_STEPS, AnyStep, Recipe


def _counted(value: object) -> object:
    """The same value, unless it is true or false, with which Python counts as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError(f"a number is needed, not {str(value).lower()}")  # noqa: TRY004 - what pydantic expects
    return value


def _wrong(part: Mapping[str, Any]) -> Wrong:
    """One problem that pydantic found."""
    message = "there is no such field" if part["type"] == "extra_forbidden" else part["msg"]
    return Wrong(message, part["input"])


Whole = Annotated[int, BeforeValidator(_counted)]
Real = Annotated[float, BeforeValidator(_counted), Field(allow_inf_nan=False)]


class Asked(BaseModel):
    """A request whose unknown fields are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Self:
        """Check what was sent.

        Raises:
            InputError: it names every field that is wrong, with what was expected and what was there.
        """
        try:
            return cls.model_validate(params)
        except ValidationError as error:
            wrong = {".".join(map(str, part["loc"])) or "the request": _wrong(part) for part in error.errors()}
            lines = [f"{name}: {one.message}, got {one.value!r}" for name, one in wrong.items()]
            raise InputError(
                "\n".join(["This request cannot be carried out:", *lines]),
                hint=f"Fields: {', '.join(cls.model_fields)}.",
                **wrong,
            ) from error

    def check(self) -> None:
        """Whether the parameters make sense together."""

    def as_params(self) -> dict[str, Any]:
        """The same as the parameters of a job."""
        return self.model_dump(mode="json", exclude_defaults=True)


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


Steps = Annotated[tuple[AnyStep, ...], Field(max_length=MOST_STEPS)]


class Cleaning(Asked):
    """Which steps are taken on a dataset: given here, by the name of a recipe, or those of another version."""

    steps: Steps = Field((), description="The steps, in order; `GET /recipes/steps` describes them.")
    recipe: str | None = Field(None, max_length=200, description="Instead: the name of a recipe.")
    like: Whole | None = Field(
        None, ge=1, le=2**31 - 1, description="Instead: all steps of this version, with what they learned then."
    )
    version: Whole | None = Field(
        None, ge=1, le=2**31 - 1, description="Version to work on; the current one when left out."
    )
    note: str = Field("", max_length=1000, description="Why, for those who look at the lineage.")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if bool(self.steps) + (self.recipe is not None) + (self.like is not None) > 1:
            raise ValueError("give steps, the name of a recipe, or a version to do like, and only one of these")
        return self

    def as_params(self) -> dict[str, Any]:
        """As `Asked.as_params`; steps as they are kept."""
        steps = Recipe(self.steps).as_json()
        return super().as_params() | ({"steps": list(steps)} if steps else {})


class StartCleaning(Cleaning):
    """A recipe to be carried out as a job."""

    dry_run: bool = Field(default=False, description="Only tell what would change; nothing is kept.")


class CleaningParams(StartCleaning):
    """What a job of cleaning is asked for."""

    dataset: str | None = Field(None, description="Name or id of the dataset.")
    by: str = Field("", max_length=200, description="Who asked for it.")


class NewRecipe(Asked):
    """Steps to be kept under a name."""

    name: str = Field(
        min_length=1, max_length=200, pattern=r"^[^/\s]([^/]*[^/\s])?$", description="A known one is replaced."
    )
    steps: Steps = Field(min_length=1, description="The steps, in order; `GET /recipes/steps` describes them.")
    note: str = Field("", max_length=1000, description="What it is for.")


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
