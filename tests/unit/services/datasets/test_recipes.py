from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forecastle.core.errors import Cancelled, InputError, NotFoundError
from forecastle.core.progress import StepReport, unheard
from forecastle.data.dataset import Role
from forecastle.services.house import House
from forecastle.services.requests import Cleaning, NewRecipe, StartCleaning

from ..conftest import Visit, bring, sales

SCALED = Cleaning.of({"steps": [{"step": "missing"}, {"step": "scale"}]})


def test_a_dry_run_keeps_nothing_and_the_second_one_is_known_already(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        first = await house.recipes.dry_run("shop", SCALED)
        again = await house.recipes.dry_run("shop", SCALED)
        assert (first.reused, again.reused) == (False, True)
        assert first.changes == again.changes
        assert first.changes[1].cells["volume"] == 120
        assert len(await house.datasets.versions("shop")) == 1

    visit(use)


def test_a_recipe_makes_a_version_that_knows_its_steps_and_what_they_learned(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        made = (await house.recipes.apply("shop", SCALED, by="ana")).version
        assert (made.number, made.parent, made.by) == (2, 1, "ana")
        assert [step["step"] for step in made.recipe] == ["missing", "scale"]
        assert [finding["code"] for finding in made.findings][-2:] == ["recipe", "recipe"]
        learned = await house.datasets.learned(made)
        assert learned is not None
        assert learned["series"].to_list() == ["S0", "S1", "S2", "S3"]
        again = await house.recipes.apply("shop", Cleaning(steps=SCALED.steps, version=1), by="bo")
        assert (again.reused, again.version.number) == (True, 2)

    visit(use)


def test_what_was_made_before_is_current_again_without_being_made(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        made = (await house.recipes.apply("shop", SCALED, by="ana")).version
        await house.lineage.restore("shop", 1, by="ana")
        again = await house.recipes.apply("shop", Cleaning(steps=SCALED.steps, version=1), by="ana")
        assert again.reused
        assert (again.version.number, again.version.content_hash) == (4, made.content_hash)

    visit(use)


def test_next_month_s_upload_is_cleaned_like_the_last_with_what_was_learned_then(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        first = (await house.recipes.apply("shop", SCALED, by="ana")).version
        with pytest.raises(InputError, match="means nothing"):
            await house.recipes.apply("shop", Cleaning.of({"steps": [{"step": "units", "factor": 2}]}), by="ana")
        await bring(house, 34, tmp_path)
        later = (await house.recipes.apply("shop", Cleaning(like=first.number), by="ana")).version
        assert [step["step"] for step in later.recipe] == ["missing", "scale"]
        before, after = [await house.datasets.open(version) for version in (first, later)]
        joined = before.frame.join(after.frame, on=("week", "sku"), suffix="_later")
        assert joined["volume"].equals(joined["volume_later"])
        with pytest.raises(InputError, match="made by 2 steps already"):
            await house.recipes.apply("shop", Cleaning(like=first.number), by="ana")

    visit(use)


def test_roles_that_were_chosen_are_taken_over_with_the_steps(visit: Visit, tmp_path: Path) -> None:
    def upload(weeks: int) -> Path:
        priced = sales(weeks).with_columns(price=pl.lit(2.5) + pl.col("volume") % 3, revenue=pl.col("volume") * 3)
        priced.write_csv(file := tmp_path / f"{weeks}.csv")
        return file

    async def use(house: House) -> None:
        await house.datasets.upload(upload(30), name="shop", filename="november.csv")
        await house.columns.choose("shop", {"price": Role.PAST}, by="ana")
        await house.recipes.apply("shop", Cleaning.of({"steps": [{"step": "missing"}]}), by="ana")
        like = (await house.columns.choose("shop", {"volume": Role.IGNORED}, by="ana")).version
        found = await house.datasets.upload(upload(34), name="shop", filename="december.csv")
        later = (await house.recipes.apply("shop", Cleaning(like=like.number), by="ana")).version
        guessed, roles = ({one["column"]: one["role"] for one in each.columns} for each in (found, later))
        assert (guessed["price"], guessed["volume"]) == ("price", "target")
        assert (roles["price"], roles["volume"], roles["revenue"]) == ("past", "ignored", "target")

    visit(use)


def test_a_job_cleans_the_version_that_was_current_and_tells_how_far_it_is(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        job = await house.cleaning.start("shop", StartCleaning.of({"steps": SCALED.as_params()["steps"]}), by="ana")
        await bring(house, 34, tmp_path)
        reports: list[StepReport] = []
        told = await house.cleaning.carry_out(job, reports.append)
        assert (told["version"], told["rows"], told["changes"][1]["cells"]["volume"]) == (3, 120, 120)
        assert (await house.datasets.version("shop")).parent == 1
        assert list(dict.fromkeys(report.name for report in reports)) == ["load", "clean", "save"]
        assert [report.percent for report in reports] == sorted(report.percent for report in reports)
        again = await house.cleaning.carry_out(job, reports.append)
        assert (again["version"], again["reused"]) == (3, True)

    visit(use)


def test_a_job_that_only_tries_keeps_nothing_and_one_that_is_cancelled_neither(visit: Visit, tmp_path: Path) -> None:
    def stop(_report: StepReport) -> None:
        raise Cancelled("enough")

    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        steps = SCALED.as_params()["steps"]
        tried = await house.cleaning.start("shop", StartCleaning.of({"steps": steps, "dry_run": True}), by="ana")
        told = await house.cleaning.carry_out(tried, unheard)
        assert (told["dry_run"], [change["step"] for change in told["changes"]]) == (True, ["missing", "scale"])
        job = await house.cleaning.start("shop", StartCleaning.of({"steps": steps}), by="ana")
        with pytest.raises(Cancelled):
            await house.cleaning.carry_out(job, stop)
        assert len(await house.datasets.versions("shop")) == 1

    visit(use)


def test_a_recipe_is_kept_under_a_name_and_taken_by_it(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        await house.recipes.save(NewRecipe(name="scaled", steps=SCALED.steps), by="ana")
        trial = await house.recipes.dry_run("shop", Cleaning(recipe="scaled"))
        assert trial.says == ((await house.recipes.dry_run("shop", SCALED)).says)
        await house.recipes.delete("scaled", by="ana")
        assert await house.recipes.list() == []

    visit(use)


def test_one_series_is_shown_as_it_is_and_as_it_would_be(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        rows = await house.recipes.series("shop", SCALED, "S1")
        assert rows["state"].value_counts(sort=True)["count"].to_list() == [30, 30]
        assert rows["sku"].unique().to_list() == ["S1"]
        assert abs(rows.filter(pl.col("state") == "after")["volume"].mean()) < 1e-9  # type: ignore[arg-type]
        with pytest.raises(NotFoundError, match="no series 'S9'"):
            await house.recipes.series("shop", SCALED, "S9")

    visit(use)


@pytest.mark.parametrize(
    "steps",
    [
        [{"step": "align", "until": "data", "absent": "zero"}],
        [{"step": "log"}, {"step": "scale", "over": "all"}],
        [{"step": "scale", "over": "all"}, {"step": "undo"}],
        [{"step": "resample", "freq": "MS"}],
        [{"step": "missing"}, {"step": "scale"}],
    ],
)
def test_a_series_would_be_alone_what_it_becomes_among_the_others(
    visit: Visit, tmp_path: Path, steps: list[dict[str, object]]
) -> None:
    async def use(house: House) -> None:
        short = (pl.col("sku") != "S1") | pl.col("week").is_between(date(2024, 1, 15), date(2024, 5, 13))
        sales(30).filter(short).write_csv(file := tmp_path / "sales.csv")
        await house.datasets.upload(file, name="shop", filename="sales.csv")
        asked = Cleaning.of({"steps": steps})
        alone = await house.recipes.series("shop", asked, "S1")
        made = (await house.recipes.apply("shop", asked, by="ana")).version
        among = (await house.datasets.open(made)).frame.filter(pl.col("sku") == "S1")
        assert_frame_equal(alone.filter(pl.col("state") == "after").select(among.columns), among)

    visit(use)


def test_a_version_made_from_a_transformed_one_keeps_what_was_learned(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, 30, tmp_path)
        made = (await house.recipes.apply("shop", SCALED, by="ana")).version
        dropped = Cleaning.of({"steps": [{"step": "filter", "series": ["S1"]}]})
        child = (await house.recipes.apply("shop", dropped, by="ana")).version
        learned = await house.datasets.learned(child)
        assert learned is not None
        assert learned.equals(await house.datasets.learned(made))
        assert [step["step"] for step in await house.datasets.trail(child)] == ["missing", "scale", "filter"]

    visit(use)
