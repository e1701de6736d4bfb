import pytest

from forecastle.core.address import url_of


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("forecasts.example.com", "http://forecasts.example.com:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
    ],
)
def test_a_server_is_reached_where_programs_of_its_machine_can_ask_it(host: str, url: str) -> None:
    assert url_of(host, 8000) == url
