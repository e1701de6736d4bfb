"""Which steps are to be taken on a dataset, or kept."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from forecastle.recipes.recipe import MOST_STEPS, AnyStep, Recipe
from forecastle.services.requests.asked import Asked, Whole

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
