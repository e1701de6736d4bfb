"""Forecasts that are answered at once."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import Discriminator, Tag

from forecastle.server.api.answers.prediction import NextAnswer, NextAnswers, SeriesAnswer, StoredAnswer
from forecastle.server.api.answers.rows import RowAnswer
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.problems import KIND
from forecastle.services.requests import (
    FeatureRow,
    SeriesPrediction,
    StoredPrediction,
    WindowPrediction,
    WindowsPrediction,
)
from forecastle.services.tabular.prediction import RowQuestion

router = APIRouter(tags=["forecasting"])

Explain = Annotated[bool, Query(description="Of a row: also what each feature adds to the answer.")]

BODIES = {"data": f"{KIND}series", "sku_ids": f"{KIND}stored"}
"""The field by which a body is told apart, and the kind that it then is."""

ROW = f"{KIND}row"
"""A flat body without these fields: a row of features."""

EXAMPLES: Any = {
    "series": {"summary": "A series in the body", "value": {"data": [12, 15, 11, 18, 16, 14, 19], "horizon": 3}},
    "stored": {
        "summary": "Series of a dataset, from its champions",
        "value": {"sku_ids": ["SKU-1", "SKU-2"], "horizon_weeks": 13, "models": "auto", "targets": ["VOLUME"]},
    },
    "row": {
        "summary": "One row of features",
        "value": {"bedrooms": 3, "bathrooms": 2.25, "sqft_living": 2570, "zipcode": 98125},
    },
}


def _kind(body: object) -> str | None:
    if isinstance(body, Mapping):
        flat = bool(body) and not any(isinstance(value, list | dict) for value in body.values())
        return next((kind for field, kind in BODIES.items() if field in body), ROW if flat else None)
    return f"{KIND}series" if isinstance(body, SeriesPrediction) else f"{KIND}stored"


Asked = Annotated[
    Annotated[SeriesPrediction, Tag(BODIES["data"])]
    | Annotated[StoredPrediction, Tag(BODIES["sku_ids"])]
    | Annotated[FeatureRow, Tag(ROW)],
    Discriminator(
        _kind,
        custom_error_type="neither_kind",
        custom_error_message="give `data` (the series itself), `sku_ids` (stored series; null for all) or a row",
    ),
    Body(openapi_examples=EXAMPLES),
]


@router.post(
    "/predict",
    summary="Forecast at once",
    responses=problems(404, 413, 415, 422),
    response_model_exclude_none=True,
)
async def predict(
    asked: Asked,
    house: HouseDep,
    explain: Explain = False,
) -> SeriesAnswer | StoredAnswer | RowAnswer:
    """Forecast the series in `data`, or the stored series `sku_ids` (null for all) without a refit; or answer a row.

    A series is forecast by the sequence model that is served (`GET /model/info`), else by exponential smoothing, which
    also takes those that name a season. Stored series are forecast by the models that lead; the rows are kept and can
    be read at `/forecasts`. One flat row of features is answered by the default tabular model
    (`GET /features/required`).
    """
    if isinstance(asked, FeatureRow):
        return RowAnswer.of(await house.tabular.prediction.answer(RowQuestion(row=asked.values, explain=explain)))
    if isinstance(asked, SeriesPrediction):
        forecast = await house.series.forecast(asked)
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


WINDOWS: Any = {
    "one": {"summary": "One window", "value": {"series": [12, 15, 11, 18, 16, 14, 19, 13]}},
    "several": {
        "summary": "A window each of several series",
        "value": {"series": [[12, 15, 11, 18, 16, 14, 19, 13], [4, 0, 0, 7, 2, 0, 5, 1]]},
    },
}


def _count(body: object) -> str:
    if isinstance(body, Mapping):
        series = body.get("series")
        return f"{KIND}several" if isinstance(series, list) and series and isinstance(series[0], list) else f"{KIND}one"
    return f"{KIND}several" if isinstance(body, WindowsPrediction) else f"{KIND}one"


Windows = Annotated[
    Annotated[WindowPrediction, Tag(f"{KIND}one")] | Annotated[WindowsPrediction, Tag(f"{KIND}several")],
    Discriminator(_count),
    Body(openapi_examples=WINDOWS),
]


@router.post("/api/predict", summary="Forecast the next value", responses=problems(413, 415, 422))
async def predict_next(asked: Windows, house: HouseDep) -> NextAnswer | NextAnswers:
    """What comes after a window of values, from the sequence model that is served; 503 while there is none.

    A window is exactly as long as `window_size` in `GET /model/info`; several may be sent at once.
    """
    if isinstance(asked, WindowPrediction):
        value = await house.series.next_value(asked.series)
        return NextAnswer(prediction=value.value, model_version=value.model_version)
    values = await house.series.next_values(asked.series)
    return NextAnswers(predictions=[value.value for value in values], model_version=values[0].model_version)
