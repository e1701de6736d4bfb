"""The page of the HTTP calls."""

import inspect
import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Any

from forecastle.server.api.app import create_app
from forecastle.server.api.openapi import TAGS
from forecastle.server.api.routes.events import listen
from forecastle.settings import Settings
from reference.markdown import page, table


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
