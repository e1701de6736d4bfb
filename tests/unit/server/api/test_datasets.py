import gzip
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from forecastle.data.options import ReadOptions
from forecastle.server.api.upload import Options


def upload(client: TestClient, content: str | bytes, filename: str = "sales.csv", **fields: str) -> Any:
    return client.post("/datasets", files={"file": (filename, content)}, data=fields)


def test_a_file_becomes_the_first_version_of_a_dataset(empty: TestClient, sales: str) -> None:
    answer = upload(empty, sales, name="shop")
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, "/datasets/shop/versions/1")
    assert (told["dataset"], told["version"], told["rows"], told["source"]) == ("shop", 1, 104, "sales.csv")
    assert [column["role"] for column in told["columns"]] == ["time", "key", "target"]
    assert empty.get(answer.headers["location"]).json() == told


def test_what_a_file_holds_decides_and_not_its_name(client: TestClient, sales: str) -> None:
    assert upload(client, gzip.compress(sales.encode()), "sales.xlsx").json()["rows"] == 104


def test_a_dataset_without_a_name_is_called_as_its_file(empty: TestClient, sales: str) -> None:
    upload(empty, sales, r"C:\Users\ana\vendas 2024.csv")
    assert [dataset["name"] for dataset in empty.get("/datasets").json()["datasets"]] == ["vendas 2024"]


@pytest.mark.parametrize("filename", ["../../etc/x.csv", "*.csv", "[a].csv", "ü\u0001.csv", "." * 300, "demo:retail"])
def test_the_name_of_a_file_leads_nowhere(client: TestClient, sales: str, filename: str) -> None:
    assert upload(client, sales, filename, name="shop").json()["rows"] == 104


def test_the_same_content_again_is_no_new_version(empty: TestClient, sales: str) -> None:
    upload(empty, sales, name="shop")
    assert upload(empty, sales, name="shop").json()["version"] == 1
    assert upload(empty, sales + "2024-06-01,A,9\n", name="shop").json()["version"] == 2
    assert [version["version"] for version in empty.get("/datasets/shop").json()["versions"]] == [2, 1]


def test_options_say_what_columns_are_for(client: TestClient, sales: str) -> None:
    told = upload(client, sales, name="shop", options='{"keys": [], "static": ["sku"]}').json()
    assert {column["column"]: column["role"] for column in told["columns"]}["sku"] == "static"


def test_every_option_of_reading_can_be_sent() -> None:
    assert Options().read_options() == ReadOptions()
    assert set(Options.model_fields) == set(ReadOptions.__slots__)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"options": "{"}, "body.options"),
        ({"options": '{"keyz": []}'}, "body.options.keyz"),
        ({"nam": "x"}, "body.nam"),
    ],
)
def test_a_wrong_field_of_the_form_is_named(client: TestClient, sales: str, fields: Any, name: str) -> None:
    answer = upload(client, sales, **fields)
    assert (answer.status_code, answer.json()["fields"][0]["name"]) == (422, name)


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    answer = client.post("/datasets", files={"name": (None, "shop")})
    assert (answer.status_code, answer.json()["fields"][0]["name"]) == (422, "body.file")


def test_a_file_that_cannot_be_read_leaves_nothing_behind(empty: TestClient) -> None:
    answer = upload(empty, b"", name="shop")
    assert (answer.status_code, answer.json()["code"]) == (422, "source_error")
    assert "sales.csv is empty" in answer.json()["detail"]
    assert empty.get("/datasets").json() == {"datasets": []}


def test_a_disk_without_room_is_no_bug(
    client: TestClient, sales: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    answer = upload(client, sales)
    assert (answer.status_code, answer.json()["code"]) == (507, "output_error")


def test_a_source_may_be_named_instead(serving: Any, sales: str, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(sales)
    with serving(server={"sources": [str(tmp_path)]}) as client:
        answer = client.post("/datasets", json={"source": str(tmp_path / "sales.csv"), "name": "shop"})
        assert (answer.status_code, answer.json()["rows"]) == (201, 104)


def test_the_server_s_own_files_are_not_read_for_others(client: TestClient) -> None:
    answer = client.post("/datasets", json={"source": "/etc/passwd", "name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "input_error")


def test_neither_a_form_nor_json_is_refused(client: TestClient) -> None:
    answer = client.post("/datasets", content=b"a,b", headers={"content-type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_deleted_dataset_is_gone_at_once(empty: TestClient, sales: str) -> None:
    upload(empty, sales, name="shop")
    assert empty.delete("/datasets/shop").json() == {"name": "shop", "retention_days": 30}
    assert empty.get("/datasets/shop").status_code == 404


def test_a_version_that_is_not_there_is_not_found(empty: TestClient, sales: str) -> None:
    upload(empty, sales, name="shop")
    assert empty.get("/datasets/shop/versions/2").status_code == 404
