"""What the server says about itself."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Welcome(BaseModel):
    """What is here. endpoints: the calls by path, with what each does."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Forecastle forecasts demand and sales.",
                    "version": "0.1.0",
                    "endpoints": {"POST /train": "Train models on a dataset"},
                }
            ]
        }
    )

    message: str
    version: str
    endpoints: Mapping[str, str]


class HealthReport(BaseModel):
    """How the server is. checks: `ok`, or what is wrong, by part.

    `tabular:NAME` is among them while another version of that model answers in place of one that cannot be read.
    """

    model_config = ConfigDict(
        from_attributes=True,
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "model_loaded": True,
                    "version": "0.1.0",
                    "checks": {"database": "ok", "queue": "ok", "artifacts": "ok"},
                }
            ]
        },
    )

    status: Literal["ok", "degraded"]
    model_loaded: bool = Field(description="Whether a model has been trained on any dataset.")
    version: str
    checks: Mapping[str, str]


class Status(BaseModel):
    """One word."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"


class SequenceModel(BaseModel):
    """The sequence model that is served.

    window_size: values it looks at. input_size: features a period. output_size: periods it forecasts at once.
    losses: of each round of its training, on what it learned from (`training`) and on what it was tried out on
    (`trial`); the weights are those after the round with the lowest `trial`.
    """

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "model_type": "lstm",
                    "model_version": "lstm_volume_v1_20261122",
                    "window_size": 26,
                    "input_size": 15,
                    "hidden_size": 64,
                    "num_layers": 2,
                    "dropout": 0.2,
                    "output_size": 13,
                    "total_parameters": 73509,
                    "losses": [{"training": 0.231, "trial": 0.218}, {"training": 0.207, "trial": 0.209}],
                }
            ]
        },
    )

    model_type: str
    model_version: str
    window_size: int
    input_size: int
    hidden_size: int
    num_layers: int
    dropout: float
    output_size: int
    total_parameters: int
    losses: list[dict[str, float]]
