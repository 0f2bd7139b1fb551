"""Every page for everyone: by a screen reader, in either theme, in a small window, at 200 % zoom."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from contrast_engine import Workspace, steps
from tests.browser.app_server import AppServer
from tests.browser.open_pages import addresses, open_page
from tests.browser.watching import Watched, forget

GRAVE = {"serious", "critical"}
WIDE, SMALL = {"width": 1440, "height": 900}, {"width": 1280, "height": 720}
ZOOMED = {"width": 640, "height": 360}
"""What a window of 1280 x 720 leaves to the page at 200 %."""

FOUND = {"resultTypes": ["violations"]}
"""What is in order is counted, not described: describing it takes longer than the checks."""

AXE = Axe().axe_script
VIOLATIONS = "options => axe.run(document, options).then(found => found.violations)"
"""Of the script that is there already: put in for each run it takes a tenth of the time."""

ONLY = {"light": FOUND, "dark": {**FOUND, "runOnly": ["color-contrast"]}}

LOADED = (
    "map?image={image}&selection={selection}",
    "gallery?image={image}&selection={selection}",
    "image?image={image}",
    "whatif?image={image}",
    "odd?view=like&image={image}",
    "odd?view=double",
    "issues",
    "label?queue=random&who=Ada",
    "pairs?who=Ben",
)

AS_LOADED = {"map", "gallery", "whatif"}
"""What these show by their bare address is on them, too, where they are loaded."""

OVERLAPS = """() => {
  const visible = element => {
    const { width, height } = element.getBoundingClientRect();
    const isEmpty = element.tagName === "P" && !element.innerText.trim();
    return width > 2 && height > 2 && !isEmpty
      && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && !element.closest("details:not([open]) > :not(summary)")
      && !element.closest(".st-key-inspector, .st-key-bar-place"); // these lie over the page
  };
  // what scrolls inside a box of its own is cut off at its edge
  const seen = element => {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    for (let box = element.parentElement; box; box = box.parentElement) {
      if (getComputedStyle(box).overflow === "visible") continue;
      const edge = box.getBoundingClientRect();
      left = Math.max(left, edge.left); right = Math.min(right, edge.right);
      top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom);
    }
    return { left, top, right, bottom };
  };
  const main = document.querySelector("[data-testid=stMain]");
  const things = [...main.querySelectorAll(
    "h1, h2, h3, p, label, button, input, [role=slider], [role=combobox], .figure, canvas.points",
  )].filter(visible);
  const boxes = things.map(seen), found = [];
  for (let i = 0; i < things.length; i++)
    for (let k = i + 1; k < things.length; k++) {
      const [a, b] = [things[i], things[k]], [p, q] = [boxes[i], boxes[k]];
      const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (!(wide > 3 && high > 3)) continue;
      if (a.contains(b) || b.contains(a) || a.closest("[data-testid=stSlider]")) continue;
      const near = a.closest("[data-baseweb], [role=group], .chart-place, [data-testid=stTextInput], [data-testid=stSelectbox], [data-testid=stNumberInput]");
      if (!(near && near.contains(b)))
        found.push(`${a.tagName} '${a.innerText?.slice(0, 40)}' and ${b.tagName} '${b.innerText?.slice(0, 40)}'`);
    }
  if (main.scrollWidth > main.clientWidth + 1) found.push(`${main.scrollWidth} px wide in ${main.clientWidth}`);
  return found;
}"""


@pytest.fixture(scope="module")
def full(app_server: AppServer) -> dict[str, str]:
    """The app over a workspace in which there is something to see on every page."""
    workspace = Workspace(app_server.workspace)
    workspace.labels.define(["low", "high"], is_ordered=True)
    ids = workspace.images.ids
    for row, image in enumerate(ids[:16]):
        workspace.labels.add([image], ("low", "high")[row % 2])
    steps.pseudo_label(workspace)
    steps.validate(workspace)
    return {"image": ids[3], "selection": workspace.selections.put(ids[5:25])}


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Page]:
    """One page for all addresses: a fresh context each would cost more than the checks."""
    context = browser.new_context(viewport=WIDE)
    yield context.new_page()
    context.close()


def settled_overlaps(page: Page) -> list[str]:
    """What overlaps once figures have followed the size of the window, in three seconds at most."""
    for _ in range(15):
        page.wait_for_timeout(200)
        found: list[str] = page.evaluate(OVERLAPS)
        if not found:
            break
    return found


@pytest.mark.parametrize("address", [*(a for a in addresses() if a not in AS_LOADED), *LOADED])
def test_a_page_opens_by_its_address_and_can_be_used_by_everyone(
    address: str, app_server: AppServer, full: dict[str, str], opened: Page
) -> None:
    opened.goto("about:blank")  # so that the page before is not drawn once more
    opened.set_viewport_size(WIDE)
    opened.emulate_media(color_scheme="light")
    forget(opened, app_server.url)
    with Watched(opened.context) as watched:
        open_page(opened, f"{app_server.url}/{address.format(**full)}")
        look_at(opened)
    assert not watched.thrown, f"scripts threw: {watched.thrown}"
    assert not watched.left, f"requests left this machine: {watched.left}"


def look_at(opened: Page) -> None:
    opened.add_style_tag(content="* { transition: none !important }")  # no colour on its way
    opened.wait_for_timeout(300)  # components and figures draw after the script has run
    opened.evaluate(AXE)
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        opened.wait_for_timeout(150)
        # what does not depend on colours is the same in both themes
        found = opened.evaluate(VIOLATIONS, ONLY[scheme])
        grave = [
            (one["id"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in found
            if one["impact"] in GRAVE
        ]
        assert not grave, f"in the {scheme} theme"
    for size in (SMALL, ZOOMED):
        opened.set_viewport_size(size)
        assert settled_overlaps(opened) == [], f"at {size['width']} x {size['height']}"


def test_the_checks_can_see_what_is_wrong(opened: Page) -> None:
    opened.set_content(
        """<html lang="en"><title>Wrong</title><main data-testid="stMain"><img src="x.png">
        <h1 style="margin:0">One title</h1><h2 style="margin-top:-20px">over another</h2></main>"""
    )
    violations = Axe().run(opened).response["violations"]
    assert "image-alt" in {one["id"] for one in violations if one["impact"] in GRAVE}
    assert "H1" in opened.evaluate(OVERLAPS)[0]


def tab_to(page: Page, wanted: str, most: int = 150) -> None:
    """Press Tab until what has the focus matches a selector, also inside a component."""
    held = """wanted => {
      let held = document.activeElement;
      while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
      return !!held?.matches(wanted);
    }"""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(held, wanted):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_from_the_map_to_an_image_the_gallery_and_what_if_by_keyboard_alone(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    tab_to(page, "canvas.points")
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**image=**")
    expect(page.get_by_role("link", name="Look closely")).to_be_visible()
    tab_to(page, "a[href^='image?']:not([href*='full'])")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Image")
    page.reload()  # the focus starts at the top of a page that is opened
    expect(page.locator(".viewer[data-shown]")).to_be_visible()
    tab_to(page, ".st-key-menu a[href*='gallery']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Gallery")
    expect(page.locator(".gallery .tile")).not_to_have_count(0)
    tab_to(page, ".tile")
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**image=**")
    expect(page.get_by_role("link", name="What if").last).to_be_visible()
    tab_to(page, "a[href^='whatif?']")
    page.keyboard.press("Enter")
    after = page.get_by_alt_text("The image after")
    same = page.get_by_alt_text("The image before")
    expect(after).to_be_visible()
    assert after.get_attribute("src") == same.get_attribute("src")
    tab_to(page, "[role=slider], input[type=range]")
    page.keyboard.press("PageUp")
    expect(after).not_to_have_attribute("src", same.get_attribute("src") or "")
