"""Files, tables and parts for the tests of batches; made small, of every kind."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image

from contrast_engine.batches.parts import Parts
from contrast_engine.images import ReadingOptions
from tests.test_images_bad import JPEG, PNG, REFUSED, encoded, picture

GOOD = {
    "colour.jpg": JPEG,
    "colour.png": PNG,
    "grey.png": encoded(picture().convert("L"), "PNG"),
    "clear.png": encoded(picture().convert("RGBA"), "PNG"),
    "palette.gif": encoded(picture().convert("P"), "GIF"),
    "deep.tif": encoded(Image.fromarray(np.arange(9600, dtype=np.uint16).reshape(80, 120)), "TIFF"),
    "floats.tif": encoded(Image.fromarray(np.linspace(0, 3, 9600, dtype="f4").reshape(80, 120)), "TIFF"),
    "one.png": encoded(picture(1, 1), "PNG"),
    "thin.webp": encoded(picture(2, 400), "WEBP", lossless=True),
    "turned.jpg": encoded(picture(60, 90), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
}  # fmt: skip
BAD = {name: data for name, (data, _) in REFUSED.items()}


def as_table(files: dict[str, bytes | None]) -> pa.Table:
    return pa.table({"path": list(files), "bytes": pa.array(list(files.values()), pa.binary())})


def filled(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def made_parts(
    folder: Path, *paths: Path, size: int = 4, options: ReadingOptions | None = None
) -> Parts:
    """Parts as a run leaves them, made here one after the other."""
    parts = Parts(folder, options or ReadingOptions())
    for name, files in parts.plan(paths, size).parts.items():
        parts.make(name, files)
    return parts


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name.startswith("part-"))


def later(file: Path) -> None:
    """Give a file another date."""
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 10**9))
