"""How good the forecasts of an execution are, as far as the past can tell."""

import polars as pl

from forecastle.core.columns import TARGET
from forecastle.reporting.wording import count, percent, smaller
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.pages.leaderboards import CHAMPIONS, YARDSTICK, leaderboards
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import block, bullets, card, figure, text
from forecastle.server.web.parts.status import figures_of
from forecastle.server.web.visitor import visitor


async def accuracy(choice: Choice) -> None:
    """In figures and words, by how far ahead, and model by model."""
    execution = choice.execution
    told = figures_of(execution, choice.target)
    if told:
        with block("tiles"):
            figure("Total error (WAPE)", percent(told["wape"]), f"{smaller(told['skill'])} than repeating the past")
            if told["band"]:
                figure(
                    f"{percent(told['band']['share'], 0)} ranges held", percent(told["held"], 0), "of the actual values"
                )
            figure("Tested", f"{told['scored']:,}", f"forecasts on {count(told['windows'], 'past window')}")
        with card("In words"):
            bullets(execution.summary.get("words", [])[:-1])  # the last one is about the data, on their own view
    steps = await visitor().house.executions.metrics(execution.id, by=("step",))
    _by_step(steps.filter(pl.col(TARGET) == choice.target))
    await leaderboards(execution)


def _by_step(metrics: pl.DataFrame) -> None:
    if metrics.is_empty():
        return
    with block("columns even"):
        with card("Error by how far ahead"):
            charts.chart(
                charts.by_step(
                    {
                        "Champions": _steps(metrics, CHAMPIONS, "wape"),
                        "Repeating the past": _steps(metrics, YARDSTICK, "wape"),
                    }
                ),
                about="Total error of the champions and of repeating the past, by periods ahead",
                low=True,
            )
        with card("Share of actual values in the ranges"):
            held = {f"{share} % range": _steps(metrics, CHAMPIONS, f"coverage_{share}") for share in (80, 50)}
            charts.chart(
                charts.by_step(held, promised=(0.8, 0.5)), about="Coverage of the ranges by periods ahead", low=True
            )
            text("The dashed lines are what was promised.", classes="small muted")


def _steps(metrics: pl.DataFrame, model: str, metric: str) -> list[list[float | None]]:
    rows = metrics.filter((pl.col("model") == model) & (pl.col("metric") == metric))
    known = rows.select(pl.col("group").cast(pl.Int64), "value").sort("group")
    return [[step, value] for step, value in known.iter_rows()]
