"""The same map by st.plotly_chart as it comes: a page of its own, timed in the same way."""

import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser

from contrast_engine import Workspace
from contrast_engine.cli.app.machine import port_is_free
from tests.benchmarks.stopwatch import Stopwatch, wait_until

PAGE = """
import os
import plotly.express as px
import streamlit as st
from contrast_engine import Workspace

st.set_page_config(layout="wide")

@st.cache_resource
def everything():
    workspace = Workspace(os.environ["BENCHMARK_WORKSPACE"])
    place = workspace.load(workspace.current("maps"))
    clusters = workspace.load(workspace.current("clusterings"))
    features = workspace.load(workspace.current("features"))
    return workspace, place, clusters, features

workspace, place, clusters, features = everything()
by = st.radio("Colour", ["cluster", "c_rms", "gcf"], horizontal=True)
colour = clusters.cluster.astype(str) if by == "cluster" else features.column(by)
left, right = st.columns([3, 2])
with left:
    figure = px.scatter(x=place.values[:, 0], y=place.values[:, 1], color=colour,
                        custom_data=[list(place.ids)], render_mode="webgl")
    figure.update_layout(dragmode="lasso" if st.session_state.get("lasso") else "pan")
    event = st.plotly_chart(figure, on_select="rerun", key="chart", height=560)
with right:
    chosen = [point["customdata"][0] for point in event.selection.points]
    st.write(f"{len(chosen)} selected of {by}")
    st.image([workspace.thumbs.get(image) for image in chosen[:40]], width=88)
st.checkbox("lasso", key="lasso")
"""

IDLE = "window.every('[data-testid=stApp]')[0]?.dataset.testScriptState === 'notRunning'"
CHART = f"document.querySelector('.js-plotly-plot canvas') && {IDLE}"
SHOWN = "window.loaded('[data-testid=stImage] img')"


def timed(browser: Browser, workspace: Workspace) -> dict[str, float]:
    """Time it: first paint, click to image, lasso to 40 images, recolour."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "plain.py"
        script.write_text(PAGE)
        port = next(port for port in range(18901, 19000) if port_is_free("127.0.0.1", port))
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
             "--server.headless", "true", "--browser.gatherUsageStats", "false",
             "--server.address", "127.0.0.1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "BENCHMARK_WORKSPACE": str(workspace.root), "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            wait_until(lambda: _answers(port))
            url = f"http://127.0.0.1:{port}"
            warming = Stopwatch(browser)
            warming.open(url, CHART)
            warming.close()
            return _interactions(Stopwatch(browser), url)
        finally:
            process.terminate()
            process.wait()


def _interactions(watch: Stopwatch, url: str) -> dict[str, float]:
    page, taken = watch.page, []
    found = {"first paint": watch.open(url, CHART)}
    watch.rest(1.5)
    found["page kB"] = watch.down / 1e3
    box = page.locator(".js-plotly-plot").bounding_box()
    assert box
    x, y = box["x"] + 0.42 * box["width"], box["y"] + box["height"] / 2

    def counted(test: str, act: Callable[[], object]) -> float:
        took, down, up, _ = watch.bytes_of(
            lambda: watch.time("pointerup", f"{IDLE} && {test}", act)
        )
        taken.append((down, up))
        return float(took)

    clicks = []
    for k in range(3):
        before = page.evaluate(f"{SHOWN}[0]?.src ?? ''")
        changed = f"{SHOWN}.length && {SHOWN}[0].src !== '{before}'"
        clicks.append(counted(changed, lambda k=k: page.mouse.click(x + 9 * k, y + 7 * k)))
    found["click"] = statistics.median(clicks)
    page.get_by_text("lasso", exact=True).click()
    watch.rest(2)
    found["lasso"] = counted(f"{SHOWN}.length >= 40", lambda: _draw(watch, x, y))
    found["recolour"] = statistics.median(
        counted(
            f"document.body.textContent.includes('selected of {name}')",
            lambda name=name: page.get_by_text(name, exact=True).click(),
        )
        for name in ("c_rms", "gcf")
    )
    found["most kB down"], found["most kB up"] = (
        max(size) / 1e3 for size in zip(*taken, strict=True)
    )
    found["heap MB"] = watch.heap()
    watch.close()
    return found


def _draw(watch: Stopwatch, x: float, y: float, radius: float = 110) -> None:
    """Draw a lasso around a place."""
    mouse = watch.page.mouse
    mouse.move(x, y - radius)
    mouse.down()
    for step in range(1, 25):
        angle = step / 24 * math.tau
        mouse.move(x + radius * math.sin(angle), y - radius * math.cos(angle))
    mouse.up()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
