"""How many changed copies of photographs are recognised, and how many pairs of others are taken.

`python -m tests.benchmarks.near_duplicates FOLDER ...`: on the pictures whose names fall into the
half that the limits were not chosen on. Pairs among the originals are listed: look at them.
"""

import argparse
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from contrast_engine.duplicates import Overlays, Signatures, grouped, signatures
from contrast_engine.duplicates.compact import fitted_basis
from contrast_engine.duplicates.search import NEAR
from contrast_engine.duplicates.verification import LEAST
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.images.colour import decode_srgb, encode_srgb
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.randomness import generator

Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]
LONGEST = 448


def _codes(light: np.ndarray) -> np.ndarray:
    return np.round(255 * encode_srgb(np.clip(light, 0, 1))).astype(np.uint8)


def _jpeg(codes: np.ndarray, quality: int = 85) -> np.ndarray:
    data = cv2.imencode(".jpg", codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]


def _exposed(stops: float) -> Change:
    return lambda codes, _: _codes(decode_srgb(codes / 255) * 2.0**stops)


def _gamma(power: float) -> Change:
    return lambda codes, _: np.round(255 * (codes / 255) ** power).astype(np.uint8)


def _contrast(by: float) -> Change:
    def change(codes: np.ndarray, _: np.random.Generator) -> np.ndarray:
        mean = codes.mean()
        return np.clip(np.round(mean + by * (codes - mean)), 0, 255).astype(np.uint8)

    return change


def _haze(share: float) -> Change:
    return lambda codes, _: _codes(decode_srgb(codes / 255) * share + (1 - share) * 0.8)


def _resized(by: float) -> Change:
    return lambda codes, _: cv2.resize(codes, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)


def _cropped(*shares: float, is_random: bool = False) -> Change:
    """Left, right, top and bottom lack these shares, or random ones up to them."""

    def change(codes: np.ndarray, random: np.random.Generator) -> np.ndarray:
        h, w = codes.shape[:2]
        left, right, top, bottom = np.array(shares) * (random.random(4) if is_random else 1)
        return codes[round(h * top) : h - round(h * bottom), round(w * left) : w - round(w * right)]

    return change


def _balanced(codes: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return np.clip(codes * np.array([1.25, 1, 0.75]), 0, 255).astype(np.uint8)


def _grey(codes: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return np.dstack([cv2.cvtColor(np.ascontiguousarray(codes), cv2.COLOR_RGB2GRAY)] * 3)


def _turned(degrees: float) -> Change:
    def change(codes: np.ndarray, _: np.random.Generator) -> np.ndarray:
        h, w = codes.shape[:2]
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), degrees, 1.06)
        return cv2.warpAffine(codes, turn, (w, h), borderMode=cv2.BORDER_REFLECT)

    return change


def _noisy(codes: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.clip(codes + random.normal(0, 12, codes.shape), 0, 255).astype(np.uint8)


def _then(*changes: Change) -> Change:
    def change(codes: np.ndarray, random: np.random.Generator) -> np.ndarray:
        for one in changes:
            codes = np.ascontiguousarray(one(codes, random))
        return codes

    return change


CHANGES: dict[str, Change] = {
    **{f"exposure {stops:+d}": _exposed(stops) for stops in (1, -1, 2, -2)},
    **{f"gamma {power}": _gamma(power) for power in (0.6, 1.6)},
    **{f"contrast x {by}": _contrast(by) for by in (0.5, 1.5)},
    "haze, transmission 0.5": _haze(0.5),
    "half the size": _resized(0.5),
    "a quarter of the size": _resized(0.25),
    **{f"JPEG quality {q}": (lambda c, _, q=q: _jpeg(c, q)) for q in (30, 10)},
    **{f"cropped {100 * s:.0f} % at each edge": _cropped(s, s, s, s) for s in (0.02, 0.05, 0.1)},
    "cropped 10 % at one edge": _cropped(0.1, 0, 0, 0),
    "cropped up to 10 % at each": _cropped(0.1, 0.1, 0.1, 0.1, is_random=True),
    "cropped up to 20 % at each": _cropped(0.2, 0.2, 0.2, 0.2, is_random=True),
    "exposure -1, cropped up to 10 %": _then(
        _exposed(-1), _cropped(0.1, 0.1, 0.1, 0.1, is_random=True)
    ),
    "exposure +1, half, cropped 5 %, JPEG 30": _then(
        _exposed(1), _resized(0.5), _cropped(0.05, 0.05, 0.05, 0.05), lambda c, _: _jpeg(c, 30)
    ),
    "white balance": _balanced,
    "grey": _grey,
    "noise": _noisy,
    "turned 1 degree": _turned(1),
    "turned 2 degrees": _turned(2),
    "mirrored": lambda codes, _: codes[:, ::-1],
}


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--pictures", type=int, default=150, help="changed in every way")
    parser.add_argument("--tuning", action="store_true", help="the half the limits were chosen on")
    parser.add_argument("--basis", type=Path, help="write the basis of short codes here, and end")
    arguments = parser.parse_args()
    if arguments.basis:
        _write_basis(arguments.folders, arguments.basis)
        return
    files = sorted(
        path
        for folder in arguments.folders
        for path in folder.rglob("*")
        if path.suffix.lower() in {".jpg", ".jpeg", ".png"} and _in_half(path, arguments.tuning)
    )
    pictures = [picture for path in files if (picture := _read(path)) is not None]
    copies = np.array([_copy(picture) for picture in pictures])
    _pairs_of_others(files, copies)
    step = max(1, len(pictures) // arguments.pictures)
    _changed(pictures[::step], copies[::step])


def _write_basis(folders: list[Path], target: Path) -> None:
    files = sorted(p for folder in folders for p in folder.rglob("*")
                   if p.suffix.lower() in {".jpg", ".jpeg", ".png"})  # fmt: skip
    copies = np.array([_copy(one) for path in files if (one := _read(path)) is not None])
    mean, axes = fitted_basis(signatures(copies).codes)
    np.savez(target, mean=mean, axes=axes.astype(np.float16))
    print(f"{len(copies):,} pictures")


def _in_half(path: Path, is_tuning: bool) -> bool:
    return (hashlib.md5(path.name.encode()).digest()[-1] % 2 == 0) == is_tuning


def _read(path: Path) -> np.ndarray | None:
    codes = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if codes is None:
        return None
    by = LONGEST / max(codes.shape[:2])
    if by < 1:
        codes = cv2.resize(codes, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(codes[..., ::-1])


def _copy(codes: np.ndarray) -> np.ndarray:
    return training_copy(decode_srgb(codes / 255), 64)


def _pairs_of_others(files: list[Path], copies: np.ndarray) -> None:
    started = time.perf_counter()
    found = signatures(copies)
    middle = time.perf_counter()
    groups = grouped(found, copies)
    print(
        f"{len(files):,} originals, {len(files) * (len(files) - 1) // 2:,} pairs; signatures "
        f"{middle - started:.1f} s, search {time.perf_counter() - middle:.1f} s; "
        f"{found.is_plain.sum()} plain; {len(groups)} groups"
    )
    for group in groups:
        print("  " + " = ".join("/".join(files[row].parts[-3:]) for row in group))


def _changed(pictures: list[np.ndarray], copies: np.ndarray) -> None:
    found = signatures(copies)
    n = len(pictures)
    print(f"\n| change | found of {n} | share (95 %) |\n|---|---|---|")
    for name, change in CHANGES.items():
        random = generator(0, "near duplicates", name)
        made = (_jpeg(np.ascontiguousarray(change(picture, random))) for picture in pictures)
        other = signatures(np.array([_copy(one) for one in made]))
        hits = sum(_same(found, other, row) for row in range(n))
        low, high = wilson(hits, n)
        print(f"| {name} | {hits} | {100 * hits / n:.1f} % ({100 * low:.1f} to {100 * high:.1f}) |")


def _same(one: Signatures, other: Signatures, row: int) -> bool:
    """Whether the search would take a picture and its changed copy for one."""
    pair = Signatures(*(np.stack([getattr(of, name)[row] for of in (one, other)]) for name in (
        "fields", "tones", "codes", "inner", "is_plain", "chroma")))  # fmt: skip
    near = max(
        float(pair.codes[0] @ pair.codes[1]),
        float(pair.codes[0] @ pair.inner[1]),
        float(pair.inner[0] @ pair.codes[1]),
    )
    if pair.is_plain.any() or near < NEAR:
        return False
    overlays = Overlays(pair)
    agrees, starts = overlays.coarse(0, np.array([1]))
    return bool(agrees[0] >= LEAST) and overlays.fine(0, 1, starts[0]).is_one_picture


if __name__ == "__main__":
    main()
