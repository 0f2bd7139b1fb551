"""The map under fingers, on a trackpad, on a sharp screen, and after its graphics were taken away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.app_server import AppServer
from tests.browser.driving_map import MARKED, VIEW, WHERE

ZOOM = "root => root.atlas.view.zoom"
DRAWN = """root => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const { atlas } = root, { gl } = atlas.painter, { width, height } = atlas.canvas;
  atlas.isStale = true;
  atlas._drawPoints();
  const pixels = new Uint8Array(4 * width * height);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  done(pixels.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 200), 0));
})))"""


Touch = Callable[..., None]


@pytest.fixture
def touch(page: Page) -> Touch:
    """Put fingers down, move and lift them."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return send


@pytest.fixture
def middle(points: Locator) -> tuple[float, float]:
    box = points.locator("canvas.points").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_two_fingers_zoom_and_one_finger_moves(
    page: Page, points: Locator, middle: tuple[float, float], touch: Touch
) -> None:
    x, y = middle
    start = points.evaluate(VIEW)
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x + 12 * step, y))
    touch("touchEnd")
    moved = points.evaluate(VIEW)
    assert moved != start
    assert points.evaluate(ZOOM) == 1
    touch("touchStart", (x - 30, y), (x + 30, y))
    for step in range(1, 6):
        touch("touchMove", (x - 30 - 12 * step, y), (x + 30 + 12 * step, y))
    touch("touchEnd")
    assert points.evaluate(ZOOM) == pytest.approx(3, rel=0.1)
    assert points.evaluate(MARKED) == []
    assert "image=" not in page.url


def test_a_tap_opens_the_image_under_the_finger(page: Page, points: Locator, touch: Touch) -> None:
    x, y, image = points.evaluate(WHERE, 4)
    touch("touchStart", (x, y))
    touch("touchEnd")
    page.wait_for_url(f"**image={image}**")


def test_a_pinch_on_a_trackpad_zooms_where_the_pointer_is_and_not_the_page(
    page: Page, points: Locator, middle: tuple[float, float]
) -> None:
    x, y = middle
    page.mouse.move(x + 60, y - 40)
    place = "(root, [x, y]) => { const box = root.atlas.canvas.getBoundingClientRect(); return root.atlas.view.toMap(x - box.x, y - box.y); }"
    before = points.evaluate(place, [x + 60, y - 40])
    page.keyboard.down("Control")  # how a browser tells of a pinch
    page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    assert points.evaluate(ZOOM) > 1.5
    assert points.evaluate(place, [x + 60, y - 40]) == pytest.approx(before, abs=0.02)
    assert page.evaluate("visualViewport.scale") == 1


def test_a_lost_graphics_context_comes_back_with_all_that_was_drawn(points: Locator) -> None:
    before = points.evaluate(DRAWN)
    assert before > 500
    points.evaluate(
        """root => {
      const { gl } = root.atlas.painter, power = gl.getExtension("WEBGL_lose_context");
      root.back = new Promise(done => root.atlas.canvas.addEventListener("webglcontextrestored", done));
      power.loseContext();
      setTimeout(() => power.restoreContext(), 50);
      return root.back.then(() => true);
    }"""
    )
    assert points.evaluate(DRAWN) == pytest.approx(before, rel=0.02)


def test_a_sharp_screen_is_drawn_with_all_its_pixels(
    browser: Browser, app_server: AppServer
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, device_scale_factor=2)
    page = context.new_page()
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-shows]")
    points = page.locator(".map")
    box = points.locator("canvas.points").bounding_box()
    assert box
    assert points.evaluate("root => root.atlas.canvas.width") == pytest.approx(
        2 * box["width"], abs=2
    )
    x, y, image = points.evaluate(WHERE, 6)
    page.mouse.click(x, y)
    page.wait_for_url(f"**image={image}**")
    expect(page.locator(f'img[src*="/image/{image}"]')).to_be_visible()
    context.close()


def test_one_point_far_away_does_not_shrink_the_rest(points: Locator) -> None:
    spread = """async root => {
      const n = 400, xy = new Float32Array(2 * n), ids = new Uint8Array(8 * n), codes = new Uint8Array(n);
      for (let i = 0; i < n; i++) xy.set([(i % 20) / 20, Math.floor(i / 20) / 20], 2 * i);
      for (let i = 0; i < n; i++) ids.set([i >> 8, i & 255], 8 * i + 6);
      xy.set([1e6, -1e6], 0);
      const at = array => URL.createObjectURL(new Blob([array]));
      const { data, log: { send } } = root.atlas;
      const urls = { ...data.urls, xy: at(xy), ids: at(ids), colour: at(codes) };
      await root.atlas.update({ ...data, n, urls, axes: { ...data.axes, ticks: false } }, send);
      const [[x0], [x1]] = [root.atlas._screen(20), root.atlas._screen(39)];
      return (x1 - x0) / root.atlas.view.height;
    }"""
    assert points.evaluate(spread) > 0.6
    expect(points.get_by_role("button", name="Show all: 1 point lies outside")).to_be_visible()
