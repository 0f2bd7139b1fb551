"""What each step costs as a collection grows: processor seconds, memory, disk, and the exponent.

    PYTHONPATH=. python tests/benchmarks/growth.py [N ...] [--folder FOLDER] [--steps NAME ...]

Without numbers 10,000 and 100,000 images, which takes minutes; a million on request. The images
were never taken (`many_images.py`), except a thousand that are added at the end. Every step runs
in a process of its own, from a cold start to its end, interpreter included; a page is drawn by a server that
has drawn another one, without its collection, before. Processor seconds are those of all its threads; memory is the most it held at once;
disk is what the workspace gained. An exponent of 1 means ten times the images cost ten times as
much, 0 that their number does not matter. Not part of the test suite.
"""

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

ROOT = Path(__file__).parents[2]

NEW = 1_000
"""Images added to a collection of any size."""


@dataclass(frozen=True)
class Step:
    """One thing that a person does.

    Args:
        title: What stands in the table.
        run: The rest of a command line, by workspace and scratch folder; or a page's address.
    """

    title: str
    run: Callable[[Path, Path], list[str]] | str


@dataclass(frozen=True)
class Cost:
    """What a step cost."""

    seconds: float
    megabytes: float
    disk: float


def _command(*words: str) -> Callable[[Path, Path], list[str]]:
    """A command of ours; "WS", "NEW" and "OUT/…" stand for what they name."""

    def line(workspace: Path, scratch: Path) -> list[str]:
        known = {"WS": str(workspace), "NEW": str(scratch / "new"), "MORE": str(scratch / "more"),
                 "ONE": _an_image(workspace)}  # fmt: skip
        return ["-m", "contrast_engine", *(
            known.get(word, word.replace("OUT", str(scratch))) for word in words
        )]  # fmt: skip

    return line


STEPS = {
    "open": Step("open in Python, name one image", lambda ws, _: [__file__, "--open", str(ws)]),
    "label": Step(
        "`label add`", _command("label", "add", "WS", "--image", "ONE", "--label", "low")
    ),
    "overview": Step("first Overview", "overview"),
    "map": Step("first Map", "map"),
    "gallery": Step("first Gallery", "gallery"),
    "label-page": Step("first Label page", "label"),
    "export-page": Step("first Export page", "export"),
    "server": Step("a server that showed every page", "every page"),
    "similar": Step("`similar`", _command("similar", "WS", "ONE")),
    "selection": Step(
        "`selection save` of a third",
        _command("selection", "save", "WS", "third", "--filter", "feature.c_rms=~0.9"),
    ),
    "export": Step("`export` as CSV", _command("export", "WS", "OUT/table.csv", "--overwrite")),
    "outliers": Step("`outliers`", _command("outliers", "WS")),
    "duplicates": Step("`duplicates`", _command("duplicates", "WS")),
    "kmeans": Step(
        "`cluster kmeans` with its null",
        _command("cluster", "WS", "kmeans", "-o", "n_clusters=7", "--look"),
    ),
    "ward": Step(
        "`cluster hierarchical` (Ward) with its null",
        _command("cluster", "WS", "hierarchical", "--look"),
    ),
    "pca": Step("`project pca`", _command("project", "WS", "pca", "--seed", "1")),
    "tsne": Step("`project tsne`", _command("project", "WS", "tsne", "--look")),
    "umap": Step("`project umap`", _command("project", "WS", "umap", "--look")),
    "choose-k": Step("`cluster --choose-k`", _command("cluster", "WS", "--choose-k")),
    "validate": Step("`validate`", _command("validate", "WS")),
    "add": Step(f"`gather` of {NEW:,} new images", _command("gather", "WS", "NEW", "--no-place")),
    "place": Step("`place` them on map and in clusters", _command("place", "WS")),
    "add-2": Step(f"`gather` of {NEW:,} more", _command("gather", "WS", "MORE", "--no-place")),
    "place-2": Step("`place` those, too", _command("place", "WS")),
}


PAGES = (
    "overview", "map", "gallery", "label", "export", "collection", "clusters", "issues",
    "features", "odd",
)  # fmt: skip
"""The pages that one process shows one after the other in the step "server"."""


def main() -> None:
    """Measure and print the table; or be one of its steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where the workspaces are kept")
    parser.add_argument("--steps", nargs="*", choices=STEPS, default=list(STEPS))
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--page", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.open:
        open_one(given.open)
    elif given.page:
        open_page(given.page[0], Path(given.page[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            measure(given.n, given.steps, given.folder or Path(made))


def measure(sizes: list[int], names: list[str], folder: Path) -> None:
    """Print one row per step: cost by size, and how it grows."""
    costs: dict[str, dict[int, Cost]] = {name: {} for name in names}
    for n in sizes:
        with tempfile.TemporaryDirectory(dir=folder if folder.exists() else None) as made:
            scratch = Path(made)
            _take_photographs(scratch / "new", 10**6)
            _take_photographs(scratch / "more", 2 * 10**6)
            workspace = _workspace(n, folder, scratch)
            for name in names:
                costs[name][n] = _cost(STEPS[name], workspace, scratch)
                print(f"{n:>9,} {name:<12} {costs[name][n]}", file=sys.stderr, flush=True)
    heads = " | ".join(f"{n:,}: s, MB, disk" for n in sizes)
    print(f"| step | {heads} | exponent |\n|---|{'---|' * (len(sizes) + 1)}")
    for name in names:
        cells = (_cell(costs[name][n]) for n in sizes)
        print(f"| {STEPS[name].title} | {' | '.join(cells)} | {_exponent(costs[name])} |")


def _cell(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s, {cost.megabytes:,.0f}, {cost.disk:.1f}"


def _exponent(by_size: dict[int, Cost]) -> str:
    if len(by_size) < 2:
        return ""
    (small, first), *_, (large, last) = sorted(by_size.items())
    return f"{math.log(last.seconds / first.seconds) / math.log(large / small):.2f}"


def _workspace(n: int, folder: Path, scratch: Path) -> Path:
    """A copy that may be changed of a collection of this size, which is made once and kept."""
    kept = folder / f"{n}.contrast"
    make = [sys.executable, str(Path(__file__).with_name("many_images.py")), str(n), str(kept)]
    subprocess.run([*make, "pca"], check=True, stdout=sys.stderr)
    copy = scratch / f"{n}.contrast"
    if shutil.which("cp"):  # a file with holes keeps them
        subprocess.run(["cp", "-r", "--sparse=always", str(kept), str(copy)], check=True)
        return copy
    return Path(shutil.copytree(kept, copy))


def _take_photographs(folder: Path, first: int) -> None:
    """New images that can be read: small, each another one."""
    import cv2

    from tests.benchmarks.many_images import _picture

    folder.mkdir()
    for number in range(NEW):
        cv2.imwrite(str(folder / f"new {number:04d}.jpg"), _picture(first + number, (320, 240)))


def _cost(step: Step, workspace: Path, scratch: Path) -> Cost:
    if isinstance(step.run, str):
        words = [__file__, "--page", step.run, str(workspace)]
    else:
        words = step.run(workspace, scratch)
    before = _bytes_in(workspace)
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}")
    grown = (_bytes_in(workspace) - before) / 1e6
    seconds = float(said) if isinstance(step.run, str) else used.ru_utime + used.ru_stime
    return Cost(seconds, used.ru_maxrss / 1024, grown)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _an_image(workspace: Path) -> str:
    """The id of the image in the middle of the collection, which every size has."""
    import hashlib

    return hashlib.blake2b(b"5000", digest_size=8).hexdigest()


def open_one(root: Path) -> None:
    """Open a workspace, count it, name one image."""
    from contrast_engine import Workspace
    from contrast_engine.vectors import ImageId

    workspace = Workspace.open(root)
    assert len(workspace.images) == len(workspace.images.images)
    workspace.images.path(ImageId(_an_image(root)))


def open_page(address: str, root: Path) -> None:
    """Say what it costs to draw a page of a server that runs, and the bytes of its map.

    The server has shown its glossary before, and nothing of the collection.
    """
    _visit("glossary", "")
    began = time.process_time()
    for page in PAGES if address == "every page" else [address]:
        _visit(page, str(root))
        if page == "map":
            _fetch_map(root)
    print(time.process_time() - began)


def _visit(address: str, workspace: str) -> None:
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    os.environ["CONTRAST_WORKSPACE"] = workspace
    app = AppTest.from_file(str(ROOT / "pages" / "_shell.py"), default_timeout=600)
    page, _, query = address.partition("?")
    app._page_hash = calc_hash(page)
    for name, value in parse_qsl(f"who=me&{query}"):
        app.query_params[name] = value
    app.run()
    if app.exception:
        raise SystemExit(app.exception[0].value)


def _fetch_map(root: Path) -> None:
    """What the map draws its points from."""
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    from contrast_engine import Workspace, server

    workspace = Workspace.open(root)
    client = TestClient(Starlette(routes=server.routes()), base_url="http://127.0.0.1")
    for what in ("xy", "ids"):
        at = f"/api/{workspace.id}/map/{workspace.current('maps')}/{what}"
        client.get(at).raise_for_status()


if __name__ == "__main__":
    main()
