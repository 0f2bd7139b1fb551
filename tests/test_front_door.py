"""Every address is a page, or says which pages there are."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from contrast_engine import server
from pages.components import SCRIPTS, front_door
from pages.components.front_door import early
from tests.browser.open_pages import addresses

INDEX = (
    f"<!DOCTYPE html><html><head><title>Streamlit</title></head><body>{'x' * 2000}</body></html>"
)


def asked(path, pages, *, base="", method="GET", **headers):
    """What a server like Streamlit's answers behind the door: its start page, wherever one asks."""

    def start_page(request):
        if request.headers.get("if-none-match"):
            return Response(status_code=304)
        return HTMLResponse(INDEX, headers={"ETag": '"old"'})

    routes = [
        Route("/favicon.png", lambda _: Response(b"png", media_type="image/png")),
        Route("/{path:path}", start_page),
    ]
    door = server.front_door(pages, lambda page: f"const mine = '{page}';", base)
    app = Starlette(routes=routes, middleware=[*door, Middleware(GZipMiddleware)])

    async def once():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(
                method, path, headers={n.replace("_", "-"): v for n, v in headers.items()}
            )

    with ThreadPoolExecutor(1) as thread:  # a browser test's loop may be running in this one
        return thread.submit(asyncio.run, once()).result()


PAGES = {"map": "Map", "gallery": "Gallery <1>"}


def test_the_pages_are_those_of_the_navigation() -> None:
    assert set(front_door.addresses()) == set(addresses())
    assert len(front_door.addresses()) > 15


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", ""), ("/map", "map"), ("/gallery?image=1", "gallery"), ("/base/map", "map")],
)
def test_a_page_runs_its_script_first_and_is_never_a_stale_one(path, page) -> None:
    base = "base" if path.startswith("/base") else ""
    answer = asked(path, PAGES, base=base, if_none_match='"old"', accept_encoding="gzip")
    assert answer.status_code == 200
    assert answer.text.index(f"const mine = '{page}';") < answer.text.index("<title>")
    assert answer.text.endswith("</body></html>")
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("path", "guess"),
    [
        ("/map/foo", "Map"), ("/gallery/1/2?workspace=ab12&image=x", "Gallery &lt;1&gt;"),
        ("/nothing", ""), ("/Mapp", "Map"), ("/a/b/c/d", ""), ("/%3Cscript%3E", ""),
        (f"/{'x' * 3000}", ""), ("/map%0A", "Map"),
    ],
)  # fmt: skip
def test_an_unknown_address_says_so_and_leads_to_every_page(path, guess) -> None:
    answer = asked(path, PAGES)
    assert answer.status_code == 404
    assert "There is no page at" in answer.text
    assert ("Perhaps you look for" in answer.text) == bool(guess)
    assert f">{guess}</a>. " in answer.text or not guess
    assert "<script" not in answer.text
    assert len(answer.text) < 4000
    links = [urljoin(f"http://here{path}", to) for to in re.findall('href="([^"]+)"', answer.text)]
    kept = "?workspace=ab12" if "workspace" in path else ""
    assert {f"http://here/map{kept}", f"http://here/gallery{kept}"} == set(links)


def test_what_is_no_page_passes_as_it_is() -> None:
    assert asked("/favicon.png", PAGES).content == b"png"
    assert asked("/static/js/gone.js", PAGES).text == INDEX
    assert asked("/map/foo", PAGES, method="HEAD").status_code == 404


def test_a_page_says_early_which_scripts_it_needs_and_streamlit_has_them(monkeypatch) -> None:
    monkeypatch.setitem(SCRIPTS, "map", "/api/blob/1")
    asked_for = early.scripts("map")
    assert len([one for one in asked_for if one.startswith("./static/js/")]) == len(
        early.ELEMENTS + early.ELEMENTS_OF["map"]
    )
    assert "/api/blob/1" in asked_for
    assert "/api/blob/1" not in early.scripts("methods")
    assert early.scripts("") == []
    assert set(early.ELEMENTS_OF) | set(early.COMPONENTS_OF) <= set(front_door.addresses())
