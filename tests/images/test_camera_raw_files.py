"""Camera raw: developed from the sensor, never from a preview; or the extra that it takes."""

import io
import struct
import sys

import numpy as np
import pytest
import tifffile
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import examine, looks_like_image, read_image
from contrast_engine.images.decoding import decode
from contrast_engine.images.raster import Source
from contrast_engine.images.readers import camera_raw

BLACK, WHITE = 256, 4095
# XYZ (D65) to a camera whose colours are linear sRGB
CAMERA = np.linalg.inv(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
PATCHES = np.array([[[0.6, 0.3, 0.1], [0.18, 0.18, 0.18]], [[0.1, 0.4, 0.7], [0.9, 0.9, 0.9]]])


def rationals(values) -> tuple[int, ...]:
    return tuple(part for value in np.ravel(values) for part in (round(value * 10000), 10000))


def dng(
    *, is_mosaic: bool = True, balance=(0.5, 1.0, 0.8), orientation: int = 1,
    has_preview: bool = False,
) -> bytes:  # fmt: skip
    """A DNG file of four patches, 128 x 192 pixels, as a camera of that white balance saw them."""
    light = np.repeat(np.repeat(PATCHES, 64, axis=0), 96, axis=1) * np.array(balance)
    codes = np.rint(BLACK + light * (WHITE - BLACK)).astype(np.uint16)
    tags = [
        (271, 2, None, "Nobody", True), (272, 2, None, "Test", True), (274, 3, 1, orientation, True),
        (50706, 1, 4, (1, 4, 0, 0), True), (50707, 1, 4, (1, 1, 0, 0), True),
        (50708, 2, None, "Nobody Test", True),
        (50721, 10, 9, rationals(CAMERA), True), (50728, 5, 3, rationals(balance), True),
        (50778, 3, 1, 21, True),
    ]  # fmt: skip
    pixels = [
        (50714, 4, 1, BLACK, True), (50717, 4, 1, WHITE, True),
    ]  # fmt: skip
    if is_mosaic:
        mosaic = np.empty(codes.shape[:2], np.uint16)
        for y, x, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
            mosaic[y::2, x::2] = codes[y::2, x::2, channel]
        codes = mosaic
        pixels += [(33421, 3, 2, (2, 2), True), (33422, 1, 4, (0, 1, 1, 2), True)]
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        kind = "CFA" if is_mosaic else 34892
        if has_preview:
            writer.write(
                np.full((32, 48, 3), 200, np.uint8), photometric="rgb", subfiletype=1, subifds=1,
                extratags=tags, software=None, metadata=None,
            )  # fmt: skip
            tags = []
        writer.write(
            codes, photometric=kind, extratags=tags + pixels, software=None, metadata=None,
            planarconfig=None if is_mosaic else "contig",
        )  # fmt: skip
    return file.getvalue()


def patches(data: bytes, covering: int | None = None) -> np.ndarray:
    """Mean light of the middle of each patch, as an upright picture."""
    raster = camera_raw.read(Source(data, "phone.dng", covering))
    light = raster.light(0, raster.size[0])
    height, width = light.shape[0] // 2, light.shape[1] // 2
    return np.array(
        [
            [light[y * height :, x * width :][height // 4 : -height // 4, width // 4 : -width // 4]
             [: height // 2, : width // 2].mean(axis=(0, 1)) for x in (0, 1)]
            for y in (0, 1)
        ]
    )  # fmt: skip


@pytest.mark.parametrize("is_mosaic", [True, False])
@pytest.mark.parametrize("balance", [(1.0, 1.0, 1.0), (0.5, 1.0, 0.8)])
def test_the_scene_comes_out_in_linear_light(is_mosaic, balance):
    found = patches(dng(is_mosaic=is_mosaic, balance=balance))
    assert found == pytest.approx(PATCHES, rel=0.02, abs=0.004)


def test_a_preview_is_never_the_photograph():
    data = dng(has_preview=True)
    assert patches(data) == pytest.approx(PATCHES, rel=0.02, abs=0.004)
    assert camera_raw.read(Source(data, "a")).upright_size == (192, 128)


def test_half_the_size_is_the_same_scene():
    raster = camera_raw.read(Source(dng(), "a", 90))
    assert raster.size == (64, 96)
    assert (raster.width, raster.height) == (192, 128)
    assert patches(dng(), 90) == pytest.approx(PATCHES, rel=0.02, abs=0.004)


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, -1), (8, 1)])
def test_turns_are_applied_once(orientation, turns):
    data = dng(orientation=orientation)
    assert patches(data) == pytest.approx(np.rot90(PATCHES, turns), rel=0.02, abs=0.004)
    for covering in (None, 90):
        raster = camera_raw.read(Source(data, "a", covering))
        assert raster.upright_size == ((192, 128) if turns % 2 == 0 else (128, 192))


def test_how_it_was_rendered_stays_on_the_row(tmp_path):
    path = tmp_path / "phone.tif"
    path.write_bytes(dng())
    assert looks_like_image(path)
    facts = examine(path).facts
    assert facts.format == "camera raw"
    note = next(note for note in facts.notes if "camera raw" in note)
    for words in ("camera white balance", "no automatic brightness", "linear", "clips"):
        assert words in note
    assert facts.how.white == "the level at which the sensor clips, 4095"
    assert facts.how.layout == "RGGB mosaic"
    assert facts.how.transfer == "linear"


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "rawpy", None)
    for data in (
        dng(),
        b"II*\0\x10\0\0\0CR\x02\0" + bytes(90),
        b"FUJIFILMCCD-RAW 0201" + bytes(99),
    ):
        with pytest.raises(ImageError) as caught:
            decode(data, "phone.dng", None)
        assert str(caught.value) == (
            "phone.dng is a camera raw photo; install the extra: pip install 'contrast-engine[raw]'"
        )


@pytest.mark.parametrize("head", [
    b"FUJIFILMCCD-RAW 0201", b"IIRO\x08\0\0\0", b"IIU\0\x08\0\0\0", b"II*\0\x10\0\0\0CR\x02\0",
    b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", b"FOVb\0\0\3\0", b"\0MRM\0\0\0\0",
])  # fmt: skip
def test_a_photo_that_cannot_be_developed_is_refused_as_what_it_is(head):
    with pytest.raises(ImageError, match=r"camera raw photo|cut off|damaged"):
        read_image(head + bytes(400))


def test_a_cut_or_damaged_photo_is_refused_and_nothing_else_happens():
    whole = dng(has_preview=True)
    with pytest.raises(ImageError):
        read_image(whole[: len(whole) // 2])
    rng, said = np.random.default_rng(1), []
    for _ in range(40):
        data = bytearray(whole)
        data[rng.integers(0, 600)] = rng.integers(0, 256)
        try:
            read_image(bytes(data))
        except ImageError as error:
            said.append(str(error))
    assert all(len(reason) < 200 for reason in said)


def test_a_plain_tiff_is_no_camera_raw():
    file = io.BytesIO()
    Image.new("RGB", (9, 9)).save(file, "TIFF")
    assert struct.unpack("<H", file.getvalue()[2:4]) == (42,)
    assert read_image(file.getvalue()).shape == (9, 9)
