"""What rooms ask of each other without knowing each other."""

from forecastle.core.ports.access import Audit, Keys
from forecastle.core.ports.artifacts import Artifacts, Manifest
from forecastle.core.ports.jobs import Jobs
from forecastle.core.ports.models import Attends, Explains, Fitted, Forecaster, InArrays
from forecastle.core.ports.overrides import Overrides
from forecastle.core.ports.queue import Queue
from forecastle.core.ports.recipes import Recipes
from forecastle.core.ports.storage import Begin, Datasets, Executions, Models, UnitOfWork
from forecastle.core.ports.trigger import Trigger

__all__ = [
    "Artifacts",
    "Attends",
    "Audit",
    "Begin",
    "Datasets",
    "Executions",
    "Explains",
    "Fitted",
    "Forecaster",
    "InArrays",
    "Jobs",
    "Keys",
    "Manifest",
    "Models",
    "Overrides",
    "Queue",
    "Recipes",
    "Trigger",
    "UnitOfWork",
]
