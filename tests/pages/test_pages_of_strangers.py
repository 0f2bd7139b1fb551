"""Pages and addresses of a collection that somebody else has made: words, and nothing of theirs."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from contrast_engine import server
from contrast_engine.store import Workspace
from contrast_engine.store.artifacts import KINDS
from tests import strangers

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"
PAGES = re.findall(r'st\.Page\("([a-z_/]+\.py)", title=', SHELL.read_text(encoding="utf-8"))
OF_A_COLLECTION = [page for page in PAGES if not page.startswith("help/")]
HOSTILE = (
    "labels of markup, of very long names, of another type",
    "results: nothing is said of them",
    "results: numbers that are none",
    "files: markup",
)
ADDRESSES = (
    "team", "work", "newest", "filter", "filter?key=label", "typical/{clusters}",
    "map/{map}/xy", "map/{map}/ids", "map/{map}/colour/label", "map/{map}/colour/mean_y",
    "map/{map}/values/mean_y", "map/{map}/colour/cluster@{clusters}", "thumb/{image}",
    "image/{image}", "full/{image}", "planes/{image}", "about/{image}", "jobs/{map}/events",
    "selection/{map}/zip",
)  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_every_page_opens_or_says_why_not(name: str, at_stage, visit, tmp_path: Path) -> None:
    workspace = at_stage("labelled")
    workspace.close()
    strangers.MAKERS[name](workspace.root, tmp_path)
    app = visit(PAGES[0])
    for page in OF_A_COLLECTION:
        app = app.switch_page(page).run()
        assert not app.exception, (page, [(e.message, e.stack_trace) for e in app.exception])
        for one in app.get("html"):
            assert "<script>alert" not in one.proto.body, page


def test_what_this_program_says_of_its_results_is_of_the_types_it_knows(
    at_stage: Callable[[str], Workspace],
) -> None:
    workspace = at_stage("validated")
    names = set()
    for kind in KINDS:
        for made in workspace.artifacts(kind):
            names |= {name for name in made.details if made.details[name] is not ...}
    assert {"labels", "summary", "explained", "calibration", "pass"} <= names


async def answers(app: Starlette, asked: list[str]) -> list[httpx.Response]:
    transport = httpx.ASGITransport(app)  # an error of the server is one here
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return [await client.get(address) for address in asked]


@pytest.mark.parametrize(
    "name", [*HOSTILE, "files: /etc/passwd", "thumbnails: a page with a script"]
)
def test_every_address_answers_or_says_why_not(name: str, at_stage, tmp_path: Path) -> None:
    workspace = at_stage("labelled")
    known = {
        "map": workspace.current("maps"), "clusters": workspace.current("clusterings"),
        "image": next(iter(workspace.images.ids)),
    }  # fmt: skip
    workspace.close()
    strangers.MAKERS[name](workspace.root, tmp_path)
    server.open_workspace(workspace.root)
    app = Starlette(routes=server.routes())
    asked = [f"/api/{workspace.id}/{address.format(**known)}" for address in ADDRESSES]
    for address, answer in zip(ADDRESSES, asyncio.run(answers(app, asked)), strict=True):
        assert answer.status_code in (200, 400, 404, 409, 410, 422), (address, answer.text[:200])
        assert b"root:" not in answer.content, address
        kind = answer.headers["content-type"]
        assert not kind.startswith(("text/html", "image/svg")), address
        if b"<svg" in answer.content or b"<script" in answer.content:
            assert kind.startswith(("application/json", "image/webp")), (address, kind)
