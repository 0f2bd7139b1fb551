"""The modules of the components one by one, in the browser: the tests in `units/*.test.js`."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from pages.components import HOME

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
