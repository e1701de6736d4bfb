"""The report of a forecast as one HTML file that needs nothing else."""

from html import escape

from forecastle.core.execution import ExecutionResult
from forecastle.reporting.pages import fragments
from forecastle.reporting.pages.frame import assembled, embedded, framed, template_of
from forecastle.reporting.pages.payload import payload
from forecastle.reporting.summary import targets
from forecastle.reporting.wording import ahead
from forecastle.settings import ReportSettings


def report_page(result: ExecutionResult, settings: ReportSettings) -> str:
    """The whole page."""
    content = payload(result, settings)
    names = targets(result)
    body = {
        "words": fragments.sentences(result),
        "tiles": "".join(fragments.tiles(result, target) for target in names),
        "subset": fragments.subset(result, len({entry["name"] for entry in content["series"]}) - 1),
        "leaderboards": "".join(fragments.leaderboard(result, target) for target in names),
        "patterns": "".join(fragments.patterns(result, target) for target in names),
        "held": "".join(fragments.coverage(result, target) for target in names),
        "findings": fragments.data_findings(result.findings),
        "run": fragments.run(result),
    }
    return framed(
        assembled(template_of("report.html"), body),
        {
            "title": f"Forecast of {escape(', '.join(names))}, {ahead(result.horizon, result.freq)} ahead",
            "facts": f"<b>{escape(result.source)}</b> · {fragments.facts(result)}",
            "picker": fragments.target_picker(names),
            "first": "series",
            "first_is": "the series",
            "script": template_of("report.js"),
            "data": embedded(content),
        },
    )
