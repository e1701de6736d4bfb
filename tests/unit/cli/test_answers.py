import getpass
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from forecastle.cli.answers import json_of, show
from forecastle.cli.house import caller
from forecastle.cli.options import General
from forecastle.core.findings import Severity


@dataclass(frozen=True, slots=True)
class Told:
    rows: pl.DataFrame
    when: datetime
    file: Path


def test_an_answer_is_json_whatever_it_is_made_of() -> None:
    rows = pl.DataFrame({"day": [date(2026, 1, 5)], "value": [float("nan")], "limit": [float("inf")]})
    told = Told(rows=rows, when=datetime(2026, 1, 5, 7, tzinfo=UTC), file=Path("sales.csv"))
    assert json.loads(json_of([told, {Severity.ERROR: 1}])) == [
        {
            "rows": {"day": ["2026-01-05"], "value": [None], "limit": [None]},
            "when": "2026-01-05T07:00:00+00:00",
            "file": "sales.csv",
        },
        {"error": 1},
    ]


def test_a_table_has_values_of_any_kind_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"from": date(2026, 1, 5), "share": 1}, {"from": "Aachen", "share": 0.25}, {"from": False, "share": 2}]
    show([*rows, {"from": None, "share": 3}], General(), nothing="")
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert said == [["from", "share"], ["2026-01-05", "1"], ["Aachen", "0.250"], ["false", "2"], ["3"]]


def test_a_long_answer_stays_on_one_line() -> None:
    assert json_of({"values": [1, 2], "name": "Größe"}, compact=True) == '{"values":[1,2],"name":"Größe"}'


@pytest.mark.parametrize("lack", [KeyError("uid not found: 1234"), OSError("No username set in the environment")])
def test_who_types_is_known_by_number_where_the_machine_knows_no_name(
    lack: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise lack

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert caller().startswith("uid ")
