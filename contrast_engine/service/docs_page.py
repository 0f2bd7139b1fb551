"""The description of the routes as one page that loads nothing from anywhere."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    "code{background:#8882;padding:.1em .3em}td{padding:.1em 1em .1em 0;vertical-align:top}"
    ":root{color-scheme:light dark}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def docs_page(description: dict[str, Any]) -> HTMLResponse:
    """Every route of an OpenAPI description, with what it takes and gives."""
    about = description["info"]
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(about['title'])}</title>",
        f"<style>{_STYLE}</style><h1>{escape(about['title'])} {escape(about['version'])}</h1>",
        f"<p>{escape(about['description'])}</p>",
        '<p>For programs: <a href="/openapi.json">openapi.json</a>.</p>',
    ]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            parts += _operation(path, method, operation)
    parts.append("<h2>Types</h2>")
    for name, schema in description["components"]["schemas"].items():
        parts += _type(name, schema)
    return HTMLResponse("\n".join(parts), headers={"Content-Security-Policy": _POLICY})


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('description', ''))}</p><table>"
    for parameter in operation.get("parameters", ()):
        yield _row(f"?{parameter['name']}=", parameter.get("description", ""))
    for kind in operation.get("requestBody", {}).get("content", {}):
        yield _row("body", kind)
    for status, answer in operation["responses"].items():
        yield _row(status, answer["description"])
    yield "</table>"


def _type(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"<h3>{escape(name)}</h3><p>{escape(schema.get('description', ''))}</p><table>"
    for field, about in schema.get("properties", {}).items():
        yield _row(field, about.get("description", ""))
    yield "</table>"


def _row(name: str, text: str) -> str:
    return f"<tr><td><code>{escape(name)}</code><td>{escape(text)}"
