"""Simulated new images, of two hazy days: sample photographs, mirrored and veiled by haze.

They come in no order: of photographs of one subject in a row, few would speak for themselves.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from contrast_engine.images.colour import decode_srgb, encode_srgb
from contrast_engine.perturb import perturbations
from contrast_engine.randomness import generator

FOLDERS = ("simulated new images, day 1", "simulated new images, day 2")
TRANSMISSION = 0.5
"""The share of the light that still comes through the haze."""

IMAGES = 60
"""Photographs in each."""


def make_new_images(photographs: Path, home: Path) -> tuple[Path, ...]:
    """The folders of new images, below one; what is there already is not made again.

    Args:
        photographs: The folder of the sample photographs.
        home: Where the folders go.
    """
    files = sorted(photographs.glob("*.jpg"))
    order = generator(0, "simulated new images").permutation(len(files))
    for number, name in enumerate(FOLDERS):
        folder = home / name
        folder.mkdir(parents=True, exist_ok=True)
        for place, row in enumerate(order[number::2][:IMAGES], start=1):
            target = folder / f"{place:02d} {files[row].name}"
            if not target.exists():
                _make(files[row], target)
    return tuple(home / name for name in FOLDERS)


def _make(file: Path, target: Path) -> None:
    with Image.open(file) as picture:
        code = np.asarray(picture.convert("RGB"), dtype=np.float64)[:, ::-1] / 255
    light = perturbations["haze"](decode_srgb(code), TRANSMISSION)
    half = target.with_suffix(".part")
    Image.fromarray(np.round(encode_srgb(light) * 255).astype(np.uint8)).save(
        half, "JPEG", quality=90
    )
    half.replace(target)
