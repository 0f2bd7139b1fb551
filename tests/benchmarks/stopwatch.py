"""Times a browser page from the browser's own event to the changed pixels, and counts its bytes."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Response, WebSocket

WATCH = """
window.times = {};
for (const type of ["pointermove", "pointerup", "click"])
  addEventListener(type, event => (window.times[type] = event.timeStamp), true);
window.every = (selector, root = document) => {
  const found = [...root.querySelectorAll(selector)];
  for (const host of root.querySelectorAll("*"))
    if (host.shadowRoot) found.push(...window.every(selector, host.shadowRoot));
  return found;
};
window.loaded = selector =>
  window.every(selector).filter(image => image.complete && image.naturalWidth > 0);
// Resolves with ms since the last event of a type, or since navigation, when the frame in which
// `test` was seen to hold is painted, that is when the next one begins;
// with NaN after a minute.
window.until = (test, type) => new Promise(done => {
  const asked = performance.now();
  const look = () => {
    const began = type ? window.times[type] : 0;
    if (performance.now() - asked > 60000) return done(NaN);
    if (began === undefined || !test()) return requestAnimationFrame(look);
    requestAnimationFrame(() => done(performance.now() - began));
  };
  look();
});
"""


class Stopwatch:
    """A fresh page that is timed.

    It counts bytes: `down` and `up` by websocket, `fetched` by the app's own addresses, `told` the
    part of these that is no picture.

    Args:
        browser: Where it is opened.
    """

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(
            bypass_csp=True, viewport={"width": 1440, "height": 900}
        )
        self.page: Page = self._context.new_page()
        self.page.add_init_script(WATCH)
        self.page.set_default_timeout(120_000)
        self._session: CDPSession | None = None
        self.down = self.up = self.fetched = self.told = 0
        self.page.on("websocket", self._listen)
        self.page.on("response", self._count)

    def open(self, url: str, test: str) -> float:
        """Open an address and give ms until `test` holds and was painted."""
        self.page.goto(url, wait_until="commit")
        return float(self.page.evaluate(f"window.until(() => {test})"))

    def time(self, event: str, test: str, act: Callable[[], Any]) -> float:
        """Ms from the last `event` of what `act` does until `test` holds and was painted."""
        self.page.evaluate(
            f"() => {{ window.times = {{}}; window.waiting = window.until(() => {test}, '{event}') }}"
        )
        act()
        return float(self.page.evaluate("() => window.waiting"))

    def bytes_of(self, act: Callable[[], Any]) -> tuple[Any, int, int, int]:
        """Do something; give its result and what was counted: `down`, `up` and `told`."""
        self.rest()
        down, up, told = self.down, self.up, self.told
        result = act()
        self.rest()
        return result, self.down - down, self.up - up, self.told - told

    def idle(self, test: str = "true") -> None:
        """Wait until `test` holds and no script of the page runs."""
        state = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState"
        self.page.wait_for_function(f"() => {state} === 'notRunning' && ({test})")
        self.rest()

    def rest(self, seconds: float = 0.7) -> None:
        """Wait until the websocket is quiet."""
        seen = -1
        while seen != self.down + self.up:
            seen = self.down + self.up
            self.page.wait_for_timeout(1000 * seconds)

    def heap(self) -> float:
        """Megabytes that scripts hold after a collection, array buffers included."""
        session = self._context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")
        return float((used["usedSize"] + used.get("backingStorageSize", 0)) / 1e6)

    def busy(self) -> float:
        """Seconds of CPU that the main thread of the page has used since this was first asked."""
        if self._session is None:
            self._session = self._context.new_cdp_session(self.page)
            self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        told = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))

    def close(self) -> None:
        """Close the page."""
        self._context.close()

    def _listen(self, socket: WebSocket) -> None:
        def came(data: str | bytes) -> None:
            self.down += len(data)

        def went(data: str | bytes) -> None:
            self.up += len(data)

        socket.on("framereceived", came)
        socket.on("framesent", went)

    def _count(self, response: Response) -> None:
        if "/api/" in response.url:
            size = int(response.headers.get("content-length", 0))
            self.fetched += size
            if "/thumb/" not in response.url and "/image/" not in response.url:
                self.told += size


def wait_until(test: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)
