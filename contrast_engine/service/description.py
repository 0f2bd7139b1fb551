"""The OpenAPI description, and the same as one page that loads nothing from anywhere."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic.json_schema import models_json_schema

from contrast_engine.service.schema import ImagesSent

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    "code{background:#8882;padding:.1em .3em}td{padding:.1em 1em .1em 0;vertical-align:top}"
    ":root{color-scheme:light dark}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


ABOUT = ("/docs", "/openapi.json")
"""Where it is served."""


def described(app: FastAPI, text: str, *, has_keys: bool) -> dict[str, Any]:
    """The description of an application, with the bodies that it reads by hand, and the key."""
    document = get_openapi(
        title=app.title, version=app.version, description=text, routes=app.routes
    )
    _, defined = models_json_schema(
        [(ImagesSent, "validation")], ref_template="#/components/schemas/{model}"
    )
    parts = document["components"]
    parts["schemas"] |= defined["$defs"]
    if has_keys:
        parts["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        for path in set(document["paths"]) - {"/healthz", "/readyz"}:
            for operation in document["paths"][path].values():
                operation["security"] = [{"bearer": []}, {"header": []}]
    return document


def add_description(app: FastAPI, document: dict[str, Any]) -> None:
    """Serve a description, for programs and for people."""
    page = docs_page(document)

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> JSONResponse:
        return JSONResponse(document)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def docs_page(description: dict[str, Any]) -> str:
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
    return "\n".join(parts)


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
