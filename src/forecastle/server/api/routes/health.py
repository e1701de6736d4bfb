"""How the server is, for people, load balancers and schedulers."""

from fastapi import APIRouter

from forecastle.core.errors import StorageError
from forecastle.server.api.answers.server import HealthReport, SequenceModel, Status
from forecastle.server.api.house import HouseDep

router = APIRouter(tags=["server"])


@router.get("/health", summary="Tell how the server is")
async def health(house: HouseDep) -> HealthReport:
    """The database, the queue and the artifact store, each asked now; always 200, whatever they say."""
    return HealthReport.model_validate(await house.health.check())


@router.get("/health/live", summary="Tell that the process runs")
async def live() -> Status:
    """For a scheduler that restarts what does not answer; nothing else is asked."""
    return Status()


@router.get("/health/ready", summary="Tell whether requests can be answered")
async def ready(house: HouseDep) -> Status:
    """For a load balancer: 503 while the database is away."""
    report = await house.health.check()
    if report.checks["database"] != "ok":
        raise StorageError(f"Not ready: {report.checks['database']}", hint="GET /health tells the rest.")
    return Status()


@router.get("/model/info", summary="Describe the sequence model that is served")
async def model_info(house: HouseDep) -> SequenceModel:
    """Its shape and size, and how its training went; 503 while none is served, for smoothing models need none of these.

    Of all LSTMs and CNN-LSTMs that lead for some dataset and target, it is the one that was trained, promoted or rolled
    back last.
    """
    served = await house.serving.required()
    shape, record = served.network.inputs.shape, served.network.record
    return SequenceModel(
        model_type=served.version.family,
        model_version=served.version.label,
        window_size=shape.window,
        input_size=shape.past,
        hidden_size=record.settings.hidden_size,
        num_layers=record.settings.num_layers,
        dropout=record.settings.dropout,
        output_size=shape.horizon,
        total_parameters=record.parameters,
        losses=[dict(round_) for round_ in record.losses],
    )
