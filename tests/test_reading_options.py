"""What may be chosen about reading: how it is written, and how large a file may be."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import ImageError, OptionError
from contrast_engine.images import ReadingOptions, read_image
from contrast_engine.images.colour import decode_srgb
from contrast_engine.images.readers.jpeg_header import coefficient_bytes
from contrast_engine.images.reading_options import pixels_of


def file_of(width: int, height: int, kind: str, mode: str = "RGB", **options) -> bytes:
    codes = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    picture = Image.fromarray(codes).resize((width, height)).convert(mode)
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


def refusal(data: bytes, options: ReadingOptions, **rest) -> str:
    with pytest.raises(ImageError) as refused:
        read_image(data, name="it", options=options, **rest)
    return str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"white": "p99"}, {"white": "P99"}),
        ({"white": " P 99.50 "}, {}),
        ({"white": "1"}, {"white": "1.0"}),
        ({"white": "2e3"}, {"white": "2000.0"}),
        ({"window": "40 : 400"}, {"window": "40:400"}),
        ({"window": "-600:1500.0"}, {"window": "-600:1500"}),
        ({"window": "stated"}, {}),
        ({"max_pixels": 300_000_000}, {"max_pixels": 300_000_000}),
        ({}, {}),
    ],
)
def test_what_is_chosen_has_one_spelling_and_only_what_is_not_usual_is_kept(given, kept) -> None:
    options = ReadingOptions(**given)
    assert options.as_json() == kept
    assert ReadingOptions.of(options.as_json()) == options
    assert ReadingOptions.of({**options.as_json(), "of a later version": 1}) == options


@pytest.mark.parametrize(
    "given",
    [{"white": w} for w in ("", "0", "-1", "inf", "P", "P-1", "P101", "Pnan")]
    + [{"window": w} for w in ("40", "40:", ":400", "40:-1", "1:2:3", "inf:1")]
    + [{"max_pixels": m} for m in (0, -1, 2.5)],
)
def test_what_is_not_of_its_form_is_refused_in_plain_words(given) -> None:
    with pytest.raises(OptionError, match=f"^{next(iter(given)).replace('_', '-')} must be "):
        ReadingOptions(**given)


def test_megapixels_are_written_as_people_say_them() -> None:
    assert pixels_of("300") == 300_000_000
    assert pixels_of(" 0.5 ") == 500_000
    for wrong in ("", "0", "-3", "3e12", "a lot"):
        with pytest.raises(OptionError, match="megapixels"):
            pixels_of(wrong)


LITTLE = ReadingOptions(max_pixels=60_000)  # a 1600 x 1200 file is 32 times as large


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"subsampling": 0}),
        ("JPEG", {"mode": "L"}),
        ("JPEG2000", {"num_resolutions": 6}),
    ],
)
def test_a_file_that_is_decoded_reduced_may_be_larger_than_the_limit(kind, options) -> None:
    data = file_of(1600, 1200, kind, **options)
    image = read_image(data, 64, options=LITTLE)
    assert (image.width, image.height, image.shape) == (1600, 1200, (48, 64))
    whole = read_image(data, 64)
    assert np.array_equal(image.rgb, whole.rgb), "the limit decides whether, never what"
    said = refusal(data, LITTLE, is_exact=True)
    assert said.startswith("it has 1600 x 1200 pixels, 1.92 megapixels; at most 0.06 are decoded")
    assert said.endswith("make a smaller copy, or allow more by the reading option --max-pixels")
    assert f"and even reduced it has {0.12 if kind == 'JPEG' else 0.48};" in refusal(
        file_of(3200, 2400, kind, **options), LITTLE, size=400
    )


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "PPM", "TIFF"])
def test_a_file_that_is_decoded_whole_keeps_to_the_limit(kind) -> None:
    data = file_of(320, 200, kind)
    assert "0.064 megapixels; at most 0.06 are decoded" in refusal(data, LITTLE)
    assert read_image(data, options=ReadingOptions(max_pixels=64_000)).width == 320


def test_a_jpeg_in_several_passes_is_held_to_the_memory_it_takes() -> None:
    data = file_of(1600, 1200, "JPEG", progressive=True, subsampling=0)
    assert coefficient_bytes(data) == 2 * 3 * 1600 * 1200
    assert coefficient_bytes(file_of(1600, 1200, "JPEG", progressive=True)) == 3 * 1600 * 1200
    assert coefficient_bytes(file_of(1600, 1200, "JPEG")) == 0
    assert coefficient_bytes(file_of(8, 8, "JPEG", mode="L", progressive=True)) == 2 * 64
    said = refusal(data, LITTLE, size=64)
    assert "progressive" in said
    assert "save it as a baseline JPEG" in said
    assert read_image(data, 64, options=ReadingOptions(max_pixels=1_200_000)).shape == (48, 64)


def test_headers_that_break_off_take_no_memory() -> None:
    data = file_of(64, 64, "JPEG", progressive=True)
    assert [coefficient_bytes(data[:n]) for n in (0, 2, 5, 30)] == [0] * 4


def test_a_png_of_many_pixels_inside_a_small_icon_is_refused_before_it_is_decoded() -> None:
    icon = bytearray(file_of(64, 64, "ICO", sizes=[(64, 64)]))
    at = icon.index(b"IHDR") + 4
    icon[at : at + 8] = struct.pack(">II", 40_000, 40_000)
    icon[at + 13 : at + 17] = struct.pack(">I", zlib.crc32(icon[at - 4 : at + 13]))
    assert "it has 40000 x 40000 pixels, 1,600 megapixels" in refusal(bytes(icon), ReadingOptions())


@pytest.mark.slow
def test_a_baseline_jpeg_of_102_megapixels_is_read_without_being_told() -> None:
    data = io.BytesIO()
    Image.new("L", (12_000, 8_500), 128).save(data, "JPEG")
    image = read_image(data.getvalue())
    assert (image.width, image.height) == (12_000, 8_500)


@pytest.mark.parametrize("most", [65535, 4095, 1000])
@pytest.mark.parametrize("kind", [b"P5", b"P6"])
def test_portable_maps_of_more_than_8_bits_keep_them(kind, most) -> None:
    shape = (20, 30) if kind == b"P5" else (20, 30, 3)
    stored = np.random.default_rng(0).integers(0, most + 1, shape)
    data = kind + b"\n# by hand\n30 20\n%d\n" % most + stored.astype(">u2").tobytes()
    image = read_image(data)
    right = decode_srgb(np.round(stored / most * 65535) / 65535)
    assert np.allclose(image.rgb, right.reshape(20, 30, -1), atol=1e-4)
    assert image.notes == ("16-bit",)
    assert image.how.startswith(f"{most.bit_length()} bits")
    assert "it is cut off" in refusal(data[:-9], ReadingOptions())
