"""All services of one house, for the doors: what each is made of, and what it is for."""

from dataclasses import dataclass
from functools import cached_property

from forecastle.core.ports import Artifacts, Begin, Queue, Trigger
from forecastle.models.batched import Compute
from forecastle.models.families.ets import ets
from forecastle.services.access import Access
from forecastle.services.datasets.analysis import Analysis
from forecastle.services.datasets.charts import Charts
from forecastle.services.datasets.cleaning import CleaningJobs
from forecastle.services.datasets.columns import Columns
from forecastle.services.datasets.comparison import Comparisons
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.datasets.intake import Intake
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
from forecastle.services.housekeeping import Housekeeping
from forecastle.services.jobs.events import Events
from forecastle.services.jobs.jobs import Jobs
from forecastle.services.jobs.runner import Runner
from forecastle.services.models.models import Models
from forecastle.services.models.serving import Serving
from forecastle.services.models.versions import Versions
from forecastle.services.overview import Overview
from forecastle.services.tabular.models import Tabular
from forecastle.services.tabular.prediction import TabularPrediction
from forecastle.services.tabular.serving import TabularServing
from forecastle.services.tabular.training import TabularTraining
from forecastle.settings import Settings


@dataclass(frozen=True, kw_only=True)
class House:
    """What a door may call: a service is made when it is first asked for, and is the same from then on.

    trigger: how material planning hears of new forecasts; None when it does not.
    """

    settings: Settings
    begin: Begin
    artifacts: Artifacts
    queue: Queue
    trigger: Trigger | None

    async def close(self) -> None:
        """End what is being worked out and the streams of those who listen; let go of threads and copied files."""
        self.series.close()
        self.tabular.prediction.close()
        await self.shelf.close()
        for memory in (self.comparisons.known, self.versions.loaded, self.results.at_hand, self.results.sums):
            await memory.close()
        await self.events.close()

    # Datasets: brought in, looked at, mended, and kept in versions.

    @cached_property
    def datasets(self) -> Datasets:
        """Every version of every dataset: brought in, found, let go."""
        return Datasets(begin=self.begin, artifacts=self.artifacts, intake=Intake(settings=self.settings))

    @cached_property
    def tables(self) -> RowTables:
        """Datasets that know no time, to be learned from and to be joined."""
        return RowTables(datasets=self.datasets, artifacts=self.artifacts)

    @cached_property
    def lineage(self) -> Lineage:
        """Where versions come from, which stay, and which one is current."""
        return Lineage(begin=self.begin)

    @cached_property
    def shelf(self) -> Shelf:
        """The versions looked at last, on this machine's disk, with what was found out about them."""
        return Shelf(datasets=self.datasets, artifacts=self.artifacts, room=self.settings.storage.local_bytes)

    @cached_property
    def previews(self) -> Previews:
        """Rows, columns and series, as somebody sees them first."""
        return Previews(shelf=self.shelf)

    @cached_property
    def charts(self) -> Charts:
        """What charts of a dataset draw, as data."""
        return Charts(shelf=self.shelf)

    @cached_property
    def analysis(self) -> Analysis:
        """What a series is made of, and what tests say about it."""
        return Analysis(shelf=self.shelf, settings=self.settings.clean)

    @cached_property
    def profiles(self) -> Profiles:
        """Everything about a dataset on one page."""
        return Profiles(shelf=self.shelf, settings=self.settings)

    @cached_property
    def problems(self) -> Problems:
        """What is wrong with a version, and which steps would mend it."""
        return Problems(shelf=self.shelf, settings=self.settings.clean)

    @cached_property
    def columns(self) -> Columns:
        """What columns are for: shown, and chosen."""
        return Columns(shelf=self.shelf, previews=self.previews, datasets=self.datasets, settings=self.settings.clean)

    @cached_property
    def recipes(self) -> Recipes:
        """Steps that clean and transform: tried, carried out as a new version, kept under a name."""
        return Recipes(
            begin=self.begin,
            datasets=self.datasets,
            lineage=self.lineage,
            shelf=self.shelf,
            settings=self.settings.scale,
        )

    @cached_property
    def cleaning(self) -> CleaningJobs:
        """Recipes as jobs, where they take longer than anybody waits."""
        return CleaningJobs(recipes=self.recipes, jobs=self.jobs, settings=self.settings.scale)

    @cached_property
    def comparisons(self) -> Comparisons:
        """Two versions beside each other."""
        return Comparisons(datasets=self.datasets)

    # Forecasts: of executions, of stored series, and of series that come with a request.

    @cached_property
    def executions(self) -> Executions:
        """What executions found out and forecast."""
        return Executions(begin=self.begin)

    @cached_property
    def results(self) -> Results:
        """What an execution says of each series, and of many together: the numbers behind its charts."""
        return Results(begin=self.begin, artifacts=self.artifacts, settings=self.settings.report)

    @cached_property
    def overrides(self) -> Overrides:
        """Changes that planners make to forecasts."""
        return Overrides(begin=self.begin)

    @cached_property
    def drivers(self) -> Drivers:
        """What moves the forecasts of an execution."""
        return Drivers(begin=self.begin, versions=self.versions)

    @cached_property
    def prediction(self) -> Prediction:
        """Forecasts of stored series, from the models that training kept."""
        return Prediction(begin=self.begin, versions=self.versions, scales=self._scales)

    @cached_property
    def series(self) -> Series:
        """Forecasts of a series that comes with the request."""
        seed = self.settings.forecast.seed
        return Series(
            kernel=ets(Compute(seed=seed)).kernel,
            serving=self.serving,
            horizon=self.settings.server.horizon,
            seed=seed,
        )

    @cached_property
    def _scales(self) -> Scales:
        return Scales(begin=self.begin, datasets=self.datasets)

    # Models: their versions, who leads, and what is served.

    @cached_property
    def models(self) -> Models:
        """Who leads: promoted, rolled back, trained again."""
        return Models(begin=self.begin, versions=self.versions, jobs=self.jobs, settings=self.settings.lifecycle)

    @cached_property
    def versions(self) -> Versions:
        """Fitted models: kept when trained, loaded when asked for."""
        return Versions(begin=self.begin, artifacts=self.artifacts, settings=self.settings.lifecycle)

    @cached_property
    def serving(self) -> Serving:
        """The sequence model that is served."""
        return Serving(begin=self.begin, versions=self.versions)

    @cached_property
    def tabular(self) -> Tabular:
        """Models of single rows: trained, asked, and who of them answers."""
        return Tabular(
            begin=self.begin,
            versions=self.versions,
            models=self.models,
            training=TabularTraining(
                begin=self.begin, tables=self.tables, versions=self.versions, jobs=self.jobs, settings=self.settings
            ),
            prediction=TabularPrediction(
                serving=TabularServing(self.begin, self.versions, self.settings.tabular), reading=self.settings.read
            ),
        )

    # Jobs: long work, asked for by one process and carried out by another.

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs: started, found, followed, cancelled."""
        return Jobs(
            begin=self.begin,
            datasets=self.datasets,
            queue=self.queue,
            settings=self.settings.queue,
            events=self.events,
        )

    @cached_property
    def events(self) -> Events:
        """What happens to jobs, as it happens."""
        return Events(self.begin)

    @cached_property
    def runner(self) -> Runner:
        """Carries a job of forecasting out; asked by the process of that job."""
        return Runner(
            begin=self.begin,
            datasets=self.datasets,
            versions=self.versions,
            results=self.results,
            scales=self._scales,
            settings=self.settings,
            trigger=self.trigger,
        )

    # The house itself.

    @cached_property
    def overview(self) -> Overview:
        """The state of the house at a glance, and what somebody might do next."""
        return Overview(datasets=self.datasets, executions=self.executions, jobs=self.jobs)

    @cached_property
    def access(self) -> Access:
        """Who may call, and who did what."""
        return Access(begin=self.begin)

    @cached_property
    def health(self) -> Health:
        """Whether everything that is needed is there."""
        return Health(begin=self.begin, queue=self.queue, artifacts=self.artifacts, serving=self.tabular.serving)

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """What has to be done now and then."""
        return Housekeeping(begin=self.begin, artifacts=self.artifacts, jobs=self.jobs, settings=self.settings.storage)
