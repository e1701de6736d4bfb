"""What rooms ask of each other without knowing each other."""

from forecastle.core.ports.access import Audit, Keys
from forecastle.core.ports.artifacts import Artifacts, Manifest
from forecastle.core.ports.datasets import Datasets
from forecastle.core.ports.executions import Executions, Page, Tables
from forecastle.core.ports.forecasters import Attends, Explains, Fitted, Forecaster, InArrays
from forecastle.core.ports.jobs import Jobs
from forecastle.core.ports.models import Models
from forecastle.core.ports.overrides import Overrides
from forecastle.core.ports.queue import Queue
from forecastle.core.ports.recipes import Recipes
from forecastle.core.ports.trigger import Trigger
from forecastle.core.ports.unit_of_work import Begin, UnitOfWork

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
    "Page",
    "Queue",
    "Recipes",
    "Tables",
    "Trigger",
    "UnitOfWork",
]
