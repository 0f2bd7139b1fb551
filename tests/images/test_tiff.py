"""One scene in every layout of TIFF has one profile, or is refused for the true reason."""

import io
import struct
from functools import cache

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.features import features
from contrast_engine.images import LinearImage, read_image
from contrast_engine.images.colour import encode_srgb
from contrast_engine.images.decoding import decode
from contrast_engine.images.raster import Raster
from contrast_engine.images.reading_options import ReadingOptions

HEIGHT, WIDTH = 96, 128
FEATURES = ("mean_y", "c_rms", "u_dr", "chroma_mean")
D65 = [0.3127, 0.3290]
SRGB_PRIMARIES = [0.64, 0.33, 0.30, 0.60, 0.15, 0.06]

# Linear sRGB to XYZ under D50, Bradford-adapted, as published by B. Lindbloom.
TO_D50 = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)


@cache
def scene(channels: int = 3) -> np.ndarray:
    """Smooth linear light, (h, w, channels), from near black to near white."""
    coarse = np.random.default_rng(5).uniform(0.01, 0.98, (5, 7, channels))
    planes = [
        np.asarray(
            Image.fromarray(coarse[..., c]).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        )
        for c in range(channels)
    ]
    return np.stack(planes, axis=-1).astype(np.float64)


def codes(bits: int, channels: int = 3) -> np.ndarray:
    """The scene as sRGB codes, (h, w) or (h, w, channels)."""
    most = (1 << bits) - 1
    coded = np.rint(encode_srgb(scene(channels)) * most).astype(
        np.uint8 if bits <= 8 else np.uint16
    )
    return coded[..., 0] if channels == 1 else coded


def profile(image: LinearImage) -> dict[str, float]:
    return {name: float(features[name].measure(image)) for name in FEATURES}


@cache
def right(channels: int = 3, *, half_clear: bool = False) -> tuple[dict[str, float], np.ndarray]:
    """What the scene measures, from its light and no file at all."""
    light = np.broadcast_to(scene(channels), (HEIGHT, WIDTH, 3)).copy()
    if half_clear:
        light[:, : WIDTH // 2] = light[:, : WIDTH // 2] * 0.5 + 0.5 * 0.21404114
    return profile(LinearImage(light)), light


def same(data: bytes, known: tuple[dict[str, float], np.ndarray], within: float = 0.005) -> Raster:
    image, (wanted, light) = read_image(data, name="a.tif"), known
    found = profile(image)
    for name in FEATURES:
        assert found[name] == pytest.approx(wanted[name], rel=within, abs=1e-4), (name, found)
    assert np.abs(image.rgb - light).mean() < within
    return decode(data, "a.tif", None)


def written(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, metadata=None, **options)
    return file.getvalue()


def packed(values: np.ndarray, bits: int) -> bytes:
    """Rows of (h, n) samples, most significant bit first, each row ending on a byte."""
    shifts = np.arange(bits - 1, -1, -1)
    stream = (values[..., None].astype(np.int64) >> shifts) & 1
    return np.packbits(stream.reshape(len(values), -1).astype(np.uint8), axis=1).tobytes()


def tiff(
    width: int, height: int, body: bytes, tags: dict[int, tuple[str, list]], order: str = "<"
) -> bytes:
    """A TIFF of one strip by hand: tags as {code: ("H", values)}, rationals as "R"."""
    given = {
        256: ("I", [width]), 257: ("I", [height]), 259: ("H", [1]), 273: ("I", [8]),
        278: ("I", [height]), 279: ("I", [len(body)]), **tags,
    }  # fmt: skip
    kinds = {"B": 1, "H": 3, "I": 4, "R": 5, "b": 6, "U": 7}
    start = 8 + len(body) + len(body) % 2
    behind = start + 2 + 12 * len(given) + 4
    entries, extra = b"", b""
    for code in sorted(given):
        kind, values = given[code]
        if kind == "R":
            raw = b"".join(struct.pack(order + "II", round(v * 1e6), 1_000_000) for v in values)
        elif kind == "U":
            raw = bytes(values)
        else:
            raw = struct.pack(f"{order}{len(values)}{kind}", *values)
        entries += struct.pack(order + "HHI", code, kinds[kind], len(values))
        if len(raw) <= 4:
            entries += raw.ljust(4, b"\0")
        else:
            entries += struct.pack(order + "I", behind + len(extra))
            extra += raw + b"\0" * (len(raw) % 2)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", start)
    directory = struct.pack(order + "H", len(given)) + entries + b"\0\0\0\0"
    return head + body.ljust(start - 8, b"\0") + directory + extra


def meant(photometric: int, bits: int, samples: int = 1, **more) -> dict[int, tuple[str, list]]:
    tags = {262: ("H", [photometric]), 258: ("H", [bits] * samples), 277: ("H", [samples])}
    return tags | {int(code[1:]): value for code, value in more.items()}


LAYOUTS = {
    "strips": {"rowsperstrip": 7},
    "one strip": {"rowsperstrip": HEIGHT},
    "tiled": {"tile": (32, 48)},
    "big-endian": {"byteorder": ">"},
    "big-endian, tiled": {"byteorder": ">", "tile": (32, 48)},
    "BigTIFF": {"bigtiff": True},
    "LZW": {"compression": "lzw", "rowsperstrip": 10},
    "deflate": {"compression": "zlib", "predictor": 2, "rowsperstrip": 10},
    "deflate, big-endian": {"compression": "zlib", "predictor": 2, "byteorder": ">"},
    "LZW, tiled": {"compression": "lzw", "predictor": 2, "tile": (64, 64)},
    "LZW, big-endian": {"compression": "lzw", "byteorder": ">", "predictor": 2},
    "PackBits": {"compression": "packbits"},
    "Zstandard": {"compression": "zstd", "predictor": 2},
    "LZMA": {"compression": "lzma"},
    "PNG": {"compression": "png", "tile": (64, 64)},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_layout_reads_the_same(channels, bits, layout):
    data = written(
        codes(bits, channels),
        photometric="rgb" if channels == 3 else "minisblack",
        **LAYOUTS[layout],
    )
    raster = same(data, right(channels))
    assert raster.how.depth == f"{bits} bits"
    assert raster.codes.dtype.itemsize == bits // 8


@pytest.mark.parametrize(
    "options",
    [{}, {"tile": (32, 48)}, {"compression": "lzw", "rowsperstrip": 9}, {"byteorder": ">"}],
)
@pytest.mark.parametrize("bits", [8, 16])
def test_planes_apart_read_as_together(bits, options):
    planes = np.moveaxis(codes(bits), -1, 0)
    data = written(planes, photometric="rgb", planarconfig="separate", **options)
    assert "planes apart" in same(data, right()).how.layout


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [10, 12, 14, 7, 6])
@pytest.mark.parametrize("channels", [1, 3])
def test_packed_bits_have_their_own_white(channels, bits, order):
    body = packed(codes(bits, channels).reshape(HEIGHT, -1), bits)
    data = tiff(WIDTH, HEIGHT, body, meant(1 if channels == 1 else 2, bits, channels), order)
    within = 0.005 if bits >= 10 else 0.03
    assert same(data, right(channels), within).how.depth == f"{bits} bits"


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("bits", [1, 2, 3, 4, 8, 12, 16])
def test_white_is_the_highest_code_or_zero_at_every_depth(bits, photometric):
    most = (1 << bits) - 1
    values = np.tile(np.array([0, most]), (6, 8))
    body = packed(values, bits)
    if bits == 16:
        body = values.astype("<u2").tobytes()
    image = read_image(tiff(16, 6, body, meant(photometric, bits)))
    black, white = (0, 1) if photometric == 1 else (1, 0)
    np.testing.assert_allclose(image.rgb[:, 0::2], black, atol=1e-6)
    np.testing.assert_allclose(image.rgb[:, 1::2], white, atol=1e-6)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_inverted_grey_has_the_profile_of_the_scene(bits):
    values = (1 << bits) - 1 - codes(bits, 1)
    body = packed(values, bits) if bits != 16 else values.astype("<u2").tobytes()
    same(tiff(WIDTH, HEIGHT, body, meant(0, bits)), right(1))


@pytest.mark.parametrize(("channels", "inverted"), [(1, False), (1, True), (3, False)])
def test_a_profile_of_gamma_1_is_linear_at_16_bits(channels, inverted):
    made = imagecodecs.cms_profile(
        "rgb" if channels == 3 else "gray", gamma=1.0, whitepoint=D65,
        **({"primaries": SRGB_PRIMARIES} if channels == 3 else {}),
    )  # fmt: skip
    values = np.rint(scene(channels) * 65535).astype(np.uint16)
    values = values[..., 0] if channels == 1 else values
    values = 65535 - values if inverted else values
    kind = "miniswhite" if inverted else "rgb" if channels == 3 else "minisblack"
    raster = same(written(values, photometric=kind, iccprofile=made), right(channels))
    assert raster.how.profile.startswith("ICC profile")


@pytest.mark.parametrize("kind", ["unassalpha", "assocalpha"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_opacity_is_straight_or_multiplied_in(channels, bits, kind):
    most = (1 << bits) - 1
    colours = codes(bits, channels).reshape(HEIGHT, WIDTH, channels)
    alpha = np.full((HEIGHT, WIDTH, 1), most)
    alpha[:, : WIDTH // 2] = (most + 1) // 2
    if kind == "assocalpha":
        colours = np.rint(colours * (alpha / most))
    whole = np.concatenate([colours, alpha], axis=2).astype(np.uint8 if bits == 8 else np.uint16)
    data = written(
        whole,
        photometric="rgb" if channels == 3 else "minisblack",
        planarconfig="contig",
        extrasamples=[kind],
    )
    raster = same(data, right(channels, half_clear=True), 0.01)
    assert raster.opacity == ("straight" if kind == "unassalpha" else "associated")


@pytest.mark.parametrize("planes", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("extra", [["unspecified"], ["unspecified"] * 3, ()])
def test_what_is_not_opacity_is_left_out_and_said(extra, bits, planes):
    more = np.random.default_rng(0).integers(0, 1 << bits, (HEIGHT, WIDTH, len(extra) or 1))
    whole = np.concatenate([codes(bits), more], axis=2).astype(codes(bits).dtype)
    array = np.moveaxis(whole, -1, 0) if planes else whole
    data = written(
        array,
        photometric="rgb",
        planarconfig="separate" if planes else "contig",
        extrasamples=extra or ["unspecified"],
    )
    if not extra:  # the tag that says so is missing
        data = data.replace(struct.pack("<HHI", 338, 3, 1), struct.pack("<HHI", 65000, 3, 1))
    raster = same(data, right())
    assert raster.opacity == ""
    assert any("not opacity" in note and "left out" in note for note in raster.notes)


def test_an_opacity_behind_an_unspecified_channel_is_found():
    clear = np.full((HEIGHT, WIDTH, 1), 255)
    clear[:, : WIDTH // 2] = 128
    whole = np.concatenate([codes(8), np.zeros_like(clear), clear], axis=2).astype(np.uint8)
    data = written(
        whole, photometric="rgb", planarconfig="contig", extrasamples=["unspecified", "unassalpha"]
    )
    raster = same(data, right(half_clear=True), 0.01)
    assert "a fourth channel that is not opacity is left out" in raster.notes


@pytest.mark.parametrize("planes", [False, True])
@pytest.mark.parametrize("bands", [3, 5])
def test_bands_without_names_are_refused(bands, planes):
    body = np.zeros((bands, 8, 8) if planes else (8, 8, bands), np.uint8).tobytes()
    more = {"t284": ("H", [2 if planes else 1]), "t338": ("H", [0] * (bands - 1))}
    if planes:
        more |= {"t273": ("I", [8 + 64 * n for n in range(bands)]), "t279": ("I", [64] * bands)}
    with pytest.raises(ImageError, match=rf"has {bands} bands that are not said to be red, green"):
        read_image(tiff(8, 8, body, meant(1, 8, bands, **more)))


@pytest.mark.parametrize("fault", ["16 bits", "8 bits by mistake"])
def test_a_palette_is_looked_up_at_its_own_depth(fault):
    grid = np.stack(
        np.meshgrid(np.arange(8), np.arange(8), np.arange(4), indexing="ij"), -1
    ).reshape(-1, 3)
    light = (grid + 0.5) / [8, 8, 4]
    table = np.rint(encode_srgb(light) * 65535)
    index = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    stored = np.rint(table / 257) if fault.startswith("8") else table
    data = tiff(
        WIDTH,
        HEIGHT,
        index.tobytes(),
        meant(3, 8, t320=("H", stored.T.ravel().astype(int).tolist())),
    )
    found = read_image(data).rgb
    np.testing.assert_allclose(found, light[index], atol=0.006 if fault.startswith("8") else 2e-5)


@pytest.mark.parametrize("bits", [1, 4])
def test_a_packed_palette_is_looked_up(bits):
    count = 1 << bits
    colours = np.random.default_rng(2).integers(0, 256, (3, count)) * 257
    index = np.random.default_rng(3).integers(0, count, (10, 16))
    data = tiff(16, 10, packed(index, bits), meant(3, bits, t320=("H", colours.ravel().tolist())))
    raster = decode(data, "a.tif", None)
    np.testing.assert_array_equal(raster.codes, (colours.T // 257)[index])


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("planes", [False, True])
def test_ink_is_read_with_a_note(bits, planes):
    most = (1 << bits) - 1
    coded = encode_srgb(scene())
    black = 1 - coded.max(axis=2, keepdims=True)
    ink = np.concatenate([1 - coded / (1 - black), black], axis=2)
    array = np.rint(ink * most).astype(np.uint8 if bits == 8 else np.uint16)
    array = np.moveaxis(array, -1, 0) if planes else array
    data = written(array, photometric="separated", planarconfig="separate" if planes else "contig")
    raster = same(data, right())
    assert any("CMYK" in note for note in raster.notes)


def lab_of_scene() -> np.ndarray:
    xyz = scene() @ TO_D50.T / TO_D50.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", [8, 9, 10])
def test_lab_is_read_by_its_formula(kind, bits, order):
    light, a, b = np.moveaxis(lab_of_scene(), -1, 0)
    if kind == 8:
        stored = [
            light / 100 * (255 if bits == 8 else 65535),
            *(v * (1 if bits == 8 else 256) for v in (a, b)),
        ]
        stored[1:] = [np.mod(np.rint(v), 1 << bits) for v in stored[1:]]
    elif kind == 9:
        stored = [
            light / 100 * (255 if bits == 8 else 65280),
            *((v + 128) * (1 if bits == 8 else 256) for v in (a, b)),
        ]
    else:
        most = (1 << bits) - 1
        stored = [light / 100 * most, (a / 170 + 128 / 255) * most, (b / 200 + 96 / 255) * most]
    array = np.rint(np.stack(stored, axis=-1))
    inside = (array >= 0) & (array < 1 << bits)
    assert inside.mean() > 0.999, "the scene has colours that this encoding cannot hold"
    array = np.clip(array, 0, (1 << bits) - 1).astype(f"{order}u{bits // 8}")
    raster = same(
        tiff(WIDTH, HEIGHT, array.tobytes(), meant(kind, bits, 3), order),
        right(),
        0.005 if bits == 16 else 0.01,
    )
    assert "Lab" in raster.how.profile


@pytest.mark.parametrize("kind", ["jpeg", "jpeg2000", "webp"])
@pytest.mark.parametrize("options", [{"tile": (64, 64)}, {"rowsperstrip": 32}])
def test_codecs_of_whole_pictures_read_inside_a_tiff(kind, options):
    level = {"jpeg": 98, "jpeg2000": 0, "webp": -1}[kind]
    if kind == "jpeg":
        options = {**options, "subsampling": (1, 1)}
    data = written(
        codes(8), photometric="rgb", compression=kind, compressionargs={"level": level}, **options
    )
    same(data, right())


def test_jpeg_2000_inside_a_tiff_keeps_16_bits():
    data = written(
        codes(16),
        photometric="rgb",
        compression="jpeg2000",
        tile=(64, 64),
        compressionargs={"level": 0},
    )
    assert same(data, right()).codes.dtype == np.uint16


def ycbcr(data: np.ndarray) -> np.ndarray:
    r, g, b = np.moveaxis(data.astype(float), -1, 0)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return np.stack([y, (b - y) / 1.772 + 128, (r - y) / 1.402 + 128], axis=-1)


@pytest.mark.parametrize("compression", [1, 5])
@pytest.mark.parametrize("across", [1, 2, 4])
@pytest.mark.parametrize("down", [1, 2])
def test_ycbcr_without_jpeg_is_read_at_every_subsampling(across, down, compression):
    y, b, r = np.moveaxis(ycbcr(codes(8)), -1, 0)
    units = (HEIGHT // down, down, WIDTH // across, across)
    bright = y.reshape(units).swapaxes(1, 2).reshape(HEIGHT // down, WIDTH // across, -1)
    coarse = [plane.reshape(units).mean(axis=(1, 3))[..., None] for plane in (b, r)]
    body = np.rint(np.concatenate([bright, *coarse], axis=2)).astype(np.uint8).tobytes()
    body = imagecodecs.lzw_encode(body) if compression == 5 else body
    tags = meant(6, 8, 3, t259=("H", [compression]), t530=("H", [across, down]))
    same(tiff(WIDTH, HEIGHT, body, tags), right(), 0.005 if across * down == 1 else 0.02)


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_fax_compression_is_read(kind):
    pages = Image.fromarray((codes(8, 1) > 128).astype(np.uint8) * 255).convert("1")
    file = io.BytesIO()
    pages.save(file, "TIFF", compression={2: "tiff_ccitt", 3: "group3", 4: "group4"}[kind])
    found = read_image(file.getvalue()).rgb[..., 0]
    np.testing.assert_array_equal(found > 0.5, codes(8, 1) > 128)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("bits", [8, 16])
def test_a_turned_tiff_is_read_upright(bits, orientation):
    turned = {1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud,
              5: lambda a: a.swapaxes(0, 1), 6: lambda a: np.rot90(a, 1),
              7: lambda a: np.rot90(a, 2).swapaxes(0, 1), 8: lambda a: np.rot90(a, 3)}  # fmt: skip
    stored = np.ascontiguousarray(turned[orientation](codes(bits)))
    data = written(stored, photometric="rgb", extratags=[(274, 3, 1, orientation, True)])
    image = read_image(data)
    assert (image.width, image.height) == (WIDTH, HEIGHT)
    plain = read_image(written(codes(bits), photometric="rgb"))
    np.testing.assert_array_equal(image.rgb, plain.rgb)


def test_adobe_rgb_said_by_exif_is_used():
    pixels = codes(8).tobytes()
    at = 8 + len(pixels)
    exif = struct.pack("<HHHIHHHHIII", 2, 40961, 3, 1, 65535, 0, 40965, 4, 1, at + 30, 0)
    interoperability = struct.pack("<HHHI4sI", 1, 1, 2, 4, b"R03\0", 0)
    tags = meant(2, 8, 3, t34665=("I", [at]), t279=("I", [len(pixels)]))
    raster = decode(tiff(WIDTH, HEIGHT, pixels + exif + interoperability, tags), "a.tif", None)
    assert raster.how.profile == "Adobe RGB (said by EXIF)"


def test_primaries_and_curves_in_tags_are_used_where_there_is_no_profile():
    values = np.rint(scene() * 65535).astype("<u2")
    linear = list(range(65536))
    places = ("R", SRGB_PRIMARIES)
    data = tiff(
        WIDTH,
        HEIGHT,
        values.tobytes(),
        meant(2, 16, 3, t301=("H", linear), t318=("R", D65), t319=places),
    )
    assert same(data, right()).how.transfer == "curve of the file"
    wide = np.linalg.inv(srgb_of((0.708, 0.292, 0.170, 0.797, 0.131, 0.046)))
    coded = np.rint(encode_srgb(np.clip(scene() @ wide.T, 0, 1)) * 65535).astype("<u2")
    places = ("R", [0.708, 0.292, 0.170, 0.797, 0.131, 0.046])
    data = tiff(WIDTH, HEIGHT, coded.tobytes(), meant(2, 16, 3, t318=("R", D65), t319=places))
    assert "own primaries" in same(data, right()).how.profile


def srgb_of(places: tuple[float, ...]) -> np.ndarray:
    """Linear light in primaries of white D65 to linear sRGB, by the textbook."""

    def to_xyz(places):
        columns = np.array(
            [[x / y, 1, (1 - x - y) / y] for x, y in zip(places[0::2], places[1::2], strict=True)]
        ).T
        white = np.array([D65[0] / D65[1], 1, (1 - sum(D65)) / D65[1]])
        return columns * np.linalg.solve(columns, white)

    return np.linalg.solve(to_xyz(SRGB_PRIMARIES), to_xyz(places))


def test_a_thumbnail_that_comes_first_is_not_taken_for_the_picture():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(codes(8)[::4, ::4], photometric="rgb", subfiletype=1, metadata=None)
        writer.write(codes(8), photometric="rgb", metadata=None)
    raster = same(file.getvalue(), right())
    assert (raster.width, raster.height) == (WIDTH, HEIGHT)
    assert "first of several frames" not in raster.notes


def test_of_several_pages_the_first_counts_and_it_is_said():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(codes(16), photometric="rgb", metadata=None)
        writer.write(np.zeros((50, 40), np.uint8), metadata=None)
    assert "first of several frames" in same(file.getvalue(), right()).notes


@pytest.mark.parametrize("kind", ["imagej", "ome"])
def test_of_a_microscope_stack_the_first_plane_counts(kind):
    stack = np.stack([codes(16, 1)] * 3)
    stack[1:] = 0
    file = io.BytesIO()
    tifffile.imwrite(
        file, stack, photometric="minisblack", metadata={"axes": "ZYX"}, **{kind: True}
    )
    assert "first of several frames" in same(file.getvalue(), right(1)).notes


def pyramid(levels: str, sides: tuple[int, ...] = (1024, 512, 256, 128), **options) -> bytes:
    full = np.asarray(
        Image.fromarray(codes(8)).resize((sides[0], sides[0] * 3 // 4), Image.Resampling.BILINEAR)
    )
    file = io.BytesIO()
    with tifffile.TiffWriter(file, bigtiff=True) as writer:
        options = {"photometric": "rgb", "tile": (128, 128), "metadata": None, **options}
        writer.write(full, subifds=len(sides) - 1 if levels == "subifds" else 0, **options)
        for side in sides[1:]:
            small = np.asarray(
                Image.fromarray(full).resize((side, side * 3 // 4), Image.Resampling.BOX)
            )
            writer.write(small, subfiletype=0 if levels == "unmarked" else 1, **options)
    return file.getvalue()


@pytest.mark.parametrize("levels", ["subifds", "reduced pages", "unmarked"])
def test_a_level_of_a_pyramid_is_read_where_that_is_enough(levels):
    data = pyramid(levels)
    raster = decode(data, "a.tif", 120)
    assert raster.size == (192, 256)
    assert (raster.width, raster.height) == (1024, 768)
    assert any("smaller copy" in note for note in raster.notes)
    assert decode(data, "a.tif", 500).size == (768, 1024)
    assert decode(data, "a.tif", None).size == (768, 1024)
    small, whole = (read_image(data, 120, is_exact=exact) for exact in (False, True))
    assert np.abs(small.rgb - whole.rgb).mean() < 0.005
    assert "first of several frames" not in small.notes


def test_the_limit_counts_the_pixels_that_are_decoded():
    options = ReadingOptions(max_pixels=100_000)
    data = pyramid("subifds")
    assert decode(data, "a.tif", 200, options).size == (192, 256)
    with pytest.raises(ImageError, match=r"(million |mega)pixels"):
        decode(data, "a.tif", None, options)
    with pytest.raises(ImageError, match=r"(million |mega)pixels"):
        decode(written(np.zeros((400, 400), np.uint8)), "a.tif", 200, options)


def test_a_picture_of_300_megapixels_is_read_from_its_pyramid():
    tile = imagecodecs.deflate_encode(bytes(1024 * 1024))
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        options = {"compression": "zlib", "photometric": "minisblack", "metadata": None}
        writer.write(
            iter([tile] * 320),
            shape=(16384, 20480),
            dtype=np.uint8,
            tile=(1024, 1024),
            subifds=1,
            **options,
        )
        writer.write(np.full((819, 1024), 128, np.uint8), tile=(128, 128), subfiletype=1, **options)
    image = read_image(file.getvalue(), 512)
    assert (image.width, image.height) == (20480, 16384)
    assert image.mean > 0.1


REFUSED = {
    "signed": (np.full((8, 8), -5, np.int16), {}, "with a sign"),
    "32 bits": (np.full((8, 8), 1 << 30, np.uint32), {}, "32-bit whole numbers"),
    "64 bits": (np.zeros((8, 8), np.uint64), {}, "64 bits"),
    "complex": (np.zeros((8, 8), np.complex64), {}, "complex numbers"),
    "mosaic": (np.zeros((8, 8), np.uint16), {"photometric": "cfa"}, "camera raw"),
    "LERC": (np.zeros((8, 8), np.uint8), {"compression": "lerc"}, "compressed as LERC"),
    "reduced alone": (np.zeros((8, 8), np.uint8), {"subfiletype": 1}, "camera raw"),
    "DNG": (np.zeros((8, 8, 3), np.uint8), {"photometric": "rgb", "extratags": [(50706, 1, 4, b"\1\4\0\0", True)]}, "camera raw"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_has_no_black_and_white_is_refused_with_the_true_reason(kind):
    array, options, reason = REFUSED[kind]
    with pytest.raises(ImageError, match=f"odd.tif .*{reason}"):
        read_image(written(array, **options), name="odd.tif")


def test_32_bits_that_fit_16_are_read_and_said():
    raster = same(written(codes(16, 1).astype(np.uint32)), right(1))
    assert any("32-bit whole numbers" in note for note in raster.notes)


def test_twelve_bits_kept_in_sixteen_are_doubted():
    notes = decode(written(codes(12, 1)), "a.tif", None).notes
    assert any("12 bits were kept in 16" in note for note in notes)


def test_values_that_mean_no_data_are_no_light():
    light = np.linspace(0.1, 1, 100, dtype=np.float32).reshape(10, 10)
    light[:, 0] = 32767
    data = written(light, extratags=[(42113, 2, 6, "32767", True)])
    raster = decode(data, "a.tif", None)
    assert float(raster.how.white.split(" = ")[1]) <= 1
    assert "10 pixels that are no numbers (NaN) count as black" in raster.notes
    data = written(codes(8, 1), extratags=[(42113, 2, 2, "0", True)])
    assert any("without data" in note for note in same(data, right(1)).notes)
