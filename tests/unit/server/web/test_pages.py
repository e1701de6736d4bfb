import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import polars as pl
import pytest
from nicegui import app, ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User, UserInteraction

from forecastle.core.columns import DS
from forecastle.core.errors import InputError, NotFoundError, RolesError
from forecastle.core.ports import Tables
from forecastle.core.records import JobKind
from forecastle.data.dataset import Role
from forecastle.server.web.pages.account import cleaned
from forecastle.server.web.parts.dialogs import hint_of, in_words
from forecastle.services.house import House
from forecastle.services.requests import Cleaning, NewOverride, NewRecipe, StartCleaning
from forecastle.settings import ScaleSettings
from tabular_models import two_versions

from .conftest import HOSTILE, opened, sales, sees

pytestmark = pytest.mark.anyio

ANSWERS = ("prediction", "lower", "upper", "error")


async def test_an_empty_house_offers_an_upload_and_a_demo(look: User, empty: House) -> None:
    await opened(look, empty, "/")
    await sees(look, "Nothing is here yet")
    await sees(look, "Upload a spreadsheet")
    await sees(look, "Try it with demo data")


async def test_home_tells_how_good_the_newest_forecast_is(look: User, house: House) -> None:
    await opened(look, house, "/")
    await sees(look, "Total error (WAPE)")
    await sees(look, "of the actual values on past windows")
    await sees(look, "all series together")


async def test_a_series_is_shown_with_its_model_and_its_periods(look: User, house: House, execution: str) -> None:
    await opened(look, house, f"/forecasts/{execution}?series=North+%2F+A&target=volume")
    await sees(look, "North / A")
    await sees(look, "Why this model")
    await sees(look, "Period by period")
    await sees(look, "Models on this series")


async def test_a_planned_zero_is_offered_as_it_was_planned(look: User, house: House, execution: str) -> None:
    about = {"series_id": "North / A", "target": "volume"}
    (first, *_) = (await house.results.series(execution, *about.values())).forecasts[DS]
    planned = NewOverride.of({"execution_id": execution, "ds": f"{first:%Y-%m-%d}", "value": 0, **about})
    kept = await house.overrides.set(planned, by="test")
    try:
        await opened(look, house, f"/forecasts/{execution}?series=North+%2F+A&target=volume")
        await sees(look, "Period by period")
        buttons = look.find(kind=ui.button).elements
        change = {one for one in buttons if f"{first:%d %b}" in str(one.props.get("aria-label"))}
        UserInteraction(look, change, None).click()
        await sees(look, ui.number)
        (value,) = (one for one in look.find(kind=ui.number).elements if one.props["label"] == "Planned")
        assert value.value == 0
    finally:
        await house.overrides.remove(kept.id, by="test")


@pytest.mark.slow
async def test_a_hostile_name_stays_text(look: User, house: House, execution: str) -> None:
    await opened(look, house, f"/forecasts/{execution}?target=volume")
    name = f"North / {HOSTILE}"
    await sees(look, name)
    (heading,) = look.find(kind=None, content=name).elements
    assert heading.tag == "h2"


async def test_a_forecast_is_started_and_followed(look: User, house: House) -> None:
    await opened(look, house, "/run?dataset=shop")
    await sees(look, "A series for every shop × sku")
    look.find("Start").click()
    await sees(look, "Waits for a worker.")
    newest = (await house.jobs.list(limit=1))[0]
    assert (newest.kind, newest.params["dataset"]) == (JobKind.TRAIN, "shop")
    await house.jobs.cancel(newest.id)
    await sees(look, "It was stopped; nothing was kept.")


async def test_what_cannot_be_started_is_said_in_words(look: User, house: House) -> None:
    await opened(look, house, "/jobs/nothing")
    await sees(look, "There is no job 'nothing'.")
    await opened(look, house, "/forecasts/nothing")
    await sees(look, "It may have been deleted, or the address is not whole.")


def test_hints_on_the_page_leave_out_what_only_commands_can_do() -> None:
    error = RolesError("No time.", hint="Name it (--time; time in Python). The columns are: a, b.")
    assert in_words(error) == "No time.\nThe columns are: a, b."
    assert hint_of(NotFoundError("No such dataset.", hint="forecastle datasets lists them.")).startswith("It may")


def test_hints_on_the_page_leave_settings_to_whoever_runs_the_server() -> None:
    for hint, said in {
        "Remove them, set clean.duplicates to last or sum, or name the keys.": "Remove them, or name the keys.",
        "Ask for less, or raise the setting `read.max_bytes`.": "Ask for less.",
        "If it is not, raise the setting `read.max_unpacked_bytes`.": "Whoever runs this server can change that.",
    }.items():
        assert hint_of(InputError("No.", hint=hint)) == said


async def test_a_promotion_asks_first(look: User, house: House) -> None:
    await opened(look, house, "/models/ets_volume?dataset=shop")
    await sees(look, "Who decided what")
    look.find("Train again").click()
    await sees(look, "Train ets_volume again?")
    look.find("Cancel").click()
    assert not [job for job in await house.jobs.list() if job.params.get("models") == ["ets"]]


@pytest.mark.slow
async def test_settings_are_shown_with_what_they_mean(look: User, house: House) -> None:
    await opened(look, house, "/settings")
    await sees(look, "storage.database")
    await sees(look, "everything answers")


async def test_an_address_that_leads_nowhere_says_so(look: User, house: House) -> None:
    app.state.served = SimpleNamespace(state=SimpleNamespace(house=house))
    answer = await look.http_client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


async def test_a_dataset_is_shown_with_what_its_columns_are_for(look: User, house: House) -> None:
    await opened(look, house, "/data?dataset=shop")
    await sees(look, "Is every column what it was taken for?")
    await sees(look, "names the series")


@pytest.mark.slow
async def test_problems_are_tried_before_they_are_mended(look: User, empty: House, tmp_path: Path) -> None:
    file = tmp_path / "messy.csv"
    sales().with_columns(volume=pl.when(pl.col("volume") != 21).then("volume")).write_csv(file)
    await empty.datasets.upload(file, name="messy", filename="messy.csv")
    await opened(look, empty, "/data?dataset=messy&view=problems")
    await sees(look, "Fill by season")
    look.find("Fill by season").click()
    await sees(look, "Take these steps")
    assert len(await empty.datasets.versions("messy")) == 1
    look.find("Take these steps").click()
    await sees(look, "Version 2, the newest")
    assert [step["step"] for step in (await empty.datasets.version("messy")).recipe] == ["missing"]


async def test_a_dataset_is_profiled_and_a_series_of_it_tested(look: User, house: House) -> None:
    await opened(look, house, "/data?dataset=shop&view=profile")
    await sees(look, "What matters, and how steady it is")
    await opened(look, house, "/data?dataset=shop&view=analysis&series=South+%2F+A")
    await sees(look, "Does it keep its level?")
    await sees(look, "What is unusual?")


async def test_steps_in_the_address_are_tried_and_a_recipe_is_offered(look: User, house: House) -> None:
    steps = [{"step": "outliers", "action": "cap"}]
    await house.recipes.save(NewRecipe.of({"name": "Monthly export", "steps": steps}), by="test")
    await opened(look, house, f"/data?dataset=shop&view=problems&steps={quote(json.dumps(steps))}")
    await sees(look, "Take these steps")
    await sees(look, "Monthly export")
    await opened(look, house, "/data?dataset=shop&view=problems&steps=%5B7%5D")
    await sees(look, "This request cannot be carried out")


async def test_steps_that_take_long_are_tried_by_a_worker(look: User, house: House) -> None:
    patient = replace(house, settings=house.settings.model_copy(update={"scale": ScaleSettings(at_once=0)}))
    steps = quote(json.dumps([{"step": "outliers"}]))
    await opened(look, patient, f"/data?dataset=shop&view=problems&steps={steps}")
    await sees(look, "These steps on 180 rows take a while.")
    look.find("Try them").click()
    await sees(look, "Waits for a worker.")
    newest = (await house.jobs.list(limit=1))[0]
    assert (newest.kind, newest.params["dry_run"]) == (JobKind.CLEAN, True)
    await patient.close()


async def test_what_a_trial_found_is_told_with_a_way_on(look: User, house: House) -> None:
    order = StartCleaning.of({"steps": [{"step": "outliers"}], "dry_run": True})
    job = await house.cleaning.start("shop", order, by="test")
    result = await house.cleaning.carry_out(job, lambda _: None)
    await opened(look, house, "/jobs")
    with look:
        cleaned(result, job.params)
    await sees(look, "nothing was changed")
    await sees(look, "found in volume")
    (link,) = look.find("Go on with these steps").elements
    assert "view=problems&steps=%5B%7B" in str(link.props)


@pytest.mark.slow
async def test_next_months_upload_is_cleaned_like_the_one_before(look: User, empty: House, tmp_path: Path) -> None:
    file = tmp_path / "messy.csv"
    sales().with_columns(volume=pl.when(pl.col("volume") != 21).then("volume")).write_csv(file)
    for _ in range(2):
        await empty.datasets.upload(file, name="messy", filename="messy.csv")
        if (await empty.datasets.version("messy")).number == 1:
            await empty.recipes.apply("messy", Cleaning.of({"steps": [{"step": "missing"}]}), by="test")
            sales().with_columns(volume=pl.when(pl.col("volume") != 41).then("volume")).write_csv(file)
    await opened(look, empty, "/data?dataset=messy&view=problems")
    await sees(look, "Do as with version 2")
    look.find("Do as with version 2").click()
    await sees(look, "Take these steps")
    look.find("Take these steps").click()
    await sees(look, "Version 4, the newest")


@pytest.mark.slow
async def test_roles_that_were_chosen_are_offered_for_the_next_upload(look: User, empty: House, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    for weeks in (59, 60):
        sales().filter(pl.col("week").rank("dense") <= weeks).write_csv(file)
        await empty.datasets.upload(file, name="sales", filename="sales.csv")
        if weeks == 59:
            await empty.columns.choose("sales", {"revenue": Role.IGNORED}, by="test")
    await opened(look, empty, "/data?dataset=sales")
    await sees(look, "Version 2 was given other roles just now.")
    look.find("Do as with version 2").click()
    await sees(look, "Take these steps")
    look.find("Take these steps").click()
    await sees(look, "Version 4, the newest")
    roles = {column.column: column.role for column in await empty.columns.of("sales")}
    assert roles["revenue"] is Role.IGNORED
    look.find("Undo").click()
    await sees(look, "Version 5, the newest")


async def test_an_uploaded_file_becomes_a_dataset(look: User, empty: House) -> None:
    await opened(look, empty, "/data")
    await sees(look, ui.upload)
    upload = look.find(ui.upload).elements.pop()
    named = SmallFileUpload("../../<b>sales</b>.csv", "text/csv", sales().write_csv().encode())
    with look:
        await upload.handle_uploads([named])
    await sees(look, "Rows and roles")
    (kept,) = await empty.datasets.list()
    assert kept.name == "b>.csv".removesuffix(".csv")


async def test_a_table_without_time_is_uploaded_to_learn_from(look: User, empty: House) -> None:
    await opened(look, empty, "/data")
    await sees(look, ui.upload)
    look.find("A table without dates, to learn from or to join").click()
    upload = look.find(ui.upload).elements.pop()
    with look:
        await upload.handle_uploads(
            [SmallFileUpload("zips.csv", "text/csv", b"zip,income\n98001,50000\n98002,61000\n")]
        )
    await sees(look, "Train a model")
    assert [kept.name for kept in await empty.datasets.list()] == ["zips"]


@pytest.mark.slow
async def test_a_tabular_model_is_trained_tried_and_explained(look: User, empty: House, tmp_path: Path) -> None:
    file = tmp_path / "flats.csv"
    sales().with_columns(rent=10 * pl.col("volume")).write_csv(file)
    await empty.datasets.upload(file, name="flats", filename=file.name)
    asked = {"dataset": "flats", "target": "rent", "model": "linear", "columns": ["volume"]}
    job = await empty.tabular.training.start(asked)
    await empty.tabular.training.carry_out(job, lambda _report: None)
    await opened(look, empty, "/tabular/flats")
    await sees(look, "Try it")
    look.find(kind=ui.button, content="Answer").click()
    await sees(look, "of what turns out")
    await sees(look, "Nothing must be given")
    await sees(look, "Answer many rows")
    answered = await empty.tabular.prediction.answer_file(file, "flats")
    assert answered.rows.columns == ["week", "shop", "sku", "volume", "revenue", "rent", *ANSWERS]
    assert answered.rows["prediction"].to_list() == pytest.approx(answered.rows["rent"].to_list(), rel=0.15)


@pytest.mark.slow
async def test_a_damaged_tabular_champion_is_told_and_the_version_before_is_tried(
    look: User, empty: House, tmp_path: Path
) -> None:
    await two_versions(empty, tmp_path)
    newest = (await empty.tabular.find("houses")).versions[0]
    digest = newest.manifest["full/weights.npz"]
    (Path(empty.settings.storage.artifacts) / "sha256" / digest[:2] / digest[2:]).write_bytes(b"?")
    await opened(look, empty, "/tabular/houses")
    await sees(look, "The files of version 2 are damaged or missing, so version 1 answers.")
    await sees(look, "Answer many rows")
    await opened(look, empty, "/settings")
    await sees(look, "something is wrong")


async def test_a_forecast_of_an_earlier_version_says_what_it_lacks_and_offers_no_report(
    look: User, house: House, execution: str
) -> None:
    whole = await house.results.kept(execution)
    files = {name: whole[name] for name in whole if name not in ("rivals.parquet", "report.html.gz")}
    async with house.begin() as work:
        made = await house.executions.find(execution)
        older = replace(made, id="older", created_at=made.created_at - timedelta(days=9))
        await work.executions.save(older, Tables(forecasts=pl.DataFrame()))
        await work.executions.attach(older.id, files)
        await work.commit()
    await opened(look, house, f"/forecasts/{older.id}")
    await sees(look, "it kept no curves of the other models, no report")
    await look.should_not_see(kind=ui.button, content="Report")
