"""One house from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forecastle.core.ports import Begin, Queue
from forecastle.jobs.embedded import EmbeddedQueue
from forecastle.jobs.mrp import open_trigger
from forecastle.models.batched import Compute
from forecastle.models.families.ets import ets
from forecastle.services.access import Access
from forecastle.services.datasets.analysis import Analysis
from forecastle.services.datasets.charts import Charts
from forecastle.services.datasets.cleaning import CleaningJobs
from forecastle.services.datasets.columns import Columns
from forecastle.services.datasets.comparison import Comparisons
from forecastle.services.datasets.intake import Intake
from forecastle.services.datasets.keeping import Datasets
from forecastle.services.datasets.lineage import Lineage
from forecastle.services.datasets.previews import Previews
from forecastle.services.datasets.problems import Problems
from forecastle.services.datasets.profiles import Profiles
from forecastle.services.datasets.recipes import Recipes
from forecastle.services.datasets.shelf import Shelf
from forecastle.services.datasets.tables import RowTables
from forecastle.services.forecasts.drivers import Drivers
from forecastle.services.forecasts.executions import Executions
from forecastle.services.forecasts.overrides import Overrides
from forecastle.services.forecasts.prediction import Prediction
from forecastle.services.forecasts.results import Results
from forecastle.services.forecasts.scales import Scales
from forecastle.services.forecasts.series import Series
from forecastle.services.health import Health
from forecastle.services.house import House
from forecastle.services.housekeeping import Housekeeping
from forecastle.services.jobs.events import Events
from forecastle.services.jobs.runner import Runner
from forecastle.services.jobs.starting import Jobs
from forecastle.services.models.leading import Models
from forecastle.services.models.serving import Serving
from forecastle.services.models.versions import Versions
from forecastle.services.overview import Overview
from forecastle.services.tabular.models import Tabular
from forecastle.services.tabular.prediction import TabularPrediction
from forecastle.services.tabular.serving import TabularServing
from forecastle.services.tabular.training import TabularTraining
from forecastle.settings import Settings
from forecastle.storage.artifacts import open_artifacts
from forecastle.storage.database import Database


@asynccontextmanager
async def open_database(settings: Settings, *, upgrade: bool = True) -> AsyncIterator[Database]:
    """Open the database of the settings and close it at the end.

    upgrade: bring it to the newest schema first.

    Raises:
        StorageError: it cannot be opened.
    """
    database = await Database.open(settings.storage.database, pool=settings.storage.pool)
    try:
        if upgrade:
            await database.upgrade()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_house(settings: Settings, *, upgrade: bool = True) -> AsyncIterator[House]:
    """Open the database, the artifact store and the queue, and close them at the end.

    upgrade: bring the database to the newest schema first.

    Raises:
        StorageError: the database cannot be opened.
    """
    async with open_database(settings, upgrade=upgrade) as database:
        queue = _queue(settings, database.begin)
        house = build(settings, database, queue)
        try:
            yield house
        finally:
            house.series.close()
            house.tabular.prediction.close()
            house.shelf.close()
            await house.events.close()
            await queue.close()


def build(settings: Settings, database: Database, queue: Queue) -> House:
    """The services on these adapters."""
    begin = database.begin
    artifacts = open_artifacts(settings.storage.artifacts)
    events = Events(begin)
    datasets = Datasets(begin=begin, artifacts=artifacts, intake=Intake(settings=settings))
    shelf = Shelf(datasets=datasets, artifacts=artifacts, room=settings.storage.local_bytes)
    previews = Previews(shelf=shelf)
    tables = RowTables(datasets=datasets, artifacts=artifacts)
    lineage = Lineage(begin=begin)
    scales = Scales(begin=begin, datasets=datasets)
    versions = Versions(begin=begin, artifacts=artifacts, settings=settings.lifecycle)
    jobs = Jobs(begin=begin, datasets=datasets, queue=queue, settings=settings.queue, events=events)
    recipes = Recipes(begin=begin, datasets=datasets, lineage=lineage, settings=settings.scale)
    executions = Executions(begin=begin)
    results = Results(begin=begin, artifacts=artifacts)
    serving = Serving(begin=begin, versions=versions)
    kernel = ets(Compute(seed=settings.forecast.seed)).kernel
    models = Models(begin=begin, versions=versions, jobs=jobs, settings=settings.lifecycle)
    return House(
        settings=settings,
        datasets=datasets,
        shelf=shelf,
        previews=previews,
        charts=Charts(shelf=shelf),
        analysis=Analysis(shelf=shelf, settings=settings.clean),
        profiles=Profiles(shelf=shelf, settings=settings),
        columns=Columns(shelf=shelf, previews=previews, datasets=datasets, settings=settings.clean),
        lineage=lineage,
        recipes=recipes,
        cleaning=CleaningJobs(recipes=recipes, jobs=jobs, settings=settings.scale),
        comparisons=Comparisons(datasets=datasets),
        jobs=jobs,
        events=events,
        executions=executions,
        problems=Problems(shelf=shelf, settings=settings.clean),
        results=results,
        overview=Overview(datasets=datasets, executions=executions, jobs=jobs),
        overrides=Overrides(begin=begin),
        drivers=Drivers(begin=begin, versions=versions),
        runner=Runner(
            begin=begin,
            datasets=datasets,
            versions=versions,
            results=results,
            scales=scales,
            settings=settings,
            trigger=open_trigger(settings),
        ),
        versions=versions,
        models=models,
        prediction=Prediction(begin=begin, versions=versions, scales=scales),
        serving=serving,
        series=Series(kernel=kernel, serving=serving, horizon=settings.server.horizon, seed=settings.forecast.seed),
        tables=tables,
        tabular=Tabular(
            begin=begin,
            versions=versions,
            models=models,
            training=TabularTraining(begin=begin, tables=tables, versions=versions, jobs=jobs, settings=settings),
            prediction=TabularPrediction(serving=TabularServing(begin, versions, settings.tabular)),
        ),
        access=Access(begin=begin),
        health=Health(begin=begin, queue=queue, artifacts=artifacts),
        housekeeping=Housekeeping(begin=begin, artifacts=artifacts, jobs=jobs, settings=settings.storage),
    )


def _queue(settings: Settings, begin: Begin) -> Queue:
    if settings.queue.backend == "embedded":
        return EmbeddedQueue(begin)
    from forecastle.jobs.bullmq.queue import BullQueue

    return BullQueue(settings.queue)
