"""What a server holds after each page that it showed, and what a page takes at its worst.

    PYTHONPATH=. python tests/benchmarks/server_memory.py WORKSPACE [PAGE ...] [--holders] [--each]

The pages are drawn one after the other in one process, as `growth.py` draws them; with the map go the
arrays that a browser fetches for it. A row says what the process holds once the page stands (RSS: what is
its own and cannot be given back, and pages of mapped files, that the system takes back when it needs them),
the most it held while the page was drawn, what Arrow has of it, and the processor seconds. With `--each`
every page is the first one of a process of its own that has shown the glossary; with `--holders` the largest arrays are
listed after the last page. Linux only; not part of the test suite. WORKSPACE is written to: give a copy.
"""

import argparse
import ctypes
import gc
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.growth import PAGES, _an_image, _fetch_map, _visit

ALL = (*PAGES[:-1], "odd?view=like&image=IMAGE", "odd?view=odd")
"""Also both parts of the last page; IMAGE stands for one in the midst of the collection."""

FEW = 2**20
"""Arrays of fewer bytes are not listed."""


def main() -> None:
    """Print a row for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("page", nargs="*", help="addresses; all without")
    parser.add_argument("--holders", action="store_true", help="list the largest arrays")
    parser.add_argument("--each", action="store_true", help="each page in its own process")
    given = parser.parse_args()
    pages = tuple(given.page) or ALL
    if given.each:
        for page in pages:
            more = ["--holders"] if given.holders else []
            line = [sys.executable, __file__, str(given.workspace), page, *more]
            subprocess.run(line, check=True)
        return
    logging.disable(logging.WARNING)  # Streamlit says that no browser is there
    _visit("glossary", "")
    print("| page | its own, MB | with mapped files, MB | at its worst, MB | Arrow, MB | s |")
    print("|---|---|---|---|---|---|")
    print(_row("a server without a collection", 0))
    for page in pages:
        _forget_the_most()
        began = time.process_time()
        show(page, str(given.workspace))
        print(_row(page, time.process_time() - began), flush=True)
    ctypes.CDLL(None).malloc_trim(0)
    print(_row("the same, once what is free was given back", 0), flush=True)
    if given.holders:
        print("\n".join(holders()), flush=True)


def show(page: str, workspace: str) -> None:
    """Draw a page, and what the browser fetches for it."""
    _visit(page.replace("IMAGE", _an_image(Path(workspace))), workspace)
    if page == "map":
        _fetch_map(Path(workspace))


def _row(page: str, seconds: float) -> str:
    import pyarrow as pa

    held = memory()
    arrow = pa.total_allocated_bytes() / 1e6
    cells = (held["RssAnon"], held["VmRSS"], held["VmHWM"])
    said = " | ".join(f"{1024 * kilobytes / 1e6:,.0f}" for kilobytes in cells)
    return f"| {page} | {said} | {arrow:,.0f} | {seconds:.1f} |"


def memory() -> dict[str, int]:
    """What Linux says of the memory of this process, in kB, by its names."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line.endswith("kB"))
    return {name: int(said.split()[0]) for name, said in pairs}


def _forget_the_most() -> None:
    """Have the system begin anew with the most that this process held."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def holders() -> list[str]:
    """The largest arrays that something of Python leads to, each with the way to it."""
    import numpy as np
    import pyarrow as pa

    gc.collect()
    found: dict[int, tuple[int, str]] = {}
    seen: set[int] = set()
    waiting: list[tuple[object, str]] = [(one, type(one).__name__) for one in gc.get_objects()]
    while waiting:
        owner, way = waiting.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        names = {id(value): name for name, value in _parts(owner)}
        for one in (*gc.get_referents(owner), *(value for _, value in _parts(owner))):
            said = f"{way}.{names.get(id(one), '')}"[-120:]
            if isinstance(one, np.ndarray):
                start, nbytes = _block(one)
                if nbytes >= FEW:
                    found.setdefault(start, (nbytes, f"{one.dtype} {one.shape} of {said}"))
            elif isinstance(one, pa.Array):
                for part in one.buffers():
                    if part is not None and part.size >= FEW:
                        found.setdefault(part.address, (part.size, f"Arrow of {said}"))
            elif not gc.is_tracked(one) and isinstance(one, dict | tuple | list):
                waiting.append((one, said))
    total = sum(size for size, _ in found.values())
    lines = [f"    {total / 1e6:,.0f} MB in {len(found)} arrays"]
    return lines + [f"    {size / 1e6:6.1f} MB {way}" for size, way in sorted(found.values())[::-1]]


def _parts(owner: object) -> list[tuple[str, object]]:
    """What an object holds by name."""
    held = owner if isinstance(owner, dict) else getattr(owner, "__dict__", {})
    kind = "" if isinstance(owner, dict) else type(owner).__name__
    if not isinstance(held, dict) or isinstance(owner, type):
        return []
    return [(f"{kind}.{name}", value) for name, value in list(held.items())]


def _block(array: Any) -> tuple[int, int]:
    """Where the memory of an array begins, and how much it is."""
    while getattr(array, "base", None) is not None and hasattr(array.base, "nbytes"):
        array = array.base
    if isinstance(array, memoryview):
        return id(array.obj), array.nbytes
    return array.__array_interface__["data"][0], array.nbytes


if __name__ == "__main__":
    main()
