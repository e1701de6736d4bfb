"""What every test runs under."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

# A loaded machine is slow at times; a law does not become false by being checked slowly.
settings.register_profile("forecastle", deadline=None)
settings.load_profile("forecastle")


@pytest.fixture(scope="session")
def make_bucket() -> Iterator[Callable[[str], object]]:
    """Makes a bucket on a server that speaks S3, which is where every `s3://` leads; answers with boto3's bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as patch:
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        server.start()
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        yield lambda name: boto3.resource("s3").create_bucket(Bucket=name)
        server.stop()
