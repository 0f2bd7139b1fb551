"""Whatever colours a PNG states, and at whatever depth, the scene has one profile."""

import io
import struct

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import examine, read_image
from tests.images import scene

BT2020 = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046)
P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
ADOBE = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
PROPHOTO = (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)


def gama(exponent: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(100_000 / exponent))


def chrm(xy: tuple[float, ...]) -> tuple[bytes, bytes]:
    red, green, blue = xy[:2], xy[2:4], xy[4:]
    values = [0.3127, 0.3290, *red, *green, *blue]
    return b"cHRM", struct.pack(">8I", *(round(100_000 * value) for value in values))


def cicp(colours: int, transfer: int, is_full: int = 1) -> tuple[bytes, bytes]:
    return b"cICP", bytes([colours, transfer, 0, is_full])


def icc(gamma: float, xy: tuple[float, ...] = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)) -> bytes:
    return imagecodecs.cms_profile(
        "rgb", gamma=gamma, whitepoint=[0.3127, 0.3290], primaries=list(xy)
    )


def pq(linear):
    return scene.colour_science().eotf_inverse(np.asarray(linear) * 203, "ITU-R BT.2100 PQ")


def hlg(linear):
    light = np.maximum(np.asarray(linear) * 203, 1e-6)
    with np.errstate(all="ignore"):  # it works out both branches of the curve everywhere
        return scene.colour_science().eotf_inverse(light, "ITU-R BT.2100 HLG", L_W=1000)


SRGB_CHUNK = (b"sRGB", b"\0")
SRGB = scene.srgb_codes


def power(exponent):
    return lambda linear: np.asarray(linear) ** (1 / exponent)


def in_primaries(curve, xy):
    """The code values of a scene in wider primaries."""
    return lambda linear: curve(np.clip(linear @ scene.to_primaries(xy).T, 0, 1))


COLOURS = {
    "nothing": (SRGB, ()),
    "sRGB": (SRGB, (SRGB_CHUNK,)),
    "gAMA 1": (power(1.0), (gama(1.0),)),
    "gAMA 1.8": (power(1.8), (gama(1.8),)),
    "gAMA of sRGB": (SRGB, (gama(2.2),)),
    "gAMA and cHRM of sRGB": (SRGB, (gama(2.2), chrm((0.64, 0.33, 0.30, 0.60, 0.15, 0.06)))),
    "gAMA and cHRM": (in_primaries(power(1.8), P3), (gama(1.8), chrm(P3))),
    "cHRM alone": (in_primaries(SRGB, P3), (chrm(P3),)),
    "iCCP linear": (power(1.0), (scene.iccp(icc(1.0)),)),
    "iCCP gamma 1.8": (power(1.8), (scene.iccp(icc(1.8)),)),
    "iCCP P3": (in_primaries(power(2.2), P3), (scene.iccp(icc(2.2, P3)),)),
    "iCCP Adobe": (in_primaries(power(2.2), ADOBE), (scene.iccp(icc(2.2, ADOBE)),)),
    "iCCP wide": (in_primaries(power(1.8), PROPHOTO), (scene.iccp(icc(1.8, PROPHOTO)),)),
    "iCCP before sRGB": (power(1.0), (scene.iccp(icc(1.0)), SRGB_CHUNK, gama(2.2))),
    "sRGB before gAMA": (SRGB, (gama(1.0), SRGB_CHUNK)),
    "cICP before iCCP": (SRGB, (cicp(1, 13), scene.iccp(icc(1.0)))),
    "cICP P3": (in_primaries(SRGB, P3), (cicp(12, 13),)),
    "cICP linear": (power(1.0), (cicp(1, 8),)),
    "cICP BT.2020 PQ": (in_primaries(pq, BT2020), (cicp(9, 16),)),
    "cICP BT.2020 HLG": (in_primaries(hlg, BT2020), (cicp(9, 18),)),
    "broken iCCP": (SRGB, ((b"iCCP", b"x\0\0not packed"),)),
    "iCCP of nothing": (SRGB, (scene.iccp(b"\0" * 200),)),
    "senseless cHRM": (SRGB, ((b"cHRM", struct.pack(">8I", *[0] * 8)),)),
}  # fmt: skip

COARSE = {"gAMA 1", "iCCP linear", "iCCP before sRGB", "cICP linear", "cICP BT.2020 PQ"}
"""What eight bits are too few for: steps of 1/255 in linear light."""


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("is_grey", [False, True], ids=["rgb", "grey"])
@pytest.mark.parametrize("stated", COLOURS)
def test_a_scene_has_one_profile(stated, is_grey, bits):
    encode, chunks = COLOURS[stated]
    linear = scene.light(is_grey)
    codes = scene.stored(encode(linear), bits)
    if is_grey:
        codes = codes[..., :1]
        chunks = [scene.iccp(grey_icc(stated)) if name == b"iCCP" and "iCCP" in stated
                  and stated not in ("broken iCCP", "iCCP of nothing") else (name, body)
                  for name, body in chunks]  # fmt: skip
    image = read_image(scene.png(codes, *chunks))
    within = 0.03 if bits == 8 and stated in COARSE else scene.WITHIN
    scene.assert_same(image, linear, within)


def grey_icc(stated: str) -> bytes:
    gamma = {"iCCP gamma 1.8": 1.8, "iCCP P3": 2.2, "iCCP Adobe": 2.2, "iCCP wide": 1.8}
    return imagecodecs.cms_profile(
        "gray", gamma=gamma.get(stated, 1.0), whitepoint=[0.3127, 0.3290]
    )


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("is_grey", [False, True], ids=["rgb", "grey"])
@pytest.mark.parametrize("stated", ["nothing", "gAMA 1.8", "iCCP gamma 1.8"])
@pytest.mark.parametrize("how", ["alpha", "tRNS"])
def test_transparency_lies_over_mid_grey_whatever_the_colours(how, stated, is_grey, bits):
    encode, chunks = COLOURS[stated]
    linear = scene.light(is_grey).copy()
    codes = scene.stored(encode(linear), bits)
    if is_grey:
        codes = codes[..., :1]
        chunks = [scene.iccp(grey_icc(stated)) if name == b"iCCP" else (name, body)
                  for name, body in chunks]  # fmt: skip
    if how == "alpha":
        alpha = np.tile(np.linspace(0, 1, 128), (96, 1))
        codes = np.concatenate([codes, scene.stored(alpha, bits)[..., None]], axis=2)
    else:
        codes[codes == 7] = 8
        codes[:, :50] = 7
        alpha = np.ones((96, 128))
        alpha[:, :50] = 0
        chunks = [*chunks, (b"tRNS", struct.pack(">H", 7) * codes.shape[2])]
    image = read_image(scene.png(codes, *chunks))
    scene.assert_same(image, scene.over_grey(linear, alpha))
    assert "alpha composited on mid-grey" in image.notes


@pytest.mark.parametrize("bits", [8, 16])
def test_full_opacity_is_no_opacity(bits):
    codes = scene.stored(scene.srgb_codes(scene.light()), bits)
    full = np.full((*codes.shape[:2], 1), 2**bits - 1, codes.dtype)
    image = read_image(scene.png(np.concatenate([codes, full], axis=2)))
    assert "alpha composited on mid-grey" not in image.notes
    assert (image.rgb == read_image(scene.png(codes)).rgb).all()


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
def test_what_lies_above_white_counts_as_white_and_is_noted(transfer):
    linear = scene.light() * 3
    encode = {16: pq, 18: hlg}[transfer]
    codes = scene.stored(encode(np.clip(linear @ scene.to_primaries(BT2020).T, 0, None)), 16)
    image = read_image(scene.png(codes, cicp(9, transfer)))
    scene.assert_same(image, np.clip(linear, 0, 1))
    above = 100 * (linear.max(axis=2) > 1.01).mean()
    (note,) = [note for note in image.notes if note.startswith("HDR")]
    assert f"{above:.2g} % of the pixels lie above diffuse white (203 cd/m2)" in note


def test_narrow_range_is_widened():
    codes = scene.srgb_codes(scene.light()) * 219 * 256 + 16 * 256
    image = read_image(scene.png(np.rint(codes).astype(np.uint16), cicp(1, 13, is_full=0)))
    scene.assert_same(image, scene.light())


@pytest.mark.parametrize("numbers", [(3, 13), (1, 3), (200, 16), (9, 77)])
def test_numbers_that_mean_nothing_are_refused(numbers):
    codes = scene.stored(scene.srgb_codes(scene.light()), 8)
    with pytest.raises(ImageError, match="numbers that are not known"):
        read_image(scene.png(codes, cicp(*numbers)))


def test_how_it_was_read_stands_in_one_line(tmp_path):
    codes = scene.stored(pq(scene.light()), 16)
    path = tmp_path / "hdr.png"
    path.write_bytes(scene.png(codes, cicp(9, 16)))
    line = examine(path).facts.how.line()
    assert line == "16 bits, RGB, BT.2020 primaries (cICP), PQ (BT.2100) (read by libpng)"


def test_a_cut_off_sixteen_bit_png_is_not_called_damaged():
    data = scene.png(scene.stored(scene.srgb_codes(scene.light()), 16))
    with pytest.raises(ImageError, match="cut off"):
        read_image(data[: len(data) // 2])


def test_every_kind_of_low_depth_is_read_as_pillow_reads_it():
    grey = Image.fromarray(scene.stored(scene.srgb_codes(scene.light(True)), 8)[..., 0])
    for picture in (grey.convert("1"), grey.quantize(16), grey.quantize(4), grey.convert("LA")):
        file = io.BytesIO()
        picture.save(file, "PNG")
        linear = ((np.asarray(picture.convert("RGB")) / 255 + 0.055) / 1.055) ** 2.4
        low = np.asarray(picture.convert("RGB")) / 255 / 12.92
        codes = np.asarray(picture.convert("RGB")) / 255
        scene.assert_same(read_image(file.getvalue()), np.where(codes <= 0.04045, low, linear))
