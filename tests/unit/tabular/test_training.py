"""Models are measured on rows they have not seen, keep themselves whole, and say what they leave out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import ArtifactError, Cancelled, DataError, InputError, ModelError, RolesError
from forecastle.tabular.folds import split
from forecastle.tabular.matrix import matrix_of
from forecastle.tabular.model import TabularModel, load_tabular
from forecastle.tabular.ranges import Ranges
from forecastle.tabular.reference import Reference
from forecastle.tabular.regressors import NAMES
from forecastle.tabular.scores import held, scores
from forecastle.tabular.training import Trained, train
from house_sales import demographics, plan, reference, sales
from real_data import HOUSES, needs_real_data


def rows_of(model: TabularModel, count: int = 40) -> np.ndarray:
    joined = sales(count, seed=2).join(demographics(), on="zipcode")
    return matrix_of(joined, model.spec.features)


def test_the_measures_are_of_the_rows_held_out(trained: Trained) -> None:
    evidence = trained.model.evidence
    assert evidence.height == 80
    error = (evidence["actual"] - evidence["predicted"]).abs()
    assert trained.metrics["mae"] == pytest.approx(error.mean())
    assert trained.metrics["mape"] == pytest.approx((error / evidence["actual"]).mean())
    inside = evidence["actual"].is_between(evidence["lower"], evidence["upper"])
    assert trained.metrics["coverage"] == pytest.approx(inside.mean())


@pytest.mark.parametrize("name", NAMES)
def test_every_model_learns_and_answers_the_same_once_kept(tmp_path: Path, name: str) -> None:
    made = train(sales(), plan(model=name), reference=reference()).model
    made.save(tmp_path / "first")
    kept = load_tabular(tmp_path / "first")
    rows = rows_of(made)
    assert np.array_equal(kept.predict(rows).prediction, made.predict(rows).prediction)
    kept.save(tmp_path / "second")
    files = [path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*") if path.is_file()]
    assert all((tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes() for file in files)


@pytest.mark.parametrize("name", NAMES)
def test_contributions_add_up_to_the_answer_also_where_columns_are_lacking(name: str) -> None:
    made = train(sales(), plan(model=name), reference=reference()).model
    rows = rows_of(made, 4)
    rows[2:, [made.spec.names.index(one) for one in ("grade", "view")]] = np.nan
    for row in rows:
        told = made.contributions(row)
        assert told.keys() == {"", *made.spec.names}
        assert sum(told.values()) == pytest.approx(made.predict(row[None]).prediction[0])


def test_boosted_trees_do_not_hang_on_the_number_of_threads() -> None:
    one, two = (train(sales(), plan(model="lightgbm", threads=threads), reference=reference()) for threads in (1, 2))
    assert one.metrics == two.metrics


@pytest.mark.parametrize("name", ["lightgbm", "linear"])
def test_rows_that_lack_columns_are_answered_as_by_who_never_saw_these(name: str) -> None:
    hidden = ["grade", "sqft_lot"]
    made, other = (
        train(sales(1000), plan(model=name, required=(), drop=drop), reference=reference()).model
        for drop in ((), hidden)
    )
    rows, actual = rows_of(made, 500), sales(500, seed=2)["price"].to_numpy()
    rows[:, [made.spec.names.index(one) for one in hidden]] = np.nan
    said, dedicated = made.predict(rows), other.predict(rows_of(other, 500))
    assert scores(actual, said.prediction)["mae"] < 1.1 * scores(actual, dedicated.prediction)["mae"]
    assert held(actual, said.lower, said.upper) == pytest.approx(0.8, abs=0.06)


def test_what_is_not_required_may_be_lacking_and_the_key_alone_is_required_by_itself() -> None:
    spec = train(sales(), plan(required=()), reference=reference()).model.spec
    assert [one.name for one in spec.asked if one.required] == ["zipcode"]
    every = train(sales(), plan(columns=("grade",), required=("grade",)), reference=reference()).model
    assert every.partial is None


def test_a_model_that_is_worse_than_a_baseline_says_so() -> None:
    made = train(sales(), plan(model="knn", required=()), reference=reference())
    assert [row["model"] for row in made.model.leaderboard] == ["linear", "knn"]
    assert "beaten_by_baseline" in {finding.code for finding in made.findings}


def test_rows_with_unknown_keys_or_without_an_answer_are_left_out_and_said() -> None:
    odd = pl.DataFrame({"zipcode": [10001, 98001], "price": [5e5, None]})
    found = train(pl.concat([sales(), odd], how="diagonal_relaxed"), plan(), reference=reference()).findings
    assert {finding.code: finding.count for finding in found if finding.count} == {"unknown_keys": 1, "no_answer": 1}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"target": "cost"}, RolesError), ({"target": "view"}, DataError), ({"model": "magic"}, ModelError),
        ({"required": ("rooms",)}, RolesError), ({"drop": ("rooms",)}, RolesError),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused_by_name(changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        train(sales(), plan(**changes), reference=reference())


def test_too_few_rows_are_refused_with_their_number() -> None:
    with pytest.raises(DataError, match="30 rows"):
        train(sales(30), plan(), reference=reference())


def test_a_reference_with_two_rows_a_key_is_refused() -> None:
    twice = pl.concat([demographics(), demographics().with_columns(income=1.0)])
    with pytest.raises(InputError, match="several rows"):
        Reference.of(twice, "zipcode")


def test_training_stops_when_told_to() -> None:
    def stop(_share: float, _message: str) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        train(sales(), plan(), progress=stop)


@pytest.mark.parametrize("damage", [b"\0broken", b"PK\3\4broken", b""])
@pytest.mark.parametrize(
    "file", ["model.json", "model_features.json", "full/weights.npz", "gaps.npz", "reference.parquet"]
)
def test_a_broken_file_is_found_when_the_model_is_loaded(
    model: TabularModel, tmp_path: Path, file: str, damage: bytes
) -> None:
    model.save(tmp_path)
    (tmp_path / file).write_bytes(damage)
    with pytest.raises(ArtifactError):
        load_tabular(tmp_path)


@given(count=st.integers(20, 200), things=st.integers(5, 40), seed=st.integers(0, 9))
def test_rows_of_one_thing_are_never_on_both_sides(count: int, things: int, seed: int) -> None:
    about = pl.Series([f"{row % things}" for row in range(count)])
    dealt = split(about, held_out=0.2, folds=3, seed=seed)
    sides = [set(about.gather(side.tolist())) for side in (dealt.held_out, *dealt.parts)]
    assert sum(map(len, sides)) == len(set.union(*sides)) == min(things, count)
    assert sum(map(len, (dealt.held_out, *dealt.parts))) == count


def test_ranges_hold_the_share_they_promise_and_grow_with_the_answer() -> None:
    random = np.random.default_rng(3)
    predicted = random.uniform(10, 1000, 4000)
    actual = predicted * random.normal(1, 0.2, 4000)
    ranges = Ranges.of(predicted[:2000], actual[:2000], coverage=0.8)
    lower, upper = ranges.around(predicted[2000:])
    assert ((lower <= actual[2000:]) & (actual[2000:] <= upper)).mean() == pytest.approx(0.8, abs=0.03)
    assert np.corrcoef(predicted[2000:], upper - lower)[0, 1] > 0.9


@pytest.mark.slow
@needs_real_data
def test_the_reference_case_is_as_accurate_as_promised() -> None:
    from forecastle.data.tables import read_table

    table = read_table(HOUSES / "kc_house_data.csv.gz").frame
    joined = Reference.of(read_table(HOUSES / "zipcode_demographics.csv.gz").frame, "zipcode")
    made = train(table, replace(plan(model="lightgbm", folds=5), required=()), reference=joined)
    assert made.metrics["r2"] >= 0.85
    assert made.metrics["mape"] <= 0.13
    assert made.metrics["coverage"] == pytest.approx(0.8, abs=0.03)
    assert made.model.leaderboard[0]["model"] == "lightgbm"
