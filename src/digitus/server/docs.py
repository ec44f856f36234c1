"""OpenAPI -> one HTML page that needs no script and nothing from another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from digitus.server.problems import KINDS

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} {version}: HTTP API</title>
<link rel="stylesheet" href="server.css">
</head>
<body>
<main>
<h1>{title} {version}</h1>
<p>{summary} For programs there is <a href="openapi.json">openapi.json</a>.</p>
"""
FOOT = "</main>\n</body>\n</html>\n"
INDENT = " " * 4  # as in Markdown: what stands so far in is an example


def page(api: Mapping[str, Any]) -> str:
    """Write down an API.

    Args:
        api: Its OpenAPI description.
    """
    about = {key: escape(str(api["info"].get(key, ""))) for key in ("title", "version", "summary")}
    parts = [HEAD.format(**about)]
    for path, methods in api["paths"].items():
        for method, call in methods.items():
            parts += _call(method.upper(), path, call)
    parts += _problems()
    parts += _schemas(api.get("components", {}).get("schemas", {}))
    return "".join([*parts, FOOT])


def _call(method: str, path: str, call: Mapping[str, Any]) -> Iterator[str]:
    yield f'<section id="{escape(call["operationId"])}">\n'
    yield f"<h2><code>{method} {escape(path)}</code> {escape(call['summary'])}</h2>\n"
    yield from _paragraphs(call.get("description", ""))
    if call.get("security"):
        yield "<p>Needs an API key: <code>Authorization: Bearer KEY</code></p>\n"
    rows = [
        (one["name"], _type(one["schema"]), one.get("description", ""))
        for one in call.get("parameters", [])
    ]
    yield from _table(("in the address", "", ""), rows)
    body = call.get("requestBody", {}).get("content", {})
    yield from _table(
        ("body", ""), [(kind, _type(content["schema"])) for kind, content in body.items()]
    )
    yield from _table(
        ("answer", "", ""),
        [
            (status, one["description"], " or ".join(one.get("content", {})))
            for status, one in sorted(call["responses"].items())
        ],
    )
    yield "</section>\n"


def _paragraphs(text: str) -> Iterator[str]:
    """Write paragraphs; what is indented is an example, what is in backticks is code."""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith(INDENT):
            yield f"<pre>{escape(block.replace(chr(10) + INDENT, chr(10)).strip())}</pre>\n"
        else:
            yield f"<p>{_code(block)}</p>\n"


def _code(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def _type(schema: Mapping[str, Any]) -> str:
    """Say in a few words what a value is."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"] if one.get("type") != "null")
    if schema.get("format") == "binary":
        return "bytes"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if schema.get("type") == "object" and "properties" in schema:
        return ", ".join(f"{key}: {_type(one)}" for key, one in schema["properties"].items())
    bounds = [f"{schema[key]:g}" for key in ("minimum", "maximum") if key in schema]
    return f"{schema.get('type', 'anything')}{' ' if bounds else ''}{' to '.join(bounds)}"


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield "<table>\n<tr>"
    yield from (f"<th>{escape(heading)}</th>" for heading in headings)
    yield "</tr>\n"
    for row in rows:
        first, *others = map(_code, row)
        yield f"<tr><td><code>{first}</code></td>"
        yield from (f"<td>{cell}</td>" for cell in others)
        yield "</tr>\n"
    yield "</table>\n"


def _problems() -> Iterator[str]:
    yield '<section id="problems">\n<h2>Problems</h2>\n'
    yield "<p>Every error is <code>application/problem+json</code>: its <code>type</code> ends "
    yield "with one of these names, its <code>detail</code> says what to do.</p>\n<table>\n"
    for name, kind in KINDS.items():
        yield f'<tr id="{name}"><td><code>{name}</code></td><td>{kind.status}</td>'
        yield f"<td>{escape(kind.title)}</td></tr>\n"
    yield "</table>\n</section>\n"


def _schemas(schemas: Mapping[str, Any]) -> Iterator[str]:
    yield '<section id="schemas">\n<h2>Answers in JSON</h2>\n'
    for name, schema in schemas.items():
        if "properties" not in schema:
            continue
        yield f'<h3 id="schema-{escape(name)}">{escape(name)}</h3>\n'
        yield from _paragraphs(schema.get("description", ""))
        rows = [
            (
                key,
                _type(one),
                one.get("description", json.dumps(one["const"]) if "const" in one else ""),
            )
            for key, one in schema["properties"].items()
        ]
        yield from _table(("member", "", ""), rows)
    yield "</section>\n"
