"""The modules of the components one by one, in the browser: the tests in `units/*.test.js`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route

from contrast_engine.figures.flow import flow
from pages.components import HOME
from tests.test_figure_axes import MADE

UNITS = Path(__file__).parent / "units"
SENTENCE = re.compile(r'^test\("([^"]+)", ', re.M)
FOLDERS = {"components": HOME, "units": UNITS}
HOST = "http://localhost"
"""Where the sources seem to lie; nothing is asked of any server."""

RUN = """async ([unit, sentence]) => {
  const [{ tests }] = await Promise.all([import("/units/testing.js"), import(`/units/${unit}`)]);
  await tests.get(sentence)();
}"""


def sentences() -> list[tuple[str, str]]:
    """Each test as its file and its sentence."""
    return [
        (unit.name, sentence)
        for unit in sorted(UNITS.glob("*.test.js"))
        for sentence in SENTENCE.findall(unit.read_text("utf-8"))
    ]


def serve(route: Route) -> None:
    folder, _, name = urlsplit(route.request.url).path.lstrip("/").partition("/")
    if folder not in FOLDERS:
        route.fulfill(body="<!doctype html>", content_type="text/html")
        return
    route.fulfill(body=(FOLDERS[folder] / name).read_text("utf-8"), content_type="text/javascript")


ROWS = """async figure => (await import("/components/figure/figure_table.js")).figureRows(figure)"""
FIGURES = {**MADE, "flow": lambda: flow(np.array([[2]]), ["a"], ["b"], [0])}
LEAST_ROWS = {"bars": 1, "flow": 1, "abstaining_batches": 3, "dendrogram": 6}
"""Rows of the numbers of a figure; two or more where nothing is said here."""


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page that can import the modules as they lie in the repository."""
    context = browser.new_context()
    page = context.new_page()
    page.route(f"{HOST}/**", serve)
    page.goto(HOST)
    yield page
    context.close()


@pytest.mark.parametrize(("unit", "sentence"), sentences())
def test_in_the_browser(blank: Page, unit: str, sentence: str) -> None:
    blank.evaluate(RUN, [unit, sentence])


@pytest.mark.parametrize(
    "module", sorted(HOME.glob("*/*.js")), ids=lambda m: f"{m.parent.name}/{m.name}"
)
def test_every_module_can_be_imported_by_itself(blank: Page, module: Path) -> None:
    blank.evaluate(
        "address => import(address).then(() => null)",
        f"/components/{module.parent.name}/{module.name}",
    )


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_gives_its_numbers_below_the_titles_of_its_axes(
    blank: Page, name: str
) -> None:
    figure = json.loads(FIGURES[name]().to_json())
    header, *rows = blank.evaluate(ROWS, figure)
    assert len(rows) >= LEAST_ROWS.get(name, 2)
    assert all(len(row) == len(header) for row in rows)
    assert any(isinstance(cell, int | float) for row in rows for cell in row)
    titles = {
        part["title"]["text"]
        for key, part in figure["layout"].items()
        if re.fullmatch(r"[xy]axis\d*", key) and part.get("title", {}).get("text")
    }
    assert titles <= {column.removesuffix(" (row)").removesuffix(" (up)") for column in header}
    has_intervals = name in {"agreements", "reliability", "ranking", "abstaining_batches",
                             "label_efficiency"}  # fmt: skip
    assert sum(column.endswith(" end") for column in header) == 2 * has_intervals
