"""Every command in one line: what `forecastle --help` prints, and where the app finds each of them."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command. home: its function as `module:name`, imported when it is asked for."""

    home: str
    does: str


COMMANDS: dict[str, Command] = {
    "run": Command("forecastle.cli.commands:run", "forecast every series; write the forecasts and a report"),
    "demo": Command("forecastle.cli.commands:demo", "forecast real sales that come along"),
    "backtest": Command("forecastle.cli.commands:backtest", "compare models on the past; forecast nothing"),
    "profile": Command("forecastle.cli.commands:profile", "show what a source holds, and what is wrong with it"),
    "synthesize": Command("forecastle.cli.operations.synthetic:synthesize", "make up sales to try things on"),
    "models": Command("forecastle.cli.operations.models:app", "list models; promote, roll back, retrain, reload"),
    "stage": Command("forecastle.cli.operations.stages:app", "the way to a report in stages, for Git and DVC"),
    "train": Command("forecastle.cli.operations.train:train", "train models and keep them for the server"),
    "tabular": Command("forecastle.cli.operations.tabular:app", "train and try models that answer single rows"),
    "serve": Command("forecastle.cli.operations.server:serve", "start the server, with a worker for long jobs"),
    "worker": Command("forecastle.cli.operations.server:worker", "carry out the jobs of the queue"),
    "datasets": Command("forecastle.cli.operations.datasets:app", "list, add and delete datasets of the server"),
    "explore": Command("forecastle.cli.operations.explore:app", "look at a dataset: rows, columns, charts, tests"),
    "recipes": Command("forecastle.cli.operations.recipes:app", "list, try and carry out steps that clean a dataset"),
    "jobs": Command("forecastle.cli.operations.jobs:app", "start, list, follow and cancel jobs of the server"),
    "forecasts": Command("forecastle.cli.operations.forecasts:app", "list, show and export forecasts of the server"),
    "keys": Command("forecastle.cli.operations.access:keys", "make, list and revoke API keys of the server"),
    "audit": Command("forecastle.cli.operations.access:audit", "show who did what on the server"),
    "db": Command("forecastle.cli.operations.server:database", "upgrade the database of the server"),
}

OPTIONS = {
    "--help (-h)": "show this; after a command, show its options",
    "--install-completion": "let the shell complete commands and options",
    "--version": "show the version",
}


def overview() -> str:
    """The program, its commands and its options, at most 80 characters a line."""
    commands = {name: command.does for name, command in COMMANDS.items()}
    parts = [
        "Usage: forecastle COMMAND [OPTIONS]",
        "From a sales history to calibrated forecasts for every series.",
        f"Commands:\n{_listed(commands)}",
        f"Options:\n{_listed(OPTIONS)}",
        "forecastle COMMAND --help shows everything a command can be told.",
    ]
    return "\n\n".join(parts)


def _listed(entries: dict[str, str]) -> str:
    width = max(map(len, (*COMMANDS, *OPTIONS)))
    return "\n".join(f"  {name:<{width}}  {meaning}" for name, meaning in entries.items())
