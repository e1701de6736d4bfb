"""Write the pages of docs/reference that are read off the code: settings, errors, models and the command line.

python scripts/make_reference.py            rewrite the pages
python scripts/make_reference.py --check    fail when a page is not what the code says
"""

import argparse
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from forecastle.core import errors
from forecastle.core.errors import ForecastleError
from forecastle.models.catalog import BUILT_IN
from forecastle.recipes.formula import FUNCTIONS, WINDOWS
from forecastle.recipes.recipe import StepField, step_kinds
from forecastle.server.api.app import create_app
from forecastle.server.api.openapi import TAGS
from forecastle.server.api.problems import status_of
from forecastle.server.api.routes.events import listen
from forecastle.settings import Route, Section, Settings

if TYPE_CHECKING:
    from sqlalchemy import Column

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTICE = "<!-- Written by scripts/make_reference.py from the code; change it there. -->"


NUMERALS = {2: "two"}
WORDS: dict[object, str] = {
    bool: "true or false",
    float: "number",
    int: "whole number",
    str: "text",
    Path: "path",
    Route: "row",
    type(None): "empty",
}


def settings_page() -> str:
    """Every setting with its default, what it accepts and what it means."""
    parts = [
        "# Settings",
        "Defaults stand below. `forecastle.yaml` in the folder you work in overrides them, and the environment "
        "overrides the file. A name that does not exist or a value out of range stops the program and is named.",
        '```yaml title="forecastle.yaml"\nforecast:\n  seed: 7\n  quantiles: [0.05, 0.5, 0.95]\nclean:\n'
        "  missing_limit: 0.2\n```",
        "```sh\nexport FORECASTLE_FORECAST__SEED=7\nexport FORECASTLE_FORECAST__QUANTILES='[0.05, 0.5, 0.95]'\n```",
    ]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if inspect.isclass(section) and issubclass(section, Section):
            parts += [f"## {name}", sentence(section), settings_table(section, f"{name}.")]
    parts += ["## A row of `forecast.routes`", sentence(Route), settings_table(Route, "")]
    parts += ["The table as it is delivered:", routes_table()]
    return page(parts)


def settings_table(section: type[BaseModel], prefix: str) -> str:
    """One row a setting."""
    rows = [
        (f"`{prefix}{name}`", kind(field), default(field), field.description or "")
        for name, field in section.model_fields.items()
    ]
    return table(("setting", "accepts", "default", "meaning"), rows)


def routes_table() -> str:
    """The default routing table."""
    rows = [
        (
            ", ".join(row.pattern) or "any",
            ", ".join(row.abc) or "any",
            f"≥ {row.min_weeks} weeks" if row.min_weeks else "any",
            ", ".join(f"`{name}`" for name in row.models),
        )
        for row in Settings.model_fields["forecast"].default.routes
    ]
    return table(("pattern", "ABC class", "history", "models, the preferred one first"), rows)


def kind(field: FieldInfo) -> str:
    """What a setting accepts: its type or choices, and its limits."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    limits = (
        f"{sign} {getattr(rule, name)}"
        for rule in field.metadata
        for name, sign in signs.items()
        if hasattr(rule, name)
    )
    return ", ".join([words(field.annotation), *limits])


def words(accepted: object) -> str:
    """A type as a planner would say it."""
    parts = get_args(accepted)
    if get_origin(accepted) is Literal:
        return ", ".join(map(str, parts))
    if get_origin(accepted) is tuple:
        return f"{'list of' if Ellipsis in parts else NUMERALS[len(parts)]} {words(parts[0])}s"
    if parts:
        return " or ".join(map(words, parts))
    return WORDS[accepted]


def default(field: FieldInfo) -> str:
    """A setting's default as one would write it in the file."""
    if field.is_required():
        return "required"
    value = field.default
    if isinstance(value, tuple) and value and isinstance(value[0], Route):
        return "the table below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None or value == ():
        return "empty"
    return f"`{list(value) if isinstance(value, tuple) else value}`"


def errors_page() -> str:
    """Every error code with its meaning and exit code."""
    tree = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, ForecastleError)]
    rows = [
        (f"`{error.code}`", f"`{error.__name__}`", str(error.exit_code), str(status_of(error).value), sentence(error))
        for error in tree
    ]
    return page(
        [
            "# Errors and exit codes",
            "A message says what was wrong, with which series, row or file, the numbers, and what to do. With `--json` "
            "the command line prints the same as `code`, `message`, `hint` and the error's own fields.",
            "Exit code 0 means that everything was done; 1 that the program itself is at fault: please report it.",
            table(("code", "Python class", "exit code", "HTTP", "meaning"), rows),
            "All of them are in `forecastle.core.errors`; `except ForecastleError` catches every one, "
            "`except InputError` those that better data or a better question would mend.",
        ]
    )


def models_page() -> str:
    """Every model card."""
    rows = [
        (f"`{card.written}`", card.title, card.role, str(card.min_length), card.extra or "–", card.source)
        for card in BUILT_IN
    ]
    return page(
        [
            "# Models",
            "`forecastle models` prints this table with what is installed here. `--models auto`, the default, takes "
            "the models of the routing table and the general ones, and the intermittent ones for series with "
            "intermittent or lumpy demand; [how the champion is chosen](../why/champion.md) tells the rest.",
            table(("name", "what it is", "role", "shortest history", "extra", "source"), rows),
            "**general** models run on every series, **intermittent** ones where many periods have no demand, a "
            "**baseline** is there to be beaten, an **ensemble** is made of the others. A series shorter than a "
            "model's shortest history gets a simpler form of it, never nothing.",
            "Other packages can [bring models of their own](../how-to/add-a-model-family.md).",
        ]
    )


def cli_page() -> str:
    """Every command with its arguments and options."""
    from forecastle.cli.app import app

    told = app.generate_docs(usage_name="forecastle")
    commands = told[told.index("\n## forecastle ") :].strip()
    return page(
        [
            "# Command line",
            "Results go to standard output, progress and the log to standard error. Exit codes are listed under "
            "[errors](errors.md). `forecastle --install-completion` teaches your shell to complete commands.",
            re.sub(r"\n{3,}", "\n\n", commands),
        ]
    )


def http_page() -> str:
    """Every call of the server, as its own description tells it."""
    described = create_app(Settings(), nullcontext).openapi()
    parts = [
        "# HTTP",
        "`forecastle serve` answers these calls. `/openapi.json` describes them to generators of clients, and `/docs` "
        "lets you try them. [How to call the server](../how-to/call-the-server.md) begins at the beginning.",
        "## Problems",
        "Whatever is not carried out is answered as `application/problem+json` (RFC 9457), with the `code` of "
        "[the error](errors.md) and what to do about it in `hint`:",
        code(described["components"]["schemas"]["Problem"]["examples"][0]),
        "Any call may answer 400 (it cannot be read, or was sent to a name that is not in `server.trusted_hosts`), "
        "414 (path and query have more than 65,535 bytes), "
        "429 (the client asks more often than `server.rate_limit` lets it), "
        "500 (a bug; the log has it under the same `request_id`) and 503 (the database does not answer).",
    ]
    for tag in TAGS:
        parts += [f"## {tag['name'].capitalize()}", tag["description"]]
        for path, calls in described["paths"].items():
            for method, call in calls.items():
                if tag["name"] in call["tags"]:
                    parts += call_section(f"{method.upper()} {path}", call, described["components"]["schemas"])
        if tag["name"] == "jobs":
            parts += ["### WEBSOCKET /ws", inspect.getdoc(listen) or ""]
    return page(parts)


def call_section(title: str, call: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    """One call: what it does, its parameters, examples of request and answer, and the problems of its own."""
    parameters = [
        (f"`{one['name']}`", one["in"], "yes" if one["required"] else "", one.get("description", ""))
        for one in call.get("parameters", ())
    ]
    status, answer = next((status, answer) for status, answer in call["responses"].items() if status.startswith("2"))
    own = sorted({*call["responses"]} - {"400", "414", "500", "503", "307", status})
    return [
        f"### {title}",
        f"{call['summary']}. {call['description']}",
        table(("parameter", "in", "required", "meaning"), parameters) if parameters else "",
        *requests(call.get("requestBody", {}).get("content", {})),
        f"Answers {status}:",
        *answers(answer["content"], schemas),
        f"Problems: {', '.join(own)}." if own else "",
    ]


def requests(content: Mapping[str, Any]) -> Iterable[str]:
    """Examples of what is sent."""
    for kind, body in content.items():
        told = "" if kind == "application/json" else f" as `{kind}`"
        examples = body["examples"].values() if "examples" in body else [{"summary": "", "value": body["example"]}]
        for example in examples:
            yield f"Request{told}{': ' + example['summary'] if example['summary'] else ''}"
            yield code(example["value"])


def answers(content: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterable[str]:
    """Examples of what is answered."""
    for kind, body in content.items():
        schema = body.get("schema", {})
        references = [one["$ref"] for one in (schema, *schema.get("anyOf", ())) if "$ref" in one]
        for reference in references:
            yield from map(code, schemas[reference.rpartition("/")[2]]["examples"])
        if "example" in body:
            yield f"```\n{body['example'].strip()}\n```"
        elif not references:
            yield f"or `{kind}`."


def code(example: object) -> str:
    """An example as JSON."""
    return f"```json\n{spread(example)}\n```"


def spread(value: object, indent: str = "") -> str:
    """JSON that takes a line where it fits on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent + line) <= 100 or not isinstance(value, dict | list):
        return line
    inner = f"{indent}  "
    if isinstance(value, list):
        return "[" + ",".join(f"\n{inner}{spread(item, inner)}" for item in value) + f"\n{indent}]"
    items = (f"\n{inner}{json.dumps(name)}: {spread(item, inner)}" for name, item in value.items())
    return "{" + ",".join(items) + f"\n{indent}}}"


def tables_page() -> str:
    """Every table of the database."""
    from forecastle.storage.tables import METADATA

    parts = [
        "# Tables",
        "The database has the same tables on SQLite and on PostgreSQL; types are written as PostgreSQL calls them. "
        "Read them with any tool, but leave writing to Forecastle. `forecastle db upgrade` brings an older database to "
        "this schema and keeps what is in it. [Why it is built this way](../why/storage.md)",
    ]
    for made in METADATA.sorted_tables:
        parts += [
            f"## {made.name}",
            made.comment or "",
            table(("column", "type", "refers to"), map(column, made.columns)),
        ]
    return page(parts)


def column(of: "Column[Any]") -> tuple[str, str, str]:
    """One row a column of a table."""
    from sqlalchemy.dialects.postgresql import dialect

    kind = of.type.compile(dialect())  # type: ignore[no-untyped-call] # SQLAlchemy has no types here
    words = [kind.lower(), *["primary key"] * of.primary_key, *["may be null"] * bool(of.nullable)]
    return f"`{of.name}`", ", ".join(words), ", ".join(f"`{key.target_fullname}`" for key in of.foreign_keys)


def sentence(thing: type) -> str:
    """The first paragraph of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def table(head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


def page(parts: list[str]) -> str:
    """Paragraphs as one page."""
    return "\n\n".join([NOTICE, *(part for part in parts if part)]) + "\n"


def recipes_page() -> str:
    """Every kind of step with its fields, and what formulas know."""
    parts = [
        "# Steps of recipes",
        "A recipe is a JSON list of steps: "
        '`[{"step": "missing", "method": "median"}]`. Steps are listed in the order in which they are usually taken; '
        "`GET /recipes/steps` tells the same to programs. [How they are used](../how-to/clean-with-recipes.md)",
    ]
    for kind in step_kinds():
        back = " There is an exact way back." if kind.reversible else ""
        rows = [
            (f"`{field.name}`", ", ".join(field.choices) or field.kind, _default_of(field), field.description)
            for field in kind.fields
        ]
        parts += [
            f"## {kind.step}",
            f"{kind.description}{back}",
            table(("field", "accepts", "default", "meaning"), rows),
        ]
    known = ", ".join(f"`{name}`" for name in (*FUNCTIONS, *WINDOWS, "col", "date"))
    parts += [
        "## Formulas",
        "Numbers, texts, names of columns, `+ - * / // % **`, `< <= > >= == !=`, `and`, `or`, `not`, "
        f"`a if condition else b`, and the functions {known}. `lag`, `change`, `rolling_mean` and `rolling_sum` take a "
        "column and a number of rows of the same series; `col('my column')` is a column whose name is no word, "
        "`date('2026-01-01')` a day.",
    ]
    return page(parts)


def _default_of(field: StepField) -> str:
    if field.required:
        return "required"
    return "" if field.default in (None, "", [], {}) else f"`{field.default}`"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "models.md": models_page,
    "cli.md": cli_page,
    "tables.md": tables_page,
    "http.md": http_page,
    "recipes.md": recipes_page,
}


def main() -> int:
    """Write or check all pages."""
    parser = argparse.ArgumentParser(description="Write docs/reference from the code.")
    parser.add_argument("--check", action="store_true", help="Change nothing; fail when a page is out of date.")
    check = parser.parse_args().check
    stale = [
        name
        for name, render in PAGES.items()
        if not (REFERENCE / name).is_file() or (REFERENCE / name).read_text() != render()
    ]
    for name in stale:
        if not check:
            (REFERENCE / name).write_text(PAGES[name]())
        print(f"docs/reference/{name}: {'out of date; run `make reference`' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
