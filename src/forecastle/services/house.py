"""All services of one house, for the doors."""

from dataclasses import dataclass

from forecastle.services.access import Access
from forecastle.services.analysis import Analysis
from forecastle.services.charts import Charts
from forecastle.services.columns import Columns
from forecastle.services.comparison import Comparisons
from forecastle.services.datasets import Datasets
from forecastle.services.drivers import Drivers
from forecastle.services.events import Events
from forecastle.services.executions import Executions
from forecastle.services.health import Health
from forecastle.services.housekeeping import Housekeeping
from forecastle.services.jobs import Jobs
from forecastle.services.lineage import Lineage
from forecastle.services.models import Models
from forecastle.services.overrides import Overrides
from forecastle.services.overview import Overview
from forecastle.services.prediction import Prediction
from forecastle.services.previews import Previews
from forecastle.services.problems import Problems
from forecastle.services.profiles import Profiles
from forecastle.services.recipes import Recipes
from forecastle.services.results import Results
from forecastle.services.runner import Runner
from forecastle.services.series import Series
from forecastle.services.serving import Serving
from forecastle.services.shelf import Shelf
from forecastle.services.tables import RowTables
from forecastle.services.tabular.models import Tabular
from forecastle.services.versions import Versions
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
