"""OpenEXR, Radiance HDR, PFM and floating-point TIFF: light whose white is stated, once."""

import io
import struct

import imagecodecs
import numpy as np
import OpenEXR
import pytest
import tifffile
from PIL import Image

from contrast_engine.errors import ImageError, OptionError
from contrast_engine.features import features
from contrast_engine.images import LinearImage, looks_like_image, read_image
from contrast_engine.images.decoding import decode
from contrast_engine.images.raster import Raster
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.images.white import ordinal, white_of

HEIGHT, WIDTH = 60, 80
FEATURES = ("mean_y", "c_rms", "u_dr", "chroma_mean")
Y = np.array([0.2126, 0.7152, 0.0722])
WHITE = ReadingOptions(white="2.5")

# Linear sRGB to XYZ under D65, IEC 61966-2-1.
TO_XYZ = np.array(
    [
        [0.4123908, 0.3575843, 0.1804808],
        [0.2126390, 0.7151687, 0.0721923],
        [0.0193308, 0.1191948, 0.9505322],
    ]
)
BT2020 = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
# BT.2087: linear BT.2020 to linear BT.709.
FROM_BT2020 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)


def scene(channels: int = 3) -> np.ndarray:
    """Light from .02 to about 4, (h, w, channels), smooth, with a small lamp of 50."""
    coarse = np.random.default_rng(8).uniform(0.02, 2.4, (5, 6, channels)).astype(np.float32)
    planes = [
        np.asarray(
            Image.fromarray(coarse[..., c]).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        )
        for c in range(channels)
    ]
    light = np.stack(planes, axis=-1)
    light[3:6, 3:6] = 50
    return light


def exr(channels: dict[str, np.ndarray], **header) -> bytes:
    file = io.BytesIO()
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}
    planes = {name: np.ascontiguousarray(plane) for name, plane in channels.items()}
    OpenEXR.File(header, planes).write(file)
    return file.getvalue()


def rgb(light: np.ndarray, kind=np.float32) -> dict[str, np.ndarray]:
    return {name: light[..., at].astype(kind) for at, name in enumerate("RGB"[: light.shape[2]])}


def radiance(light: np.ndarray, head: str = "FORMAT=32-bit_rle_rgbe\n", size: str = "") -> bytes:
    whole = imagecodecs.rgbe_encode(np.ascontiguousarray(light, np.float32), header=True)
    body = whole[whole.index(b"\n", whole.index(b"\n\n") + 2) + 1 :]
    size = size or f"-Y {light.shape[0]} +X {light.shape[1]}"
    return f"#?RADIANCE\n{head}\n{size}\n".encode() + body


def pfm(light: np.ndarray, scale: float = -1.0) -> bytes:
    head = f"{'PF' if light.shape[2] == 3 else 'Pf'}\n{light.shape[1]} {light.shape[0]}\n{scale}\n"
    return head.encode() + light[::-1].astype("<f4" if scale < 0 else ">f4").tobytes()


def tiff(light: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    kind = "rgb" if light.ndim == 3 and light.shape[2] > 2 else "minisblack"
    tifffile.imwrite(file, light, photometric=kind, metadata=None, **options)
    return file.getvalue()


def same(
    data: bytes, light: np.ndarray, options: ReadingOptions = WHITE, within: float = 0.005
) -> Raster:
    white = float(options.white)
    wanted = LinearImage(np.clip(np.broadcast_to(light, (HEIGHT, WIDTH, 3)) / white, 0, 1))
    found = read_image(data, name="a", options=options)
    for name in FEATURES:
        right = float(features[name].measure(wanted))
        assert float(features[name].measure(found)) == pytest.approx(right, rel=within, abs=1e-3), (
            name
        )
    assert np.abs(found.rgb - wanted.rgb).mean() < within  # and not upside down
    return decode(data, "a", None, options)


KINDS = {
    "OpenEXR": lambda light: exr(rgb(light)),
    "OpenEXR, halves": lambda light: exr(rgb(light, np.float16)),
    "OpenEXR, tiled": lambda light: exr(rgb(light), type=OpenEXR.tiledimage, tiles=OpenEXR.TileDescription()),
    "OpenEXR, PIZ": lambda light: exr(rgb(light), compression=OpenEXR.PIZ_COMPRESSION),
    "OpenEXR, plain": lambda light: exr(rgb(light), compression=OpenEXR.NO_COMPRESSION),
    "Radiance": radiance,
    "PFM": pfm,
    "PFM, big-endian": lambda light: pfm(light, 1.0),
    "TIFF": tiff,
    "TIFF, halves": lambda light: tiff(light.astype(np.float16)),
    "TIFF, doubles": lambda light: tiff(light.astype(np.float64)),
    "TIFF, planes": lambda light: tiff(np.moveaxis(light, -1, 0), planarconfig="separate"),
    "TIFF, predictor": lambda light: tiff(light, compression="zlib", predictor=3, tile=(16, 16)),
    "TIFF, big-endian": lambda light: tiff(light, byteorder=">"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_of_light_reads_the_same(kind):
    raster = same(KINDS[kind](scene()), scene(), within=0.02 if kind == "Radiance" else 0.005)
    assert raster.how.white == "2.5"
    assert any(note.startswith("linear light, white at 2.5, as chosen") for note in raster.notes)
    assert raster.how.transfer == "linear"


@pytest.mark.parametrize("kind", ["OpenEXR", "PFM", "TIFF"])
def test_grey_light_reads_the_same(kind):
    light = scene(1)
    data = {"OpenEXR": lambda: exr({"Y": light[..., 0]}), "PFM": lambda: pfm(light), "TIFF": lambda: tiff(light[..., 0])}[kind]()  # fmt: skip
    assert same(data, light).codes.shape[2] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_white_is_a_percentile_of_the_pictures_own_luminance_unless_told_otherwise(kind):
    raster = decode(KINDS[kind](scene()), "a", None)
    white = np.percentile(scene().astype(np.float64) @ Y, 99.5)
    share, value = raster.how.white.split(" = ")
    assert share == "P99.5"
    assert float(value) == pytest.approx(white, rel=0.01)
    said = next(note for note in raster.notes if note.startswith("linear light, white at"))
    above = float(said.partition("luminance; ")[2].partition(" %")[0])
    assert "the 99.5th percentile of its luminance" in said
    assert above == pytest.approx(0.5, abs=0.11)  # many pixels are exactly as bright


def test_the_same_light_twice_as_bright_has_the_same_profile():
    one, two = (read_image(tiff(scene() * gain)).rgb for gain in (1, 2))
    np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.parametrize("option", ["white", "P0", "P101", "0", "nan"])
def test_a_white_that_means_nothing_is_refused(option):
    with pytest.raises(OptionError, match="white must be a value above 0"):
        read_image(pfm(scene()), options=ReadingOptions(white=option))


@pytest.mark.parametrize(("option", "light"), [("1e99", 0), ("1e-99", 1)])
def test_a_white_beyond_all_light_leaves_black_or_white(option, light):
    image = read_image(pfm(scene()), options=ReadingOptions(white=option))
    np.testing.assert_allclose(image.rgb, light, atol=1e-6)


def test_percentiles_are_words():
    assert [ordinal(n) for n in (99.5, 50, 91, 92, 93, 11, 12, 13, 100)] == [
        "99.5th", "50th", "91st", "92nd", "93rd", "11th", "12th", "13th", "100th",
    ]  # fmt: skip
    assert white_of(np.arange(101, dtype=np.float32), "P50") == 50


def test_light_that_is_no_light_is_counted_and_said():
    light = scene(1)
    light[0, :5], light[1, :4], light[2, 0] = np.nan, -1, np.inf
    raster = decode(tiff(light[..., 0]), "a", None)
    assert "5 pixels that are no numbers (NaN) count as black" in raster.notes
    assert "4 pixels with light below 0 count as 0 there" in raster.notes
    assert "1 pixel that is infinite counts as white" in raster.notes
    shown = read_image(tiff(light[..., 0])).rgb
    assert np.isfinite(shown).all()
    assert shown[2, 0, 0] == 1
    assert shown[0, :5].max() == shown[1, :4].max() == 0


@pytest.mark.parametrize("kind", ["OpenEXR", "PFM", "TIFF"])
def test_a_picture_without_any_number_is_refused(kind):
    with pytest.raises(ImageError, match=r"nan.exr holds no numbers: every pixel is NaN"):
        read_image(KINDS[kind](np.full((8, 8, 3), np.nan, np.float32)), name="nan.exr")


@pytest.mark.parametrize("value", [0.0, -3.0, 1e-42])
def test_a_picture_without_light_is_black_and_says_so(value):
    image = read_image(tiff(np.full((8, 8), value, np.float32)))
    assert image.rgb.max() < 1e-6
    assert image.notes


def test_a_picture_of_one_value_is_white():
    image = read_image(tiff(np.full((8, 8), 7.0, np.float32)))
    assert image.rgb.min() == pytest.approx(1)
    assert any("white at 7" in note for note in image.notes)


def test_numbers_at_the_end_of_their_range_do_not_overflow():
    light = scene() * np.float32(1e36)
    assert np.isfinite(read_image(exr(rgb(light), chromaticities=BT2020)).rgb).all()
    assert np.isfinite(read_image(tiff(scene().astype(np.float64) * 1e200)).rgb).all()


def test_primaries_that_an_openexr_file_states_are_used():
    light = np.clip(scene(), 0, 2.4) * 0.5 + 0.6  # no colour outside sRGB
    wide = light @ np.linalg.inv(FROM_BT2020).T
    assert "own primaries" in same(exr(rgb(wide), chromaticities=BT2020), light).how.profile


def test_opacity_of_openexr_is_multiplied_in():
    light = np.clip(scene(), 0, 2.4)
    alpha = np.ones((HEIGHT, WIDTH), np.float32)
    alpha[:, :40] = 0.5
    data = exr({**rgb(light * alpha[..., None]), "A": alpha})
    over = light * alpha[..., None] + 2.5 * 0.21404114 * (1 - alpha[..., None])
    raster = same(data, over)
    assert raster.opacity == "associated"
    assert "alpha composited on mid-grey" in raster.notes


def test_layers_that_are_not_the_picture_are_left_out_and_listed():
    light = scene()
    raster = same(exr({**rgb(light), "diffuse.R": light[..., 0], "Z": light[..., 0]}), light)
    assert "other layers left out: Z, diffuse" in raster.notes
    with pytest.raises(ImageError, match=r"a.exr has no layer .* only depth, diffuse; export"):
        read_image(exr({"diffuse.R": light[..., 0], "depth": light[..., 0]}), name="a.exr")


def test_the_first_part_counts():
    parts = [
        OpenEXR.Part({"type": OpenEXR.scanlineimage}, rgb(scene() * gain), name)
        for gain, name in ((1, "left"), (0, "right"))
    ]
    file = io.BytesIO()
    OpenEXR.File(parts).write(file)
    assert "first of several parts" in same(file.getvalue(), scene()).notes


def exr_by_hand(planes: dict[str, np.ndarray]) -> bytes:
    """Uncompressed lines; planes of half the size have a sample for every second pixel and line."""

    def attribute(name: str, kind: str, value: bytes) -> bytes:
        return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(value)) + value

    step = {name: HEIGHT // len(planes[name]) for name in sorted(planes)}
    window = struct.pack("<4i", 0, 0, WIDTH - 1, HEIGHT - 1)
    listed = b"".join(n.encode() + b"\0" + struct.pack("<4i", 2, 0, s, s) for n, s in step.items())
    head = b"v/1\1" + struct.pack("<I", 2) + attribute("channels", "chlist", listed + b"\0")
    head += attribute("compression", "compression", b"\0") + attribute(
        "lineOrder", "lineOrder", b"\0"
    )
    head += attribute("dataWindow", "box2i", window) + attribute("displayWindow", "box2i", window)
    head += attribute("pixelAspectRatio", "float", struct.pack("<f", 1))
    head += attribute("screenWindowCenter", "v2f", bytes(8))
    head += attribute("screenWindowWidth", "float", struct.pack("<f", 1)) + b"\0"
    lines, starts, at = [], [], len(head) + 8 * HEIGHT
    for y in range(HEIGHT):
        body = b"".join(
            planes[n][y // s].astype("<f4").tobytes() for n, s in step.items() if y % s == 0
        )
        lines.append(struct.pack("<ii", y, len(body)) + body)
        starts.append(at)
        at += len(lines[-1])
    return head + struct.pack(f"<{HEIGHT}Q", *starts) + b"".join(lines)


def test_luminance_and_chroma_become_colours():
    light = np.clip(scene(), 0, 2.4) * 0.5 + 0.6
    luminance = light @ Y
    apart = {
        name: (light[..., at] / luminance - 1)[::2, ::2].astype(np.float32)
        for name, at in (("RY", 0), ("BY", 2))
    }
    planes = {**apart, "Y": luminance.astype(np.float32)}
    assert "luminance and chroma" in same(exr_by_hand(planes), light, within=0.03).how.layout


def test_the_light_of_white_is_said():
    assert (
        "1 is 100 cd/m2, as the file says"
        in decode(exr(rgb(scene()), whiteLuminance=100.0), "a", None).notes
    )


@pytest.mark.parametrize(
    "turn", ["-Y +X", "-Y -X", "+Y -X", "+Y +X", "+X -Y", "-X -Y", "-X +Y", "+X +Y"]
)
def test_radiance_is_read_upright_whichever_way_it_runs(turn):
    light = scene()
    first, second = turn.split()
    stored = light if first[1] == "Y" else light.swapaxes(0, 1)
    stored = stored[::-1] if first in ("+Y", "-X") else stored
    stored = stored[:, ::-1] if second in ("-X", "+Y") else stored
    size = f"{first} {stored.shape[0]} {second} {stored.shape[1]}"
    raster = same(radiance(stored, size=size), light, within=0.02)
    assert raster.upright_size == (WIDTH, HEIGHT)


def test_exposure_and_correction_of_radiance_are_undone():
    light = scene()
    head = "FORMAT=32-bit_rle_rgbe\nEXPOSURE=2\nEXPOSURE= 4.0\nCOLORCORR=1 0.5 2\n"
    raster = same(radiance(light * 8 * np.array([1, 0.5, 2]), head), light, within=0.02)
    assert "EXPOSURE and COLORCORR of the file undone" in raster.notes


def test_radiance_of_xyz_and_of_own_primaries_becomes_srgb():
    light = np.clip(scene(), 0, 2.4) * 0.5 + 0.6
    white = TO_XYZ.sum(axis=1)  # D65; XYZE is seen under equal energy
    bradford = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    adapt = np.linalg.inv(bradford) @ np.diag(bradford.sum(axis=1) / (bradford @ white)) @ bradford
    same(radiance(light @ (adapt @ TO_XYZ).T, "FORMAT=32-bit_rle_xyze\n"), light, within=0.02)
    head = f"FORMAT=32-bit_rle_rgbe\nPRIMARIES={' '.join(map(str, BT2020))}\n"
    same(radiance(light @ np.linalg.inv(FROM_BT2020).T, head), light, within=0.02)


def test_a_profile_of_floating_point_gives_its_primaries():
    light = np.clip(scene(), 0, 2.4) * 0.5 + 0.6
    made = imagecodecs.cms_profile(
        "rgb", gamma=2.2, whitepoint=list(BT2020[6:]), primaries=list(BT2020[:6])
    )
    data = tiff((light @ np.linalg.inv(FROM_BT2020).T).astype(np.float32), iccprofile=made)
    raster = same(data, light)
    assert "floating-point values: linear, whatever curve the profile has" in raster.notes


@pytest.mark.parametrize("kind", ["OpenEXR", "OpenEXR, plain", "Radiance", "PFM", "TIFF"])
@pytest.mark.parametrize("share", [0.01, 0.4, 0.9])
def test_light_that_is_cut_off_says_so(kind, share):
    data = KINDS[kind](scene())
    with pytest.raises(ImageError, match="cut off: it ends before the image does"):
        read_image(data[: int(len(data) * share)])


@pytest.mark.parametrize("kind", ["OpenEXR", "Radiance", "PFM"])
def test_light_of_too_many_pixels_is_refused(kind):
    with pytest.raises(ImageError, match=r"(million |mega)pixels"):
        decode(
            KINDS[kind](np.ones((110, 110, 3), np.float32)),
            "a",
            None,
            ReadingOptions(max_pixels=10_000),
        )


def test_deep_samples_are_refused():
    data = bytearray(exr(rgb(scene())))
    struct.pack_into("<I", data, 4, struct.unpack_from("<I", data, 4)[0] | 0x800)
    with pytest.raises(ImageError, match="deep samples"):
        read_image(bytes(data))


@pytest.mark.parametrize("kind", ["OpenEXR", "Radiance", "PFM"])
def test_light_is_known_as_an_image(kind, tmp_path):
    (tmp_path / "a").write_bytes(KINDS[kind](scene()))
    assert looks_like_image(tmp_path / "a")


@pytest.mark.parametrize("kind", ["OpenEXR", "OpenEXR, tiled", "Radiance", "PFM"])
def test_mutated_light_loads_or_is_refused(kind):
    good, rng = KINDS[kind](scene()), np.random.default_rng(2)
    for _ in range(60):
        data = bytearray(good)
        for spot in rng.integers(0, len(data) if rng.random() < 0.5 else 300, rng.integers(1, 6)):
            data[spot] = rng.integers(0, 256)
        outcome = "loads"
        try:
            assert np.isfinite(read_image(bytes(data)).rgb).all()
        except ImageError as problem:
            outcome = str(problem)
        assert outcome == "loads" or outcome.startswith("the image"), outcome
