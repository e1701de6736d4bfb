"""Forecasts that are answered at once."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Discriminator, Tag

from forecastle.server.api.answers.prediction import SeriesAnswer, StoredAnswer
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.problems import KIND
from forecastle.services.requests import SeriesPrediction, StoredPrediction

router = APIRouter(tags=["forecasting"])

BODIES = {"data": f"{KIND}series", "sku_ids": f"{KIND}stored"}
"""The field by which a body is told apart, and the kind that it then is."""

EXAMPLES: Any = {
    "series": {"summary": "A series in the body", "value": {"data": [12, 15, 11, 18, 16, 14, 19], "horizon": 3}},
    "stored": {
        "summary": "Series of a dataset, from its champions",
        "value": {"sku_ids": ["SKU-1", "SKU-2"], "horizon_weeks": 13, "models": "auto", "targets": ["VOLUME"]},
    },
}


def _kind(body: object) -> str | None:
    if isinstance(body, Mapping):
        return next((kind for field, kind in BODIES.items() if field in body), None)
    return f"{KIND}series" if isinstance(body, SeriesPrediction) else f"{KIND}stored"


Asked = Annotated[
    Annotated[SeriesPrediction, Tag(BODIES["data"])] | Annotated[StoredPrediction, Tag(BODIES["sku_ids"])],
    Discriminator(
        _kind,
        custom_error_type="neither_kind",
        custom_error_message="give `data` (the series itself) or `sku_ids` (stored series; null for all)",
    ),
    Body(openapi_examples=EXAMPLES),
]


@router.post(
    "/predict",
    summary="Forecast at once",
    responses=problems(404, 413, 415, 422),
    response_model_exclude_none=True,
)
async def predict(asked: Asked, house: HouseDep) -> SeriesAnswer | StoredAnswer:
    """Forecast the series in `data`, or the stored series `sku_ids` (null for all) without a refit.

    Stored series are forecast by the models that lead; the rows are kept and can be read at `/forecasts`.
    """
    if isinstance(asked, SeriesPrediction):
        forecast = await house.gathering.forecast(asked)
        return SeriesAnswer(
            mean=forecast.mean, model_version=forecast.model_version, quantiles=forecast.quantiles or None
        )
    stored = await house.prediction.stored(asked)
    return StoredAnswer(
        execution_id=stored.execution.id,
        results_count=stored.results_count,
        duration_ms=stored.duration_ms,
        summary=stored.summary,
    )
