import io
import os
import stat
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from contrast_engine.errors import ImageError, OptionError
from contrast_engine.features import measure_image
from contrast_engine.images import (
    LinearImage,
    content_id,
    examine,
    looks_like_image,
    preview,
    read_image,
)
from contrast_engine.images.colour import MID_GREY, decode_srgb, encode_srgb


def photo(height: int = 60, width: int = 90, seed: int = 0) -> np.ndarray:
    """Codes (height, width, 3) uint8 of something smooth, so that JPEG hardly changes it."""
    y, x = np.mgrid[:height, :width]
    rng = np.random.default_rng(seed)
    waves = [np.sin(x / 9 + y / (7 + c) + rng.random()) for c in range(3)]
    return np.round(127 + 100 * np.stack(waves, axis=2)).astype(np.uint8)


def encoded(codes, kind: str = "PNG", **options) -> bytes:
    image = codes if isinstance(codes, Image.Image) else Image.fromarray(codes)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def linear(codes) -> np.ndarray:
    return decode_srgb(np.asarray(codes, float) / 255)


def test_srgb_decodes_and_encodes_as_the_standard_says():
    assert decode_srgb([0, 0.04045, 0.5, 1]) == pytest.approx([0, 0.04045 / 12.92, 0.2140411, 1])
    values = np.linspace(0, 1, 4001)
    assert encode_srgb(decode_srgb(values)) == pytest.approx(values, abs=1e-6)


def test_a_picture_at_or_under_analysis_size_is_read_as_it_is():
    codes = photo()
    image = read_image(encoded(codes))
    assert image.shape == (60, 90)
    assert (image.width, image.height, image.scale) == (90, 60, 1.0)
    assert image.rgb == pytest.approx(linear(codes), abs=1e-7)
    assert image.rgb.dtype == np.float32
    assert read_image(encoded(codes), is_exact=True).rgb.dtype == np.float64
    assert image.notes == ()


def test_a_large_picture_is_averaged_by_area_in_linear_light():
    codes = np.zeros((1024, 1536, 3), np.uint8)
    codes[:, ::2] = 255
    image = read_image(encoded(codes), size=512)
    assert image.shape == (341, 512)
    assert image.scale == pytest.approx(1 / 3)
    assert image.mean == pytest.approx(0.5, abs=1e-6)  # averaging code values would give 0.214


@pytest.mark.parametrize("shape", [(350, 500), (900, 200)])
def test_strips_of_a_large_picture_average_like_the_whole(shape, monkeypatch):
    codes = photo(*shape, seed=3)
    whole = read_image(encoded(codes), size=100)
    monkeypatch.setattr("contrast_engine.images.downscale._STRIP", 10_000)
    assert read_image(encoded(codes), size=100).rgb == pytest.approx(whole.rgb, abs=1e-6)


def test_png_and_lossless_webp_copies_measure_the_same():
    codes = photo(300, 700)
    png, webp = read_image(encoded(codes)), read_image(encoded(codes, "WEBP", lossless=True))
    assert measure_image(png) == measure_image(webp)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_read_upright(orientation):
    codes = photo()
    exif = Image.Exif()
    exif[274] = orientation
    undo = {
        1: codes, 2: codes[:, ::-1], 3: codes[::-1, ::-1], 4: codes[::-1],
        5: codes.swapaxes(0, 1), 6: codes.swapaxes(0, 1)[::-1],
        7: codes[::-1, ::-1].swapaxes(0, 1), 8: codes.swapaxes(0, 1)[:, ::-1],
    }  # fmt: skip
    data = encoded(np.ascontiguousarray(undo[orientation]), exif=exif)
    image = read_image(data)
    assert (image.width, image.height) == (90, 60)
    assert image.rgb == pytest.approx(linear(codes), abs=1e-7)


def test_transparency_lies_over_mid_grey():
    codes = np.zeros((10, 10, 4), np.uint8)
    codes[:5] = (255, 255, 255, 255)
    codes[5:, :5] = (255, 255, 255, 51)
    image = read_image(encoded(codes))
    assert image.luminance[0, 0] == pytest.approx(1)
    assert image.luminance[9, 9] == pytest.approx(MID_GREY)
    assert image.luminance[9, 0] == pytest.approx(0.2 + 0.8 * MID_GREY)
    assert image.notes == ("alpha composited on mid-grey",)


def test_an_opaque_alpha_channel_changes_nothing():
    codes = photo()
    opaque = np.dstack([codes, np.full(codes.shape[:2], 255, np.uint8)])
    image = read_image(encoded(opaque))
    assert image.notes == ()
    assert (image.rgb == read_image(encoded(codes)).rgb).all()


@pytest.mark.slow
def test_grey_one_bit_and_palette_pictures_become_rgb():
    grey = photo()[..., 0]
    image = read_image(encoded(grey))
    assert image.rgb == pytest.approx(linear(grey)[..., None].repeat(3, axis=2), abs=1e-7)
    bits = Image.fromarray(grey > 127)
    assert set(np.unique(read_image(encoded(bits)).rgb)) == {0.0, 1.0}
    palette = Image.fromarray(photo()).quantize(16)
    expected = linear(palette.convert("RGB"))
    assert read_image(encoded(palette)).rgb == pytest.approx(expected, abs=1e-7)


def test_a_transparent_palette_index_lies_over_mid_grey():
    palette = Image.fromarray(photo()).quantize(4)
    data = encoded(palette, transparency=int(np.asarray(palette)[0, 0]))
    assert read_image(data).rgb[0, 0] == pytest.approx([MID_GREY] * 3)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bits_are_kept(suffix):
    deep = (photo().astype(np.uint16) * 257) + np.arange(90, dtype=np.uint16)[None, :, None]
    _, data = cv2.imencode(suffix, deep[..., ::-1])
    image = read_image(data.tobytes())
    assert "16-bit" in image.notes
    assert image.rgb == pytest.approx(decode_srgb(deep / 65535), abs=1e-6)
    _, grey = cv2.imencode(suffix, deep[..., 0])
    assert read_image(grey.tobytes()).rgb[..., 0] == pytest.approx(
        decode_srgb(deep[..., 0] / 65535), abs=1e-6
    )


def test_a_cut_off_sixteen_bit_picture_is_refused():
    deep = np.random.default_rng(0).integers(0, 65536, (60, 90, 3), np.uint16)
    _, data = cv2.imencode(".png", deep)
    with pytest.raises(ImageError, match="cut off"):
        read_image(data.tobytes()[: data.size // 2])


def test_cmyk_is_read_with_a_note():
    white = Image.new("CMYK", (20, 20), (0, 0, 0, 0))
    white.paste((0, 0, 0, 255), (0, 0, 10, 20))
    image = read_image(encoded(white, "TIFF"))
    assert image.luminance[0, 0] == pytest.approx(0)
    assert image.luminance[0, 19] == pytest.approx(1)
    assert image.notes == ("CMYK without a profile: colours are approximate",)


def test_a_colour_profile_is_converted_and_srgb_is_left_alone():
    codes = photo()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = read_image(encoded(codes, icc_profile=srgb))
    assert image.notes == ()
    assert image.rgb == pytest.approx(linear(codes), abs=1e-7)
    swapped = bytearray(srgb)  # exchange the red and green primaries in the tag table
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    image = read_image(encoded(codes, icc_profile=bytes(swapped)))
    assert image.notes == ("colour profile converted to sRGB",)
    assert image.rgb[..., 0] == pytest.approx(linear(codes)[..., 1], abs=0.02)


def test_a_broken_colour_profile_is_noted_and_ignored():
    image = read_image(encoded(photo(), icc_profile=b"nonsense"))
    assert image.notes == ("colour profile could not be used",)
    assert image.rgb == pytest.approx(linear(photo()), abs=1e-7)


def test_a_grey_picture_with_a_profile_for_rgb_is_read():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = photo()[..., 0]
    image = read_image(encoded(grey, icc_profile=srgb))
    assert image.notes == ()
    assert image.rgb[..., 0] == pytest.approx(linear(grey), abs=1e-7)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_an_animation_the_first_frame_counts(kind):
    frames = [Image.fromarray(np.full((20, 30, 3), level, np.uint8)) for level in (255, 0, 80)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    image = read_image(data)
    assert image.mean == pytest.approx(1, abs=1e-6)
    assert image.notes == ("first of several frames",)


def test_the_content_decides_and_not_the_name(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(photo(), "JPEG", quality=95))
    facts = examine(path).facts
    assert facts.format == "JPEG"


def test_the_same_bytes_have_the_same_id():
    data = encoded(photo())
    assert content_id(data) == content_id(bytes(data))
    assert content_id(data) != content_id(data + b"\0")
    assert len(content_id(data)) == 16
    assert content_id(b"contrast") == "dcc97102785a1060"


def test_facts_and_thumbnail_come_from_one_read(tmp_path):
    path = tmp_path / "wide.jpg"
    codes = np.array(Image.fromarray(photo(50, 120)).resize((1200, 500)))
    path.write_bytes(encoded(codes, "JPEG", quality=95))
    examined = examine(path)
    facts, thumbnail = examined.facts, examined.thumbnail()
    assert facts.id == content_id(path.read_bytes())
    assert (facts.width, facts.height, facts.bytes) == (1200, 500, path.stat().st_size)
    with Image.open(io.BytesIO(thumbnail)) as small:
        assert small.format == "WEBP"
        assert small.size == (256, 107)
        expected = Image.fromarray(codes).resize(small.size)
        assert np.abs(np.asarray(small, float) - np.asarray(expected)).mean() < 4


def test_a_small_picture_has_a_thumbnail_of_its_own_size(tmp_path):
    path = tmp_path / "small.png"
    path.write_bytes(encoded(photo()))
    with Image.open(io.BytesIO(examine(path).thumbnail())) as small:
        assert small.size == (90, 60)


def test_the_browser_gets_a_new_upright_jpeg_without_metadata(tmp_path):
    exif = Image.Exif()
    exif[274], exif[315] = 6, "somebody"
    path = tmp_path / "turned.jpg"
    path.write_bytes(encoded(photo(), "JPEG", exif=exif, quality=95))
    data = preview(path, 45)
    with Image.open(io.BytesIO(data)) as shown:
        assert shown.format == "JPEG"
        assert shown.size == (30, 45)
        assert not shown.getexif()
    assert b"somebody" not in data


def test_a_name_that_is_no_utf8_can_be_read(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    path.write_bytes(encoded(photo()))
    assert read_image(path).shape == (60, 90)
    path.write_bytes(b"")
    with pytest.raises(ImageError) as caught:
        read_image(path)
    str(caught.value).encode("utf-8")


def test_images_are_told_by_content(tmp_path):
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "ICO", "PPM", "AVIF", "JPEG2000"):
        (tmp_path / kind).write_bytes(encoded(photo(32, 32), kind))
        assert looks_like_image(tmp_path / kind), kind
    (tmp_path / "text").write_text("BMW drives; P1 is a programme, PK is a zip")
    (tmp_path / "empty").touch()
    assert not looks_like_image(tmp_path / "text")
    assert not looks_like_image(tmp_path / "empty")
    assert not looks_like_image(tmp_path)
    assert not looks_like_image(tmp_path / "missing")


def test_linear_light_outside_zero_and_one_is_refused():
    for bad in (np.full((4, 4, 3), 1.5), np.full((4, 4, 3), -0.1), np.full((4, 4, 3), np.nan)):
        with pytest.raises(ImageError, match=r"0\.\.1"):
            LinearImage(bad)
    with pytest.raises(ImageError, match="shape"):
        LinearImage(np.zeros((4, 4)))


def test_a_size_below_one_is_refused():
    with pytest.raises(OptionError, match="size"):
        read_image(encoded(photo()), size=0)


def test_the_preview_inside_a_raw_photo_is_not_taken_for_the_photo():
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[254] = 1
    with pytest.raises(ImageError, match="camera raw"):
        read_image(encoded(photo(), "TIFF", tiffinfo=tags))


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert stat.S_ISFIFO((tmp_path / "pipe.jpg").stat().st_mode)
    with pytest.raises(ImageError, match=r"pipe\.jpg is not a file"):
        read_image(tmp_path / "pipe.jpg")


@pytest.mark.parametrize("shape", [(301, 203), (300, 200), (257, 255)])
@pytest.mark.parametrize("size", [30, 60, 100])
def test_a_reduced_jpeg_2000_looks_like_the_whole(shape, size):
    smooth = np.array(Image.fromarray(photo(30, 20)).resize(shape[::-1]))
    data = encoded(smooth, "JPEG2000")
    fast, exact = read_image(data, size), read_image(data, size, is_exact=True)
    assert (fast.width, fast.height) == shape[::-1]
    assert np.abs(fast.rgb - exact.rgb).mean() < 0.01
