"""The commands as one app that knows their options."""

from collections.abc import Sequence

from cyclopts import App

from forecastle import __version__
from forecastle.cli.overview import COMMANDS

app = App(
    name="forecastle",
    version=__version__,
    help="From a sales history to calibrated forecasts for every series.",
    help_format="plaintext",
)
app.register_install_completion_command()
for name, command in COMMANDS.items():
    app.command(f"forecastle.cli.commands.{command.home}", name=name)


def run(arguments: Sequence[str]) -> int:
    """Run one command and answer with its exit code."""
    try:
        app(list(arguments), result_action="return_value")
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 1
    except BrokenPipeError:  # whoever read our output has left
        return 0
    return 0
