"""What the server answers, one noun a file. All times are UTC."""

from forecastle.client.answers.datasets import Dataset, DatasetVersion, DeletedDataset
from forecastle.client.answers.forecasts import Execution
from forecastle.client.answers.jobs import Job, JobEvent, JobResult, QueuedJob, Step
from forecastle.client.answers.models import Attention, Decision, Explanation, Importance, Model, ModelVersion
from forecastle.client.answers.overrides import Override
from forecastle.client.answers.prediction import NextValue, NextValues, SeriesForecast, StoredForecast
from forecastle.client.answers.recipes import Change, Cleaned, Recipe, Trial
from forecastle.client.answers.server import AuditEvent, Health, SequenceModel
from forecastle.client.answers.tabular import Answering, Drift, Evidence, Features, Interval, RowAnswer, TabularModel
from forecastle.client.answers.versions import Comparison, Generation

__all__ = [
    "Answering",
    "Attention",
    "AuditEvent",
    "Change",
    "Cleaned",
    "Comparison",
    "Dataset",
    "DatasetVersion",
    "Decision",
    "DeletedDataset",
    "Drift",
    "Evidence",
    "Execution",
    "Explanation",
    "Features",
    "Generation",
    "Health",
    "Importance",
    "Interval",
    "Job",
    "JobEvent",
    "JobResult",
    "Model",
    "ModelVersion",
    "NextValue",
    "NextValues",
    "Override",
    "QueuedJob",
    "Recipe",
    "RowAnswer",
    "SequenceModel",
    "SeriesForecast",
    "Step",
    "StoredForecast",
    "TabularModel",
    "Trial",
]
