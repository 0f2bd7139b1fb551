"""JPEG 2000 and WebP: depth, colours and opacity as the file states them."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import read_image
from contrast_engine.images.decoding import decode
from tests.images.known_scene import colour, in_colours, is_close, scene, twin

P3 = imagecodecs.cms_profile(
    "rgb", whitepoint=[0.3127, 0.329], primaries=[0.68, 0.32, 0.265, 0.69, 0.15, 0.06], gamma=2.2
)
LINEAR = imagecodecs.cms_profile("gray", whitepoint=[0.3127, 0.329], gamma=1.0)


def box(name: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + name + body


def jp2(value: np.ndarray, bits: int, *, space: int | bytes = 0, extra: int | None = None) -> bytes:
    """A lossless JP2 of (h, w, c) values 0..1 whose header says what it is told."""
    most = (1 << bits) - 1
    codes = np.ascontiguousarray(np.rint(value * most).astype(np.uint8 if bits == 8 else np.uint16))
    codes = codes[..., 0] if codes.shape[2] == 1 else codes
    data = imagecodecs.jpeg2k_encode(
        np.ascontiguousarray(codes), level=0, codecformat="jp2", bitspersample=bits,
        reversible=True, mct=False,
    )  # fmt: skip
    channels = value.shape[2]
    if isinstance(space, bytes):
        own = box(b"colr", b"\2\0\0" + space)
    else:
        own = box(b"colr", b"\1\0\0" + (space or (17 if channels < 3 else 16)).to_bytes(4, "big"))
    if extra is not None:
        rows = [(k, 0, k + 1) for k in range(channels - 1)] + [(channels - 1, extra, 0)]
        body = channels.to_bytes(2, "big")
        body += b"".join(n.to_bytes(2, "big") for row in rows for n in row)
        own += box(b"cdef", body)
    at = data.index(b"jp2h") - 4
    length = int.from_bytes(data[at : at + 4], "big")
    kept = data[at + 8 : data.index(b"colr") - 4]
    return data[:at] + box(b"jp2h", kept + own) + data[at + length :]


def value_of(name: str, *, is_grey: bool) -> np.ndarray:
    light = scene()[..., 1:2] if is_grey else scene()
    return in_colours(light[..., 0] if is_grey else light, name).reshape(light.shape)


def with_opacity(value: np.ndarray, *, is_associated: bool) -> tuple[np.ndarray, bytes]:
    """Values with opacity, and a PNG of the same."""
    opacity = np.tile(np.linspace(0.2, 1, 96), (64, 1))[..., None]
    png = imagecodecs.png_encode(np.rint(65535 * np.dstack([value, opacity])).astype(np.uint16))
    return np.dstack([value * opacity if is_associated else value, opacity]), png


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("is_grey", [False, True])
@pytest.mark.parametrize("profile", ["none", "ICC"])
def test_a_jpeg_2000_has_the_profile_of_its_twin(bits, is_grey, profile):
    light = scene()[..., 1] if is_grey else scene()
    if profile == "none":
        data = jp2(value_of("srgb", is_grey=is_grey), bits)
    elif is_grey:
        data = jp2(light[..., None], bits, space=LINEAR)
    else:
        spaces = colour.RGB_COLOURSPACES
        matrix = colour.matrix_RGB_to_RGB(spaces["sRGB"], spaces["Display P3"])
        data = jp2(np.clip(light @ matrix.T, 0, 1) ** (1 / 2.2), bits, space=P3)
    is_close(data, twin(light), within=0.03 if bits == 8 else 0.005)


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("is_grey", [False, True])
@pytest.mark.parametrize("kind", [1, 2, 65535])
def test_a_further_channel_is_what_the_file_says(bits, is_grey, kind):
    value = value_of("srgb", is_grey=is_grey)
    whole, over_grey = with_opacity(value, is_associated=kind == 2)
    data = jp2(whole, bits, extra=kind)
    light = scene()[..., 1] if is_grey else scene()
    is_close(data, twin(light) if kind == 65535 else over_grey, within=0.02 if bits == 8 else 0.005)
    assert ("alpha composited on mid-grey" in read_image(data).notes) == (kind != 65535)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("space", "name"), [(14, "CIE Lab"), (20, "e-sRGB"), (21, "ROMM RGB")])
def test_a_colour_space_that_is_not_read_is_named(bits, space, name):
    data = jp2(value_of("srgb", is_grey=False), bits, space=space)
    with pytest.raises(ImageError, match=f"in the colour space {name}"):
        read_image(data)


def test_inks_are_no_opacity():
    inks = np.dstack([1 - value_of("srgb", is_grey=False), np.zeros((64, 96))])
    image = read_image(jp2(inks, 16, space=12))
    assert any("CMYK without a profile" in note for note in image.notes)
    is_close(jp2(inks, 16, space=12), twin(scene()))


def test_numbers_with_a_sign_are_refused_as_such():
    codes = np.arange(-800, 800, dtype=np.int16).reshape(40, 40)
    data = imagecodecs.jpeg2k_encode(codes, level=0, codecformat="jp2", reversible=True)
    with pytest.raises(ImageError, match="numbers with a sign"):
        read_image(data)


@pytest.mark.parametrize("is_grey", [False, True])
@pytest.mark.parametrize("kind", ["none", "ICC", "opacity"])
def test_a_webp_has_the_profile_of_its_twin(is_grey, kind):
    value = value_of("p3" if kind == "ICC" else "srgb", is_grey=is_grey)
    value = np.repeat(value, 3, axis=2) if is_grey else value
    light = np.repeat(scene()[..., 1:2], 3, axis=2) if is_grey else scene()
    reference, options = twin(light), {}
    if kind == "ICC":
        spaces = colour.RGB_COLOURSPACES
        matrix = colour.matrix_RGB_to_RGB(spaces["sRGB"], spaces["Display P3"])
        value, options = np.clip(light @ matrix.T, 0, 1) ** (1 / 2.2), {"icc_profile": P3}
    if kind == "opacity":
        value, reference = with_opacity(value, is_associated=False)
    file = io.BytesIO()
    codes = np.rint(255 * value).astype(np.uint8)
    Image.fromarray(codes).save(file, "WEBP", lossless=True, exact=True, **options)
    is_close(file.getvalue(), reference, within=0.02)
    assert decode(file.getvalue(), "a", None).how.depth == "8 bits"
