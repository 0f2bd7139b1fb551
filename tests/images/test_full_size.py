"""The picture with every pixel: the app's own reading of each kind of file, within bounds."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine.images import full_size, read_image
from contrast_engine.images.colour import encode_srgb
from contrast_engine.images.full_size import (
    LOSSLESS_PIXELS,
    MOST_PIXELS,
    REDUCED_PIXELS,
    longest_side,
)

CODES = np.random.default_rng(4).integers(0, 256, (40, 60, 4), dtype=np.uint8)


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


KINDS = {
    "rgb.png": (Image.fromarray(CODES[..., :3]), {}),
    "turned.png": (Image.fromarray(CODES[..., :3]), {"exif": turned()}),
    "grey.png": (Image.fromarray(CODES[..., 0]), {}),
    "deep.png": (Image.fromarray(CODES[..., 0].astype(np.uint16) * 257), {}),
    "alpha.png": (Image.fromarray(CODES), {}),
    "cmyk.jpg": (Image.fromarray(CODES).convert("RGB").convert("CMYK"), {}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_pixel_is_as_the_features_read_it(kind: str, tmp_path: Path) -> None:
    picture, options = KINDS[kind]
    picture.save(tmp_path / kind, **options)
    read = read_image(tmp_path / kind, size=10_000)
    encoded, media_type = full_size(tmp_path / kind, read.width, read.height)
    assert media_type == "image/png"
    shown = np.asarray(Image.open(io.BytesIO(encoded)).convert("RGB"), dtype=int)
    wanted = np.round(encode_srgb(read.rgb) * 255)
    assert shown.shape == wanted.shape
    assert np.abs(shown - wanted).max() <= 1, "but for rounding"


def test_of_a_huge_image_fewer_pixels_are_shown_and_never_all_in_floats() -> None:
    assert longest_side(9504, 6336) == 9504  # 60 megapixels
    side = longest_side(20_000, 15_000)
    assert side * side * 15_000 / 20_000 <= REDUCED_PIXELS < MOST_PIXELS


def test_above_some_megapixels_it_is_a_jpeg(tmp_path: Path) -> None:
    side = int(LOSSLESS_PIXELS**0.5) + 1
    Image.new("L", (side, side), 128).save(tmp_path / "large.png")
    encoded, media_type = full_size(tmp_path / "large.png", side, side)
    assert media_type == "image/jpeg"
    assert Image.open(io.BytesIO(encoded)).size == (side, side)
