"""What finding near duplicates costs among very many different pictures, and what it finds.

    PYTHONPATH=. python tests/benchmarks/many_duplicates.py WORKSPACE FOLDER ...

The workspace is a copy of one that `many_images.py` made; its small copies, which are black, are
painted over. Each new picture is a mixture of two photographs of the folders, cut, mirrored and
turned at random. Of a hundred, `CHANGED` are then another one as it looks after a change (exposure,
crop, compression, noise), and `ALIKE` share most of one with another, as the frames of a series do.
Then `contrast duplicates` runs in a process of its own, and what it says is compared with what is
known. Not part of the test suite.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from contrast_engine.arrays import Bytes, Floats32, Ints
from contrast_engine.randomness import generator
from contrast_engine.steps.collection.training_copies import USUAL_SIZE
from contrast_engine.store.copies_index import read_index

CHANGED, ALIKE = 2, 2
"""Of a hundred pictures, those that are one with an earlier one, and those that only look alike."""

STORED = 128
"""Side of the photographs that are cut from."""

FIRST = 100_000
"""Pictures made of photographs; further ones are mixtures of those, which is quicker."""

_TOGETHER = 1_000


def main() -> None:
    """Paint, run, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--painted", action="store_true", help="they were painted before")
    given = parser.parse_args()
    names, _ = read_index(given.workspace / "cache" / f"{USUAL_SIZE}.json")
    ids = list(names)
    of, kinds = _plan(len(ids))
    if not given.painted:
        _paint(given.workspace / "cache" / f"{USUAL_SIZE}.npy", given.folders, of, kinds)
    for title in ("the first time", "again"):
        document, seconds, megabytes = _run(given.workspace)
        print(f"{len(ids):,} pictures, {title}: {seconds:.1f} s, {megabytes:,.0f} MB")
        _compare(document, ids, of, kinds)


def _plan(n: int) -> tuple[Ints, Ints]:
    """The picture that each is made from, itself for most, and 1 for changed, 2 for alike."""
    random = generator(0, "many duplicates", "plan")
    shares = np.array([100 - CHANGED - ALIKE, CHANGED, ALIKE]) / 100
    of, kinds = np.arange(n), np.zeros(n, int)
    for begin, end in ((0, min(n, FIRST)), (FIRST, n)):  # the first are the same whatever follows
        kinds[begin:end] = random.choice(3, max(end - begin, 0), p=shares)
        own = np.flatnonzero(kinds[: min(n, FIRST)] == 0)
        for kind in (1, 2):
            rows = begin + np.flatnonzero(kinds[begin:end] == kind)
            of[rows] = random.choice(own, len(rows))
    return of, kinds


def _paint(file: Path, folders: list[Path], of: Ints, kinds: Ints) -> None:
    photographs = _photographs(folders)
    pixels = np.lib.format.open_memmap(file, mode="r+")
    first = min(len(of), FIRST)
    for row in range(first):
        pixels[row] = _picture(photographs, row, int(of[row]), int(kinds[row]))
    for begin in range(first, len(of), _TOGETHER):
        rows = np.arange(begin, min(begin + _TOGETHER, len(of)))
        pixels[begin : rows[-1] + 1] = _mixed(pixels, rows)
        for row in rows[kinds[rows] > 0].tolist():
            pixels[row] = _picture(photographs, row, int(of[row]), int(kinds[row]))
    pixels.flush()


def _mixed(pixels: Bytes, rows: Ints) -> Bytes:
    """Further pictures: each a mixture of two of the first, one of them turned by half."""
    random = generator(int(rows[0]), "many duplicates", "mixed")
    masks = np.array([_mask(random, 0.5) for _ in range(len(rows))])
    one, other = (random.choice(FIRST, len(rows), replace=False) for _ in range(2))
    turned = pixels[other][:, ::-1, ::-1].astype(np.float32)
    return np.round(pixels[one] * masks + turned * (1 - masks)).astype(np.uint8)


def _photographs(folders: list[Path]) -> list[Bytes]:
    files = sorted(p for folder in folders for p in folder.rglob("*")
                   if p.suffix.lower() in {".jpg", ".jpeg", ".png"})  # fmt: skip
    read = (cv2.imread(str(path), cv2.IMREAD_COLOR) for path in files)
    size = (STORED, STORED)
    return [np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA)[..., ::-1], np.uint8)
            for one in read if one is not None]  # fmt: skip


def _picture(photographs: list[Bytes], row: int, of: int, kind: int) -> Bytes:
    if kind == 1:
        return _changed(photographs, row, of)
    random = generator(of, "many duplicates", "picture")
    first, second = (_cut(photographs, random) for _ in range(2))
    share = _mask(random, 0.5)
    if kind == 2:
        again = generator(row, "many duplicates", "alike")
        here = _mask(again, 0.3)
        mixed = first * share + second * (1 - share)
        return _as_bytes(mixed * here + _cut(photographs, again) * (1 - here))
    return _as_bytes(first * share + second * (1 - share))


def _changed(photographs: list[Bytes], row: int, of: int) -> Bytes:
    """Another picture at another exposure, cut by up to 8 % at each edge, with noise."""
    random = generator(row, "many duplicates", "changed")
    light = (_picture(photographs, of, of, 0) / np.float32(255)) ** 2.2 * 2 ** random.uniform(-1, 1)
    left, top, right, bottom = (random.uniform(0, 0.08, 4) * USUAL_SIZE).astype(int)
    part = light[top : USUAL_SIZE - bottom, left : USUAL_SIZE - right].astype(np.float32)
    part = cv2.resize(part, (USUAL_SIZE, USUAL_SIZE), interpolation=cv2.INTER_LINEAR)
    noise = random.normal(0, 1.5, part.shape)
    return _as_bytes(255 * np.clip(part, 0, 1) ** (1 / 2.2) + noise)


def _cut(photographs: list[Bytes], random: np.random.Generator) -> Floats32:
    whole = photographs[int(random.integers(len(photographs)))]
    side = int(random.integers(STORED // 2, STORED))
    left, top = random.integers(0, STORED - side + 1, 2)
    part = np.ascontiguousarray(whole[top : top + side, left : left + side])
    part = cv2.resize(part, (USUAL_SIZE, USUAL_SIZE), interpolation=cv2.INTER_AREA)
    turned = np.rot90(part, int(random.integers(4)))
    return np.asarray(turned[:, ::-1] if random.random() < 0.5 else turned, dtype=np.float32)


def _mask(random: np.random.Generator, level: float) -> Floats32:
    """(64, 64, 1) how much of the first is seen where, in smooth patches."""
    coarse = random.random((4, 4)).astype(np.float32)
    fine = cv2.resize(coarse, (USUAL_SIZE, USUAL_SIZE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(4 * (fine - level) + 0.5, 0, 1)[..., None], dtype=np.float32)


def _as_bytes(picture: Floats32) -> Bytes:
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def _run(workspace: Path) -> tuple[dict[str, list[dict[str, list[dict[str, str]]]]], float, float]:
    """What `contrast duplicates --json` says, its seconds of the processor and its memory."""
    with tempfile.TemporaryFile() as said:
        words = [sys.executable, "-m", "contrast_engine", "duplicates", str(workspace), "--json"]
        child = subprocess.Popen(words, stdout=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"it ended with {child.returncode}")
        said.seek(0)
        return json.load(said), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _compare(document: dict[str, list[dict[str, list[dict[str, str]]]]], ids: list[str],
             of: Ints, kinds: Ints) -> None:  # fmt: skip
    place = {image: row for row, image in enumerate(ids)}
    group = np.arange(len(ids)) + len(ids)
    for number, one in enumerate(document["doubles"]):
        group[[place[image["id"]] for image in one["images"]]] = number
    for kind, title in ((1, "changed copies found"), (2, "pictures that look alike taken for one")):
        rows = np.flatnonzero(kinds == kind)
        hits = int((group[rows] == group[of[rows]]).sum())
        print(f"  {title}: {hits:,} of {len(rows):,} ({100 * hits / max(len(rows), 1):.2f} %)")
    held = np.bincount(group[group < len(ids)]) if document["doubles"] else np.zeros(1, int)
    print(f"  {len(document['doubles']):,} groups, the largest of {held.max():,}")


if __name__ == "__main__":
    main()
