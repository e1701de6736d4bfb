"""Reading from a real S3 protocol server."""

from collections.abc import Iterator

import polars as pl
import pytest
from moto.server import ThreadedMotoServer

from forecastle.core.errors import SourceError
from forecastle.data.read import read

FRAME = pl.DataFrame({"date": [f"2024-01-{day:02d}" for day in range(1, 29)], "sales": range(1, 29)})


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket with two files below `sales/`."""
    import boto3

    with pytest.MonkeyPatch.context() as patch:
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        server.start()
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(Bucket="shop")
        client.put_object(Bucket="shop", Key="sales/a.csv", Body=FRAME.head(14).write_csv().encode())
        client.put_object(Bucket="shop", Key="sales/b.csv", Body=FRAME.tail(14).write_csv().encode())
        yield "s3://shop"
        server.stop()


def test_an_object_is_read(bucket: str) -> None:
    assert read(f"{bucket}/sales/a.csv").frame["sales"].to_list() == FRAME["sales"].head(14).to_list()


@pytest.mark.parametrize("name", ["sales", "sales/*.csv"])
def test_a_folder_or_pattern_of_objects_is_read_in_order(bucket: str, name: str) -> None:
    assert read(f"{bucket}/{name}").frame["sales"].to_list() == FRAME["sales"].to_list()


def test_a_missing_object_is_named(bucket: str) -> None:
    with pytest.raises(SourceError, match=r"s3://shop/nothing\.csv"):
        read(f"{bucket}/nothing.csv")
