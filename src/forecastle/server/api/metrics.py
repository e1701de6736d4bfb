"""What a running server counts and measures, for Prometheus. Processes on one port are added up.

Every number but those of the jobs is counted by the processes that answer, since they began.
"""

import os
from collections.abc import Iterable, Mapping
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.types import Scope

from forecastle.core.records import JobKind, JobStatus
from forecastle.server.web.place import PAGE, is_page
from forecastle.services.tabular.drift import Counts
from forecastle.services.tabular.serving import Served

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder where processes on one port leave what they counted."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
NOWHERE = "none"
"""The route of requests that no call answers to."""

MODEL = ("model", "version")

JobCounts = Mapping[tuple[JobKind, JobStatus], int]


class Metrics:
    """The counters of one app."""

    def __init__(self) -> None:
        own = CollectorRegistry()
        self._requests = Counter(
            "forecastle_requests", "Requests by call and status.", ("method", "route", "status"), registry=own
        )
        self._took = Histogram(
            "forecastle_request_seconds", "How long requests took.", ("method", "route"), registry=own, buckets=SECONDS
        )
        self._rows = Counter("forecastle_tabular_rows", "Rows that were answered.", MODEL, registry=own)
        self._refused = Counter("forecastle_tabular_refused_rows", "Rows that could not be.", MODEL, registry=own)
        self._outside = Counter(
            "forecastle_tabular_outside", "Rows beyond what was seen in training.", (*MODEL, "feature"), registry=own
        )
        self._missing = Counter(
            "forecastle_tabular_missing", "Rows without an optional feature.", (*MODEL, "feature"), registry=own
        )
        self._answering = Histogram(
            "forecastle_tabular_seconds", "How long rows asked together took.", MODEL, registry=own, buckets=SECONDS
        )
        self._registry = own
        if SHARED not in os.environ:
            Info("forecastle", "What is running.", registry=own).info({"version": version("forecastle")})
            ProcessCollector(registry=own)

    def request(self, scope: Scope, status: int | None, seconds: float) -> None:
        """Count a request that was answered; sockets stay open as long as they like, and are not timed."""
        method, route = scope.get("method", "WEBSOCKET"), _route(scope)
        self._requests.labels(method, route, status or 0).inc()
        if scope["type"] == "http":
            self._took.labels(method, route).observe(seconds)

    def rows(self, served: Served, counts: Counts, seconds: float) -> None:
        """Count rows that were asked together."""
        which = (served.name, served.version.label)
        self._rows.labels(*which).inc(counts.rows)
        self._refused.labels(*which).inc(counts.refused)
        self._answering.labels(*which).observe(seconds)
        for counter, features in ((self._outside, counts.outside), (self._missing, counts.missing)):
            for feature, rows in features.items():
                counter.labels(*which, feature).inc(rows)

    def written(self, accept: str, jobs: JobCounts | None) -> tuple[bytes, str]:
        """Everything as text, in the form that the caller accepts; and its type. jobs: None while nobody knows."""
        registry = self._registry
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library tells no type of it
        write, kind = choose_encoder(accept)
        return write(_Together(registry, _of_jobs(jobs or {}))), kind


class _Together(Collector):
    """What was counted, and what was just asked for."""

    def __init__(self, registry: CollectorRegistry, more: Metric) -> None:
        self._registry = registry
        self._more = more

    def collect(self) -> Iterable[Metric]:
        yield from self._registry.collect()
        yield self._more


def _of_jobs(counts: JobCounts) -> GaugeMetricFamily:
    family = GaugeMetricFamily("forecastle_jobs", "Jobs that are kept, of all servers.", labels=("kind", "status"))
    for (kind, status), count in counts.items():
        family.add_metric((kind.value, status.value), count)
    return family


def _route(scope: Scope) -> str:
    """The call that answered, with its parameters by name: as many as there are calls, whatever is asked for."""
    if is_page(scope["path"]):
        return PAGE
    return getattr(scope.get("route"), "path_format", NOWHERE)
