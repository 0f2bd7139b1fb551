"""A collection at every stage of the journey, and pages run the way a browser runs them."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test
from streamlit.util import calc_hash

from contrast_engine import steps
from contrast_engine.jobs import JobRunner
from contrast_engine.randomness import generator
from contrast_engine.store import Workspace
from tests.few_draws import draw_few

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"
ADDRESSES = dict(
    re.findall(
        r'st\.Page\("([^"]+)", title="[^"]+", url_path="([^"]+)"\)', SHELL.read_text("utf-8")
    )
)
STAGES = ("empty", "scanned", "measured", "clustered", "labelled", "trained", "validated")
N_IMAGES = 30

Open = Callable[[str], Workspace]
Visit = Callable[..., AppTest]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A page takes a second to run: the fast lane opens each once, in `test_every_page`."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.path.name != "test_every_page.py":
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """Packages are searched for components, and scripts compiled, once for all pages as in a server.

    A test of Streamlit does both for each page anew, which takes longer than most pages.
    """
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        compiled = ScriptCache()
        patch.setattr(app_test, "ScriptCache", lambda: compiled)
        yield


def photograph(row: int) -> np.ndarray:
    """A small picture whose range and texture depend on its number."""
    random = generator(row, "page tests")
    shape = cv2.resize(random.random((4, 5)), (160, 120), interpolation=cv2.INTER_CUBIC)
    strength = (0.15, 0.5, 1.0)[row % 3]
    grey = 0.5 + strength * (shape - 0.5) + 0.05 * strength * random.normal(size=shape.shape)
    tint = random.uniform(0.7, 1.0, size=3)
    return (255 * np.clip(grey[..., None] * tint, 0, 1)).astype(np.uint8)


@pytest.fixture(scope="session")
def photographs(made_once: Callable[..., Path]) -> Path:
    """Thirty pictures, one file that is none, and a text file."""

    def fill(folder: Path) -> None:
        for row in range(N_IMAGES):
            cv2.imwrite(str(folder / f"photo {row:02d}.png"), photograph(row))
        (folder / "broken.jpg").write_bytes(b"not a picture")
        (folder / "notes.txt").write_text("ignored")

    return made_once("photographs", fill)


def wait_for_jobs(workspace: Workspace, seconds: float = 60) -> None:
    """Wait until no job of a workspace is under way."""
    end = time.monotonic() + seconds
    while JobRunner(workspace).running():
        assert time.monotonic() < end, "a job takes too long"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def stages(photographs: Path, made_once: Callable[..., Path]) -> dict[str, Path]:
    """One workspace folder per stage, each the one before and one step more; only to be copied."""

    def fill(home: Path) -> None:
        workspace = Workspace(home / "growing.contrast")
        for number, stage in enumerate(STAGES):
            advance(workspace, stage, photographs)
            workspace.close()
            rename(
                Path(shutil.copytree(workspace.root, home / f"{stage}.contrast")), f"{number:08x}"
            )

    home = made_once("stages", fill)
    return {stage: home / f"{stage}.contrast" for stage in STAGES}


def rename(root: Path, identity: str) -> None:
    """Give a copy of a workspace an id of its own, as each workspace has."""
    mark = root / "workspace.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"id": identity}))


def advance(workspace: Workspace, stage: str, photographs: Path) -> None:
    if stage == "scanned":
        steps.scan(workspace, [photographs])
    elif stage == "measured":
        steps.measure(workspace)
    elif stage == "clustered":
        steps.project(workspace)
        steps.cluster(workspace)
    elif stage == "labelled":
        workspace.labels.define(["low", "medium", "high"], is_ordered=True)
        for image, path in list(workspace.images.paths.items())[:24]:
            row = int(Path(path).stem.removeprefix("photo "))
            workspace.labels.add([image], ("low", "medium", "high")[row % 3])
    elif stage == "trained":
        steps.pseudo_label(workspace, order=("low", "medium", "high"))
    elif stage == "validated":
        with pytest.MonkeyPatch.context() as patch:
            draw_few(patch)
            steps.validate(workspace)


@pytest.fixture
def at_stage(
    stages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """A copy of the workspace at a stage, opened by the app; its jobs end with the test."""
    opened = []

    def open_copy(stage: str) -> Workspace:
        root = tmp_path / f"{stage}.contrast"
        shutil.copytree(stages[stage], root, dirs_exist_ok=True)
        rename(root, secrets.token_hex(4))
        monkeypatch.setenv("CONTRAST_WORKSPACE", str(root))
        opened.append(Workspace(root))
        return opened[-1]

    yield open_copy
    for workspace in opened:
        runner = JobRunner(workspace)
        for job in runner.jobs():
            runner.cancel(job.id)
        wait_for_jobs(workspace)


@pytest.fixture
def finish() -> Callable[[Workspace], None]:
    """Wait until no job of a workspace is under way."""
    return wait_for_jobs


@pytest.fixture
def visit() -> Visit:
    """Open a page through its frame, as a browser would with this address.

    Somebody called "me" has said their name there, unless `who=""` asks for a browser of nobody.
    """

    def open_page(page: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=60)
        # as `switch_page` would, but that needs another page to be run first
        app._page_hash = calc_hash(ADDRESSES[page])
        for name, value in {"who": "me", **address}.items():
            app.query_params[name] = value
        return app.run()

    return open_page
