"""Fixtures that more than one room of the tests needs."""

import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from contrast_engine.arrays import Json
from contrast_engine.store import artifacts
from contrast_engine.store.artifacts import Artifact, ArtifactStore
from contrast_engine.store.said_of_results import details_of, refused
from tests import plugin_packages
from tests.few_draws import draw_few

STORE = Path(artifacts.__file__).parent


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """No search for garbage walks through ten thousand tests and what they import, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, what needs UMAP is compiled by one worker, and not by each anew."""
    items.sort(key=lambda item: "umap" not in item.name)


@pytest.fixture(scope="session", autouse=True)
def no_data_of_this_person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the app remembers beside collections is remembered elsewhere while it is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


def _is_saved_by_us() -> bool:
    """Whether a step saves the result, and not a test that made one up."""
    frame = sys._getframe(2)
    while frame.f_back is not None and STORE in Path(frame.f_code.co_filename).parents:
        frame = frame.f_back
    return STORE.parent in Path(frame.f_code.co_filename).parents


@pytest.fixture(scope="session", autouse=True)
def results_say_what_is_declared() -> Iterator[None]:
    """What a step says of a result fits what is declared of it: else it would be left out."""
    told = ArtifactStore._told

    def checked(store: ArtifactStore, artifact: Artifact, *rest: Any) -> Json:
        found = told(store, artifact, *rest)
        if not _is_saved_by_us():
            return found
        said = json.loads(json.dumps([found["details"], artifact.recipe]))
        of = (artifact.kind, artifact.step, artifact.key)
        assert refused(*of, *said) == ""
        for document, is_recipe in zip(said, (False, True), strict=True):
            dict(details_of(document, *of, is_recipe=is_recipe))  # reads each, also what is null
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ArtifactStore, "_told", checked)
        yield


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks draw a few times where they draw dozens: for tests of other than their numbers."""
    draw_few(monkeypatch)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photographs beside the repository; never copied into it."""
    folder = Path(__file__).parents[1] / ".." / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real photographs (../shared/data) is not on this machine")
    return folder.resolve()


@pytest.fixture(scope="session")
def photographs() -> Callable[..., list[Path]]:
    """Writes so many small, different, deterministic JPEGs into a folder."""

    def write(folder: Path, count: int, seed: int = 0, side: int = 48) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(seed)
        paths = []
        for number in range(count):
            coarse = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
            paths.append(folder / f"photo_{number:04d}.jpg")
            Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(paths[-1])
        return paths

    return write


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Gives a folder that is filled by the first worker that asks for it, and only read after."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder, whole = common / f"{name}-made-once", common / f"{name}-is-whole"
        with FileLock(common / f"{name}.lock"):
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                whole.touch()
        return folder

    return make


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A folder for packages of others: what `plugin_packages.install` puts there is installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    with plugin_packages.packages(folder):
        yield folder


@pytest.fixture(scope="session")
def built_example(made_once: Callable[..., Path]) -> Path:
    """The package of docs/plugins.md, built."""
    return made_once("plugin-example", plugin_packages.build_example) / "example"
