"""All services of one house, for the doors."""

from dataclasses import dataclass

from forecastle.services.access import Access
from forecastle.services.datasets.analysis import Analysis
from forecastle.services.datasets.charts import Charts
from forecastle.services.datasets.cleaning import CleaningJobs
from forecastle.services.datasets.columns import Columns
from forecastle.services.datasets.comparison import Comparisons
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
from forecastle.services.forecasts.series import Series
from forecastle.services.health import Health
from forecastle.services.housekeeping import Housekeeping
from forecastle.services.jobs.events import Events
from forecastle.services.jobs.runner import Runner
from forecastle.services.jobs.starting import Jobs
from forecastle.services.models.leading import Models
from forecastle.services.models.serving import Serving
from forecastle.services.models.versions import Versions
from forecastle.services.overview import Overview
from forecastle.services.tabular.models import Tabular
from forecastle.settings import Settings


@dataclass(frozen=True, kw_only=True)
class House:
    """What a door may call."""

    settings: Settings
    datasets: Datasets
    lineage: Lineage
    shelf: Shelf
    previews: Previews
    charts: Charts
    columns: Columns
    recipes: Recipes
    cleaning: CleaningJobs
    analysis: Analysis
    comparisons: Comparisons
    profiles: Profiles
    jobs: Jobs
    events: Events
    executions: Executions
    problems: Problems
    results: Results
    overview: Overview
    overrides: Overrides
    drivers: Drivers
    runner: Runner
    versions: Versions
    models: Models
    prediction: Prediction
    serving: Serving
    series: Series
    tables: RowTables
    tabular: Tabular
    access: Access
    health: Health
    housekeeping: Housekeeping
