"""How the server is, and what was done on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the server is. status: `ok` or `degraded`. checks: `ok`, or what is wrong, by part."""

    status: str
    model_loaded: bool
    version: str
    checks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceModel:
    """Shape, size and training of the sequence model that is served.

    window_size: values it looks at. input_size: features a period. output_size: periods it forecasts at once.
    losses: of each round, on what it learned from (`training`) and what it was tried out on (`trial`).
    """

    model_type: str
    model_version: str
    window_size: int
    input_size: int
    hidden_size: int
    num_layers: int
    dropout: float
    output_size: int
    total_parameters: int
    losses: Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Who did what, such as `model.promote`, to what, and when."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    details: Mapping[str, Any]
