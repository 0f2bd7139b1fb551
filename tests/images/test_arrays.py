"""Arrays read as images: what their numbers mean is said, and what cannot be meant is refused."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from contrast_engine import ImageArray, ImageError, LinearImage, OptionError, read_image
from contrast_engine.images import colour
from contrast_engine.images.primaries import DISPLAY_P3, to_srgb

CODES = np.random.default_rng(3).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def light(array: Any, space: str | None = None) -> Any:
    return read_image(array, space=space).rgb


def test_an_array_of_codes_is_the_picture_it_was_saved_as() -> None:
    of_pillow = read_image(Image.fromarray(CODES))
    for given in (CODES, CODES / 255, CODES.astype(np.uint16) * 257, (CODES / 255).astype("f4")):
        assert np.allclose(light(given, "srgb"), of_pillow.rgb, atol=1e-6)
    assert np.allclose(light(ImageArray(CODES, "srgb")), of_pillow.rgb)
    assert read_image(CODES, space="srgb").how.startswith("8 bits, RGB, sRGB")


def test_light_stays_what_it_is_and_opacity_lies_over_mid_grey() -> None:
    scene = np.random.default_rng(4).random((20, 30, 3))
    assert np.allclose(light(scene, "linear"), scene, atol=1e-6)
    assert np.allclose(light(scene[..., 0], "linear")[..., 2], scene[..., 0], atol=1e-6)
    clear = np.dstack([scene, np.zeros((20, 30))])
    assert np.ptp(light(clear, "linear")) < 1e-6


def test_a_wider_space_is_brought_to_ours() -> None:
    scene = np.full((8, 8, 3), [0.2, 0.5, 0.3])
    matrix = to_srgb(DISPLAY_P3)
    assert matrix is not None
    expected = np.clip(colour.decode_srgb(scene) @ matrix.T, 0, 1)
    assert np.allclose(light(scene, "display-p3"), expected, atol=1e-6)
    deep = np.rint(scene * 65535).astype(np.uint16)
    assert np.allclose(light(deep, "display-p3"), expected, atol=1e-4)
    assert not np.allclose(light(scene, "adobe-rgb"), expected, atol=1e-3)
    grey = np.full((8, 8), 0.4)
    assert np.allclose(light(grey, "display-p3"), light(grey, "srgb"), atol=1e-6)


@pytest.mark.parametrize("most", [255, 256])
@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_codes_given_as_light_are_refused_in_words(kind: str, most: int) -> None:
    with pytest.raises(ImageError, match=r"8-bit codes .* say space='srgb'"):
        light((CODES / most).astype(kind), "linear")
    if kind == "float64":
        with pytest.raises(OptionError, match=r"uint8, .* no light; say space='srgb'"):
            light(CODES, "linear")
        with pytest.raises(ImageError, match=r"got uint8; .* read_image\(array, space='srgb'\)"):
            LinearImage(CODES)


@pytest.mark.parametrize(
    "array",
    [
        CODES.astype(np.uint16) * 257,  # the way that the message shows
        np.kron(np.eye(4), np.ones((4, 4)))[..., None].repeat(3, 2),  # black and white are levels
        np.random.default_rng(5).random((30, 30, 3)).astype(np.float16),
        np.random.default_rng(6).random((30, 30)).astype(np.float32),
        np.rint(np.random.default_rng(7).random((30, 30)) * 65535) / 65535,
    ],
    ids=["256 levels of 16 bits", "few levels", "half precision", "floats", "16 bits as floats"],
)
def test_light_is_taken_for_light(array: Any) -> None:
    assert light(array, "linear").max() <= 1


@pytest.mark.parametrize(
    ("array", "space", "said"),
    [
        (CODES, None, r"say which: .* space='srgb'"),
        (CODES, "rgb", r"there is no space 'rgb'; there are: 'srgb' \(codes"),
        (CODES.astype(float), "srgb", "divide by 255"),
        (CODES.astype(np.int64), "srgb", "uint8, uint16, or floating-point"),
        (np.full((4, 4, 3), np.nan), "srgb", "NaN"),
        (np.moveaxis(CODES, -1, 0), "srgb", "channels come last"),
        (CODES[None], "srgb", r"list\(batch\)"),
        (ImageArray(CODES, "srgb"), "linear", "say it once"),
        (Image.fromarray(CODES), "srgb", "a file says it itself"),
        ("photo.jpg", "srgb", "a file says it itself"),
        ([CODES], None, "got a list"),
    ],
)  # fmt: skip
def test_what_is_no_picture_of_a_stated_space_says_what_to_do(
    array: Any, space: str | None, said: str
) -> None:
    with pytest.raises((ImageError, OptionError), match=said):
        light(array, space)
