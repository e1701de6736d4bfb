"""Where a server is reached."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound to it here
"""What stands for every address of a machine and is none itself, and one that programs of that machine can ask."""


def url_of(host: str, port: int) -> str:
    """The URL at which programs of the same machine reach a server that listens on this host and port."""
    own = EVERYWHERE.get(host, host)
    return f"http://{f'[{own}]' if ':' in own else own}:{port}"
