"""Every command in one line: what `forecastle --help` prints, and where the app finds each of them."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command. home: its function as `file:name` in the folder `commands`, imported when it is asked for."""

    home: str
    does: str


COMMANDS: dict[str, Command] = {
    "run": Command("forecasting:run", "forecast every series; write the forecasts and a report"),
    "demo": Command("forecasting:demo", "forecast real sales that come along"),
    "backtest": Command("forecasting:backtest", "compare models on the past; forecast nothing"),
    "profile": Command("forecasting:profile", "show what a source holds, and what is wrong with it"),
    "synthesize": Command("synthetic:synthesize", "make up sales to try things on"),
    "models": Command("models:app", "list models; promote, roll back, retrain, reload"),
    "stage": Command("stages:app", "the way to a report in stages, for Git and DVC"),
    "train": Command("train:train", "train models and keep them for the server"),
    "tabular": Command("tabular:app", "train and try models that answer single rows"),
    "serve": Command("server:serve", "start the server, with a worker for long jobs"),
    "worker": Command("server:worker", "carry out the jobs of the queue"),
    "datasets": Command("datasets:app", "list, add and delete datasets of the server"),
    "explore": Command("explore:app", "look at a dataset: rows, columns, charts, tests"),
    "recipes": Command("recipes:app", "list, try and carry out steps that clean a dataset"),
    "jobs": Command("jobs:app", "start, list, follow and cancel jobs of the server"),
    "forecasts": Command("forecasts:app", "list, show and export forecasts of the server"),
    "keys": Command("access:keys", "make, list and revoke API keys of the server"),
    "audit": Command("access:audit", "show who did what on the server"),
    "db": Command("server:database", "upgrade the database of the server"),
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
