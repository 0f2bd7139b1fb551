"""JPEG XL: full depth, colours by its own header, opacity, turns; what cannot be known is refused."""

import sys

import imagecodecs
import numpy as np
import pytest

from contrast_engine.errors import ImageError
from contrast_engine.images import examine, looks_like_image, read_image
from contrast_engine.images.decoding import decode
from contrast_engine.images.readers import jpeg_xl
from tests.images.jxl_writer import jxl
from tests.images.known_scene import colour, in_colours, is_close, scene, twin

BT2100, P3 = 9, 11
STATED = {
    "none": {}, "p3": {"primaries": P3}, "pq": {"primaries": BT2100, "transfer": 16},
    "hlg": {"primaries": BT2100, "transfer": 18}, "linear": {"transfer": 8},
}  # fmt: skip


def coded(name: str, bits: int, *, is_grey: bool) -> np.ndarray:
    light = scene()[..., 1] if is_grey else scene()
    codes = np.rint(in_colours(light, name) * ((1 << bits) - 1))
    return codes.astype(np.uint8 if bits == 8 else np.uint16)


@pytest.mark.parametrize("name", list(STATED))
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("is_grey", [False, True])
def test_a_picture_has_one_profile_in_every_coding(name, bits, is_grey):
    data = jxl(coded(name, bits, is_grey=is_grey), bits, **STATED[name])
    raster = decode(data, "a photo", None)
    assert raster.how.depth == f"{bits} bits"
    assert raster.codes.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert any("HDR" in note for note in raster.notes) == (name in ("pq", "hlg"))
    light = scene()[..., 1] if is_grey else scene()
    is_close(data, twin(light), within=0.03 if bits == 8 else 0.005)


@pytest.mark.parametrize("name", ["none", "p3", "linear"])
def test_what_was_coded_as_seen_comes_out_in_the_stated_colours(name):
    data = jxl(coded("linear", 16, is_grey=False), 16, is_lossy=True, **STATED[name])
    is_close(data, twin(scene()), within=0.01)


def test_own_primaries_and_gamma_are_used():
    adobe = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
    spaces = colour.RGB_COLOURSPACES
    matrix = colour.matrix_RGB_to_RGB(spaces["sRGB"], spaces["Adobe RGB (1998)"])
    codes = np.rint(65535 * np.clip(scene() @ matrix.T, 0, 1) ** (256 / 563)).astype(np.uint16)
    is_close(jxl(codes, 16, primaries=adobe, gamma=563 / 256), twin(scene()))


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_floating_point_light_keeps_what_is_dark(kind):
    bits = 16 if kind == np.float16 else 32
    is_close(jxl(scene().astype(kind), bits, transfer=8), twin(scene()))
    assert decode(jxl(scene().astype(kind), bits, transfer=8), "a", None).how.white == "1.0"
    curved = in_colours(scene(), "none").astype(kind)
    is_close(jxl(curved, bits), twin(scene()))


@pytest.mark.parametrize("bits", [8, 10, 16])
@pytest.mark.parametrize("is_grey", [False, True])
@pytest.mark.parametrize("is_associated", [False, True])
def test_opacity_lies_over_mid_grey(bits, is_grey, is_associated):
    value = in_colours(scene(), "none")
    value = value[..., :1] if is_grey else value
    opacity = np.tile(np.linspace(0.2, 1, 96), (64, 1))[..., None]
    stored = value * opacity if is_associated else value
    whole = np.dstack([stored, opacity]) * ((1 << bits) - 1)
    data = jxl(
        np.rint(whole).astype(np.uint8 if bits == 8 else np.uint16), bits,
        is_associated=is_associated,
    )  # fmt: skip
    wide = np.rint(65535 * np.dstack([value, opacity])).astype(np.uint16)
    is_close(data, imagecodecs.png_encode(wide), within=0.02 if bits == 8 else 0.005)


def test_opacity_that_is_full_is_none():
    codes = np.dstack([coded("none", 16, is_grey=False), np.full((64, 96), 65535, np.uint16)])
    assert decode(jxl(codes, 16), "a", None).opacity == ""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_are_applied_once(orientation):
    codes = coded("none", 16, is_grey=False)
    raster = decode(jxl(codes, 16, orientation=orientation), "a", None)
    assert raster.orientation == 1
    turned = codes.swapaxes(0, 1) if orientation > 4 else codes
    turned = turned[::-1] if orientation in (3, 4, 7, 8) else turned
    turned = turned[:, ::-1] if orientation in (2, 3, 6, 7) else turned
    assert np.array_equal(raster.codes, turned)


@pytest.mark.parametrize("stated", [{"transfer": 2}, {"space": 3}])
def test_colours_that_cannot_be_known_are_refused(stated):
    with pytest.raises(ImageError, match="whose colours cannot be known"):
        read_image(jxl(coded("none", 16, is_grey=False), 16, **stated))


def test_without_the_extra_a_profile_is_not_guessed(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    data = jxl(coded("none", 16, is_grey=False), 16, has_icc=True)
    with pytest.raises(ImageError) as caught:
        read_image(data, name="photo.jxl")
    assert str(caught.value) == (
        "photo.jxl is a JPEG XL image with a colour profile; install the extra: "
        "pip install 'contrast-engine[jxl]'"
    )
    is_close(jxl(coded("p3", 16, is_grey=False), 16, primaries=P3), twin(scene()))


def test_a_profile_in_the_file_is_used(monkeypatch):
    # no encoder here writes one; what the extra finds in a file stands in for it
    own = imagecodecs.cms_profile(
        "rgb", whitepoint=[0.3127, 0.329], primaries=[0.64, 0.33, 0.3, 0.6, 0.15, 0.06], gamma=1.8
    )
    plain = jxl_header_with_icc = jxl(coded("none", 16, is_grey=False), 16)
    said = jpeg_xl.jxl_header.header(plain)
    said.has_icc, said.places, said.transfer = True, None, 0
    monkeypatch.setattr(jpeg_xl.jxl_header, "header", lambda data: said)
    monkeypatch.setattr(jpeg_xl, "_icc", lambda source: own)
    raster = decode(jxl_header_with_icc, "a photo", None)
    assert raster.profile.name.startswith("ICC profile")
    light = raster.light(0, 64)
    assert light == pytest.approx((raster.codes / 65535.0) ** 1.8, abs=1e-4)


def test_damaged_files_are_refused(tmp_path):
    whole = jxl(coded("none", 16, is_grey=False), 16)
    for length in (3, 12, 400, len(whole) - 9):
        with pytest.raises(ImageError, match=r"cut off|damaged|not an image"):
            read_image(whole[:length])
    path = tmp_path / "photo.jpg"
    path.write_bytes(imagecodecs.jpegxl_encode(coded("none", 8, is_grey=False), usecontainer=True))
    assert looks_like_image(path)
    assert examine(path).facts.format == "JPEG XL"
    rng, said = np.random.default_rng(0), []
    for _ in range(60):
        data = bytearray(whole)
        data[rng.integers(0, 60)] = rng.integers(0, 256)
        try:
            read_image(bytes(data))
        except ImageError as error:
            said.append(str(error))
    assert all(len(reason) < 200 for reason in said)
