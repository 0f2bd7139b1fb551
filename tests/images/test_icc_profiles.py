"""ICC profiles of every kind, at 8 and 16 bits, give the light that they state."""

import io
import struct

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageCms

from contrast_engine.images import icc, read_image
from tests.images import scene

D65 = [0.3127, 0.3290]
PRIMARIES = {
    "sRGB": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06),
    "P3": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    "Adobe RGB": (0.64, 0.33, 0.21, 0.71, 0.15, 0.06),
    "BT.2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
}


def grid(channels: int, bits: int) -> np.ndarray:
    """(1, n, channels) codes all over the cube, and along its edges."""
    rng = np.random.default_rng(4)
    most = 2**bits - 1
    codes = rng.integers(0, most + 1, (4000, channels))
    codes[:200] = rng.integers(0, 2, (200, channels)) * most
    codes[200:400] = np.linspace(0, most, 200).astype(int)[:, None]
    return codes.astype(np.uint8 if bits == 8 else np.uint16)[None]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
@pytest.mark.parametrize("primaries", PRIMARIES)
def test_curves_and_primaries_give_the_light_of_the_formula(primaries, gamma, bits):
    codes = grid(3, bits)
    data = imagecodecs.cms_profile(
        "rgb", gamma=gamma, whitepoint=D65, primaries=list(PRIMARIES[primaries])
    )
    linear = (codes / (2**bits - 1)) ** gamma
    expected = np.clip(linear @ np.linalg.inv(scene.to_primaries(PRIMARIES[primaries])).T, 0, 1)
    assert np.abs(icc.profile(data, codes).linear(codes) - expected).max() < 1e-3


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_a_grey_profile_gives_the_light_of_its_curve(gamma, bits):
    codes = grid(1, bits)
    data = imagecodecs.cms_profile("gray", gamma=gamma, whitepoint=D65)
    expected = (codes / (2**bits - 1)) ** gamma
    assert np.abs(icc.profile(data, codes).linear(codes) - expected).max() < 1e-3


def tabled(space: bytes, weights: list[float], offset: float) -> bytes:
    """A profile that is a table: L* = 100 (offset + weights * codes), without colour.

    It is linear in the codes, so that every way of interpolating gives the same.
    """
    inputs = len(weights)
    corners = np.stack(np.meshgrid(*[[0, 1]] * inputs, indexing="ij"), -1).reshape(-1, inputs)
    lightness = offset + corners @ np.array(weights)
    table = np.stack([lightness * 0xFF00, *[np.full(len(lightness), 0x8000)] * 2], axis=1)
    identity = struct.pack(">9i", *(65536 if n % 4 == 0 else 0 for n in range(9)))
    lut = b"mft2\0\0\0\0" + bytes([inputs, 3, 2, 0]) + identity + struct.pack(">2H", 2, 2)
    lut += struct.pack(">2H", 0, 65535) * inputs
    lut += np.rint(table).astype(">u2").tobytes() + struct.pack(">2H", 0, 65535) * 3
    text = b"desc\0\0\0\0" + struct.pack(">I", 6) + b"table\0" + b"\0" * 78
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = [(b"desc", text), (b"wtpt", white), (b"A2B0", lut)]
    at = 128 + 4 + 12 * len(tags)
    directory, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags:
        body += b"\0" * (-len(body) % 4)
        directory += name + struct.pack(">2I", at + len(bodies), len(body))
        bodies += body
    head = bytearray(128)
    head[:4] = struct.pack(">I", at + len(bodies))
    head[8:12], head[12:16], head[16:20], head[20:24] = b"\2\x40\0\0", b"prtr", space, b"Lab "
    head[36:40], head[68:80] = b"acsp", struct.pack(">3i", 63190, 65536, 54061)
    return bytes(head) + directory + bodies


TABLES = {
    "RGB": (b"RGB ", [0.5, 0.3, 0.2], 0.0),
    "CMYK": (b"CMYK", [-0.2, -0.2, -0.1, -0.5], 1.0),
    "grey": (b"GRAY", [1.0], 0.0),
}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", TABLES)
def test_a_profile_of_tables_gives_the_light_of_its_table(kind, bits):
    space, weights, offset = TABLES[kind]
    codes = grid(len(weights), bits)
    profile = icc.profile(tabled(space, weights, offset), codes)
    lightness = 100 * (offset + codes / (2**bits - 1) @ np.array(weights))
    y = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    light = profile.linear(codes)
    assert np.abs(light - y[..., None]).max() < 3e-3


@pytest.mark.parametrize("bits", [8, 16])
def test_a_profile_that_is_srgb_changes_nothing(bits):
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    codes = scene.stored(scene.srgb_codes(scene.light()), bits)
    plain, described = read_image(scene.png(codes)), read_image(scene.png(codes, scene.iccp(data)))
    assert (plain.rgb == described.rgb).all()
    assert icc.CONVERTED not in described.notes


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("is_grey", [False, True], ids=["rgb", "grey"])
@pytest.mark.parametrize("wrong", ["CMYK", "other"])
def test_a_profile_of_another_colour_space_is_left_out_and_noted(wrong, is_grey, bits):
    codes = scene.stored(scene.srgb_codes(scene.light(is_grey)), bits)
    codes = codes[..., :1] if is_grey else codes
    other = imagecodecs.cms_profile("gray", gamma=1.0) if not is_grey else b"\0" * 300
    data = tabled(*TABLES["CMYK"]) if wrong == "CMYK" else other
    image = read_image(scene.png(codes, scene.iccp(data)))
    assert icc.NOT_USED in image.notes
    scene.assert_same(image, scene.light(is_grey))


def test_a_grey_picture_with_the_profile_of_a_colour_picture_uses_its_curve():
    data = imagecodecs.cms_profile("rgb", gamma=1.8, whitepoint=D65, primaries=PRIMARIES["P3"])
    codes = scene.stored(scene.light(is_grey=True) ** (1 / 1.8), 16)[..., :1]
    scene.assert_same(read_image(scene.png(codes, scene.iccp(data))), scene.light(is_grey=True))


def test_an_hdr_profile_is_not_read_as_a_standard_range():
    data = bytearray(imagecodecs.cms_profile("rgb", gamma=2.2, whitepoint=D65))
    # A profile of version 4.4 names PQ and BT.2020 in a tag "cicp"; put in place of the copyright.
    where = data.index(b"cprt")
    at = struct.unpack(">I", data[where + 4 : where + 8])[0]
    data[where : where + 4] = b"cicp"
    data[where + 8 : where + 12] = struct.pack(">I", 12)
    data[at : at + 12] = b"cicp\0\0\0\0" + bytes([9, 16, 0, 1])
    codes = scene.stored(scene.srgb_codes(scene.light()), 16)
    stated = read_image(scene.png(codes, (b"cICP", bytes([9, 16, 0, 1]))))
    assert (read_image(scene.png(codes, scene.iccp(bytes(data)))).rgb == stated.rgb).all()


def jpeg(codes: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[codes.shape[2]]
    picture = Image.fromarray(codes[..., 0] if mode == "L" else codes, mode)
    picture.save(file, "JPEG", quality=100, subsampling=0, **options)
    return file.getvalue()


@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated")
def test_a_jpeg_in_inks_is_read_through_its_table():
    space, weights, offset = TABLES["CMYK"]
    rng = np.random.default_rng(2)
    codes = np.repeat(np.repeat(rng.integers(0, 256, (12, 16, 4)), 8, axis=0), 8, axis=1)
    image = read_image(jpeg(codes.astype(np.uint8), icc_profile=tabled(space, weights, offset)))
    lightness = 100 * (offset + codes / 255 @ np.array(weights))
    y = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    scene.assert_same(image, np.repeat(y[..., None], 3, axis=2), within=0.02)


def exif(index: str, colour_space: int) -> bytes:
    made = Image.Exif()
    made.get_ifd(0x8769)[0xA001] = colour_space
    made.get_ifd(0x8769)[0xA005] = {1: index}
    return made.tobytes()


@pytest.mark.parametrize(
    ("index", "colour_space", "is_adobe"),
    [("R03", 0xFFFF, True), ("R98", 1, False), ("R98", 0xFFFF, False), ("R03", 1, False)],
)
def test_exif_says_adobe_rgb_by_its_interoperability_index(index, colour_space, is_adobe):
    codes = scene.stored(scene.light() ** (256 / 563), 8)
    image = read_image(jpeg(codes, exif=exif(index, colour_space)))
    noted = [note for note in image.notes if "Adobe RGB" in note]
    assert bool(noted) == is_adobe
    if is_adobe:
        linear = np.clip(scene.light() @ np.linalg.inv(scene.to_primaries(
            PRIMARIES["Adobe RGB"])).T, 0, 1)  # fmt: skip
        scene.assert_same(image, linear, within=0.02)


def test_a_profile_wins_over_exif():
    codes = scene.stored(scene.srgb_codes(scene.light()), 8)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = read_image(jpeg(codes, exif=exif("R03", 0xFFFF), icc_profile=srgb))
    assert not [note for note in image.notes if "Adobe RGB" in note]


def test_a_mutated_profile_is_used_or_left_out_and_nothing_else():
    rng = np.random.default_rng(5)
    whole = imagecodecs.cms_profile("rgb", gamma=2.2, whitepoint=D65, primaries=PRIMARIES["P3"])
    codes = grid(3, 8)[:, :50]
    for _ in range(150):
        data = bytearray(whole)
        for spot in rng.integers(0, len(data), rng.integers(1, 9)):
            data[spot] = rng.integers(0, 256)
        made = icc.profile(bytes(data), codes)
        if made is not None:
            light = made.linear(codes)
            assert light.min() >= 0
            assert light.max() <= 1
