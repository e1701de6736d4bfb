"""Recipes: what steps there are, which are kept under a name, and carrying them out on a dataset."""

from dataclasses import asdict
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query, Response

from forecastle.server.api.answers.jobs import JobAccepted
from forecastle.server.api.answers.recipes import (
    RECIPE,
    STEPS,
    CleanedAnswer,
    KindAnswer,
    KindList,
    RecipeAnswer,
    RecipeList,
    StateRows,
    TrialAnswer,
)
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import DatasetName
from forecastle.server.api.routes.work import accepted
from forecastle.services.requests import Cleaning, NewRecipe, StartCleaning

router = APIRouter(tags=["recipes"])

RecipeName = Annotated[str, Path(description="Name of the recipe.", max_length=200)]
SeriesName = Annotated[str, Query(max_length=1000, description="The series: its key values, joined by ` / `.")]
Asked = Annotated[
    Cleaning,
    Body(
        openapi_examples={
            "steps": {"summary": "Steps", "value": {"steps": STEPS, "note": "What the planners look at."}},
            "recipe": {"summary": "A recipe by its name", "value": {"recipe": "weekly sales"}},
            "like": {"summary": "As an earlier version was made", "value": {"like": 2}},
        }
    ),
]
ToStart = Annotated[
    StartCleaning,
    Body(openapi_examples={"steps": {"summary": "Steps, tried only", "value": {"steps": STEPS, "dry_run": True}}}),
]
EXAMPLE = {name: RECIPE[name] for name in ("name", "steps", "note")}
New = Annotated[NewRecipe, Body(openapi_examples={"weekly": {"summary": "Weekly sales", "value": EXAMPLE}})]


@router.get("/recipes/steps", summary="List the kinds of steps")
async def list_steps(house: HouseDep) -> KindList:
    """Each with its fields, their limits and a plain sentence: enough to make a form of."""
    return KindList(steps=[KindAnswer.model_validate(asdict(kind)) for kind in house.recipes.kinds()])


@router.get("/recipes", summary="List recipes")
async def list_recipes(house: HouseDep) -> RecipeList:
    """By name."""
    return RecipeList(recipes=[RecipeAnswer.model_validate(recipe) for recipe in await house.recipes.list()])


@router.post("/recipes", summary="Keep a recipe", status_code=201, responses=problems(413, 415, 422))
async def save_recipe(asked: New, house: HouseDep, caller: CallerDep) -> RecipeAnswer:
    """Steps under a name, in place of an older recipe of that name; versions that it made keep their steps."""
    return RecipeAnswer.model_validate(await house.recipes.save(asked, by=caller))


@router.get("/recipes/{name}", summary="Look at a recipe", responses=problems(404, 422))
async def get_recipe(name: RecipeName, house: HouseDep) -> RecipeAnswer:
    """Its steps, who kept it and when."""
    return RecipeAnswer.model_validate(await house.recipes.find(name))


@router.delete("/recipes/{name}", summary="Forget a recipe", responses=problems(404, 422))
async def delete_recipe(name: RecipeName, house: HouseDep, caller: CallerDep) -> RecipeAnswer:
    """Versions that it made keep their steps."""
    return RecipeAnswer.model_validate(await house.recipes.delete(name, by=caller))


@router.post("/datasets/{name}/clean/dry-run", summary="Try a recipe", responses=problems(404, 413, 415, 422))
async def try_recipe(name: DatasetName, asked: Asked, house: HouseDep) -> TrialAnswer:
    """What every step would change, with values before and after; nothing is kept. What takes long is a job."""
    dataset = await house.datasets.find(name)
    await house.cleaning.check_quick(dataset.name, asked)
    return TrialAnswer.of(await house.recipes.dry_run(dataset.name, asked), dataset.name)


@router.post(
    "/datasets/{name}/clean", summary="Clean a dataset", status_code=201, responses=problems(404, 413, 415, 422, 507)
)
async def clean_dataset(
    name: DatasetName, asked: Asked, house: HouseDep, response: Response, caller: CallerDep
) -> CleanedAnswer:
    """A recipe makes a new version, the current one from now on; the version that it starts from stays as it is.

    More rows than `scale.at_once` are refused here, and fewer where the steps take long: start a job.
    """
    dataset = await house.datasets.find(name)
    await house.cleaning.check_quick(dataset.name, asked)
    cleaned = await house.recipes.apply(dataset.name, asked, by=caller)
    response.headers["Location"] = f"/datasets/{quote(dataset.name, safe='')}/versions/{cleaned.version.number}"
    return CleanedAnswer.of(cleaned, dataset.name)


@router.post(
    "/datasets/{name}/clean/start",
    summary="Clean a dataset of any size",
    status_code=202,
    responses=problems(404, 413, 415, 422),
)
async def start_cleaning(
    name: DatasetName, asked: ToStart, house: HouseDep, response: Response, caller: CallerDep
) -> JobAccepted:
    """The same as a job, whose result tells the version and every change; with `dry_run`, only the changes."""
    dataset = await house.datasets.find(name)
    return accepted(await house.cleaning.start(dataset.name, asked, by=caller), response)


@router.post(
    "/datasets/{name}/clean/series", summary="Try a recipe on one series", responses=problems(404, 413, 415, 422)
)
async def try_on_series(name: DatasetName, asked: Asked, house: HouseDep, series: SeriesName) -> StateRows:
    """Its rows as they are and as they would be, for a chart."""
    rows = await house.recipes.series(name, asked, series)
    return StateRows(series=series, rows=rows.to_dicts())
