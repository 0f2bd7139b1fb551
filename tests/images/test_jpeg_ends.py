"""JPEGs whose end is missing, of more than 8 bits, of several pictures, and other odd ones."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import read_image
from contrast_engine.images.decoding import decode
from tests.images.known_scene import in_colours, is_close, scene, twin

END = b"\xff\xd9"
NOTE = "has no end mark; all of its pixels are there"
KINDS = {
    "plain": ("RGB", {}), "grey": ("L", {}), "inks": ("CMYK", {}),
    "with restarts": ("RGB", {"restart_marker_blocks": 3}),
    "progressive": ("RGB", {"progressive": True}), "progressive grey": ("L", {"progressive": True}),
    "progressive inks": ("CMYK", {"progressive": True}),
    "halved colours": ("RGB", {"subsampling": "4:2:0", "optimize": True}),
}  # fmt: skip


def jpeg(mode: str = "RGB", **options) -> bytes:
    codes = np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(codes).convert(mode).save(file, "JPEG", **{"quality": 95, **options})
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tail", [b"", bytes(40)])
def test_a_jpeg_without_its_end_mark_is_read_with_a_note(kind, tail):
    mode, options = KINDS[kind]
    whole = jpeg(mode, **options)
    assert whole.endswith(END)
    image = read_image(whole[:-2] + tail)
    assert NOTE in image.notes
    assert np.array_equal(image.rgb, read_image(whole).rgb)
    assert NOTE not in read_image(whole).notes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [8, 60, 300])
@pytest.mark.parametrize("tail", [b"", END])
def test_a_jpeg_that_is_really_cut_is_refused(kind, missing, tail):
    mode, options = KINDS[kind]
    with pytest.raises(ImageError, match=r"is cut off|is damaged"):
        read_image(jpeg(mode, **options)[:-missing] + tail)


def test_a_progressive_jpeg_that_lacks_later_passes_is_cut_off():
    whole = jpeg(progressive=True)
    starts = [at for at in range(len(whole)) if whole[at : at + 2] == b"\xff\xda"]
    assert len(starts) > 3
    for start in starts[1:]:
        with pytest.raises(ImageError, match=r"is cut off"):
            read_image(whole[:start])


def test_what_lies_behind_the_end_mark_does_not_matter():
    whole = jpeg()
    for tail in (bytes(100), b"anything at all", whole[: len(whole) // 2]):
        assert read_image(whole + tail).notes == ()


@pytest.mark.parametrize("bits", [9, 12, 16])
@pytest.mark.parametrize("is_lossless", [True, False])
def test_more_than_eight_bits_are_kept(bits, is_lossless):
    if not is_lossless and bits != 12:
        return  # there is no such JPEG
    codes = np.rint(((1 << bits) - 1) * in_colours(scene(), "srgb")).astype(np.uint16)
    data = imagecodecs.jpeg8_encode(
        codes, level=100, lossless=is_lossless, bitspersample=bits,
        subsampling="444",
    )  # fmt: skip
    is_close(data, twin(scene()), within=0.01)
    raster = decode(data, "a scan", None)
    assert raster.how.depth == f"{bits} bits"
    with pytest.raises(ImageError, match="cut off"):
        read_image(data[: len(data) // 2])


def test_a_deep_jpeg_of_a_huge_stated_size_is_not_decoded():
    data = bytearray(imagecodecs.jpeg8_encode(np.zeros((16, 16, 3), np.uint16), bitspersample=12))
    at = data.index(b"\xff\xc1") + 5
    data[at : at + 4] = b"\xea\x60\xea\x60"
    with pytest.raises(ImageError, match="pixels"):
        read_image(bytes(data))


def test_a_lossless_jpeg_of_eight_bits_is_read():
    codes = np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)
    data = imagecodecs.jpeg8_encode(codes, lossless=True)
    assert np.array_equal(decode(data, "a scan", None).codes, codes)


def test_rgb_stored_without_a_matrix_is_told_by_its_marker():
    codes = np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)
    data = imagecodecs.jpeg8_encode(codes, level=100, colorspace="RGB", outcolorspace="RGB")
    assert b"Adobe" in data
    assert np.abs(decode(data, "a", None).codes.astype(int) - codes).max() <= 3


def test_a_profile_in_several_parts_is_put_together():
    plain = imagecodecs.cms_profile(
        "rgb", whitepoint=[0.3127, 0.329], primaries=[0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
        gamma=2.2,
    )  # fmt: skip
    padded = plain + bytes(150_000 - len(plain))
    long = (len(padded)).to_bytes(4, "big") + padded[4:]
    short, parted = jpeg(icc_profile=plain), jpeg(icc_profile=long)
    assert parted.count(b"ICC_PROFILE") == 3
    assert np.array_equal(read_image(short).rgb, read_image(parted).rgb)
    assert "colour profile converted to sRGB" in read_image(parted).notes


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>%s</x:xmpmeta>"
GAIN_MAPS = {
    "ultra hdr": segment(0xE1, XMP % b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"'),
    "iso": segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"),
    "apple": segment(0xE1, XMP % b'xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/"'),
}


def with_second(second: bytes) -> bytes:
    """A JPEG file of two pictures, as CIPA DC-007 (MPF) wants it."""
    first = jpeg()

    def index(offset: int) -> bytes:
        entries = bytes(16) + bytes(4) + len(second).to_bytes(4, "big")
        entries += offset.to_bytes(4, "big") + bytes(4)
        tags = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, (2).to_bytes(4, "big")),
                (0xB002, 7, 32, (50).to_bytes(4, "big"))]  # fmt: skip
        directory = len(tags).to_bytes(2, "big") + b"".join(
            tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + count.to_bytes(4, "big") + value
            for tag, kind, count, value in tags
        )
        return segment(0xE2, b"MPF\0MM\0*\0\0\0\x08" + directory + bytes(4) + entries)

    length = len(first) + len(index(0))
    return first[:2] + index(length - 10) + first[2:] + second


@pytest.mark.parametrize("kind", GAIN_MAPS)
@pytest.mark.parametrize("where", ["in the second", "in both"])
def test_a_gain_map_is_noted_and_not_applied(kind, where):
    second = jpeg("L")
    data = with_second(second[:2] + GAIN_MAPS[kind] + second[2:])
    if where == "in both":
        data = data[:2] + GAIN_MAPS[kind] + data[2:]
        at = data.index(b"MPF\0")  # further on: offsets count from there, so nothing changes
        assert at > 0
    image = read_image(data)
    assert np.array_equal(image.rgb, read_image(jpeg()).rgb)
    assert any(note.startswith("has a gain map for HDR screens") for note in image.notes)
    assert "first of several frames" not in image.notes


def test_a_second_picture_of_another_kind_is_no_gain_map():
    notes = read_image(with_second(jpeg())).notes
    assert notes == ("first of several frames",)


def test_an_ultra_hdr_photo_as_google_writes_it_has_the_note():
    codes = np.dstack([scene() * 2, np.ones((64, 96))]).astype(np.float16)
    data = imagecodecs.ultrahdr_encode(codes)
    assert any("gain map" in note for note in read_image(data).notes)
