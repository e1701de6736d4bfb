"""Which sources a request may name."""

import pytest

from forecastle.core.errors import InputError
from forecastle.services.datasets.intake import Intake
from forecastle.settings import ServerSettings, Settings

ALLOWED = ("https://data.example.com", "s3://Shop/public/", "ftp://")


def intake(*sources: str) -> Intake:
    return Intake(settings=Settings(server=ServerSettings(sources=sources)))


@pytest.mark.parametrize(
    "source",
    ["https://data.example.com", "HTTPS://data.example.com/a?b", "s3://Shop/public/a.csv", "ftp://anywhere/a.csv"],
)
def test_a_source_that_begins_like_an_allowed_one_is_read(source: str) -> None:
    intake(*ALLOWED).check_allowed(source)


@pytest.mark.parametrize(
    "source",
    [
        "https://data.example.com.evil.org/a",
        "https://data.example.com@evil.org/a",
        "https://data.example.com:x@evil.org/a",
        "http://data.example.com/a",
        "s3://Shop/private/a.csv",
        "s3://Shop/public/../private/a.csv",
        "s3://Shop/public/..",
        "postgresql://data.example.com/a",
    ],
)
def test_a_source_that_only_looks_like_an_allowed_one_is_refused(source: str) -> None:
    with pytest.raises(InputError, match="may not be read by this server"):
        intake(*ALLOWED).check_allowed(source)
