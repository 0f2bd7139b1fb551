"""Simulated new images: sample photographs mirrored, and in a second folder veiled by haze."""

from pathlib import Path

import numpy as np
from PIL import Image

from contrast_engine.images.colour import decode_srgb, encode_srgb
from contrast_engine.perturb import perturbations

FOLDERS = {"simulated new images": 1.0, "simulated new images, hazy": 0.45}
"""The folders, with the share of the light that still comes through the haze in each."""

IMAGES = 60
"""Photographs in each."""


def make_new_images(photographs: Path, home: Path) -> tuple[Path, ...]:
    """The folders of new images, below one; what is there already is not made again.

    Args:
        photographs: The folder of the sample photographs.
        home: Where the folders go.
    """
    files = sorted(photographs.glob("*.jpg"))
    wanted = files[:: max(1, len(files) // (2 * IMAGES))]
    for number, (name, transmission) in enumerate(FOLDERS.items()):
        folder = home / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in wanted[number::2][:IMAGES]:
            if not (folder / file.name).exists():
                _make(file, folder / file.name, transmission)
    return tuple(home / name for name in FOLDERS)


def _make(file: Path, target: Path, transmission: float) -> None:
    with Image.open(file) as picture:
        code = np.asarray(picture.convert("RGB"), dtype=np.float64)[:, ::-1] / 255
    light = perturbations["haze"](decode_srgb(code), transmission)
    half = target.with_suffix(".part")
    Image.fromarray(np.round(encode_srgb(light) * 255).astype(np.uint8)).save(
        half, "JPEG", quality=90
    )
    half.replace(target)
