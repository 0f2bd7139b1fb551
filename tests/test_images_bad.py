"""Odd, broken and hostile files: each loads or is refused with a plain reason, and quickly."""

import csv
import io
import struct
import time
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.features import measure_image
from contrast_engine.images import examine, preview, read_image


def picture(height: int = 120, width: int = 160) -> Image.Image:
    codes = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(codes)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


JPEG = encoded(picture(), "JPEG", quality=90)
PNG = encoded(picture(), "PNG")

REFUSED = {
    "cut.jpg": (JPEG[: len(JPEG) // 2], "cut.jpg is cut off: it ends before the image does"),
    "cut.png": (PNG[: len(PNG) // 2], "cut.png is cut off: it ends before the image does"),
    "empty.jpg": (b"", "empty.jpg is empty (0 bytes)"),
    "text.jpg": (
        b"Dear all,\nplease find attached\n" * 9,
        "text.jpg is not an image: it holds text",
    ),
    "page.png": (b"<!DOCTYPE html><html></html>", "page.png is a web page"),
    "paper.jpg": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "paper.jpg is a PDF document"),
    "phone.jpg": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "phone.jpg is cut off"),
    "noise.jpg": (bytes(range(255, 0, -1)) * 9, "noise.jpg is not an image of a kind read here"),
    "header.png": (PNG[:20], "header.png is cut off: it ends before the image does"),
    "broken.png": (PNG[:8] + b"\xff" * 40, "broken.png is a damaged PNG file"),
    "middle.png": (PNG[:600] + b"\0" * 400 + PNG[1000:], "middle.png is damaged"),
    "bomb.png": (
        png_claiming(100_000, 100_000),
        "bomb.png has 100000 x 100000 pixels, 10,000 megapixels; at most 100 are decoded",
    ),
    "large.png": (
        png_claiming(11_000, 10_000),
        "large.png has 11000 x 10000 pixels, 110 megapixels; at most 100 are decoded of one file; make",
    ),
    "short.png": (png_claiming(4_000, 4_000), "short.png is cut off"),
    "nan.tif": (
        encoded(Image.new("F", (9, 9), float("nan")), "TIFF"),
        "nan.tif holds no numbers: every pixel is NaN",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_a_plain_reason(name, tmp_path):
    data, reason = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(data)
    for read in (read_image, examine, preview):
        start = time.process_time()
        with pytest.raises(ImageError) as caught:
            read(path)
        assert str(caught.value).startswith(reason)
        assert time.process_time() - start < 5


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ImageError, match=r"gone\.jpg is not there"):
        read_image(tmp_path / "gone.jpg")
    with pytest.raises(ImageError, match="is not a file"):
        examine(tmp_path)


def test_a_jpeg_of_endless_passes_is_refused_quickly():
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    with pytest.raises(ImageError, match="passes"):
        read_image(JPEG[:-2] + scan * 5000)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (10, 10), (16, 16)])
def test_tiny_and_thin_pictures_load_and_measure(size, tmp_path):
    path = tmp_path / "thin.png"
    path.write_bytes(encoded(picture(*size), "PNG"))
    values = measure_image(read_image(path))
    assert np.isfinite(list(values.values())).all()
    examined = examine(path)
    facts, thumbnail = examined.facts, examined.thumbnail()
    assert (facts.height, facts.width) == size
    assert thumbnail


def test_senseless_metadata_does_not_spoil_good_pixels():
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(range(200))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = read_image(encoded(picture(), "JPEG", exif=exif))
    assert image.shape == (120, 160)


def test_two_threads_read_odd_files_without_a_warning_escaping():
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(range(200))
    files = [encoded(picture(), "JPEG", exif=exif), JPEG[:900], PNG] * 20

    def outcome(data: bytes) -> object:
        try:
            return read_image(data).mean
        except ImageError as problem:
            return str(problem)

    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(outcome, files))
    assert together == [outcome(data) for data in files]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"])
def test_mutated_files_load_or_are_refused_and_nothing_else(kind):
    rng = np.random.default_rng(len(kind))
    good = encoded(picture(48, 64), kind)
    for _ in range(300):
        data = bytearray(good)
        for spot in rng.integers(0, len(data) if rng.random() < 0.5 else 120, rng.integers(1, 6)):
            data[spot] = rng.integers(0, 256)
        start = time.process_time()
        outcome = read_and_measure(bytes(data))
        assert outcome.startswith("the image") or outcome == "loads", outcome
        assert time.process_time() - start < 5


def read_and_measure(source) -> str:
    """ "loads", "not finite", or why it was refused."""
    try:
        values = measure_image(read_image(source))
    except ImageError as problem:
        return str(problem)
    return "loads" if np.isfinite(list(values.values())).all() else "not finite"


@pytest.mark.slow
def test_every_file_of_the_bad_inputs_behaves_as_its_manifest_says(shared_data):
    folder = shared_data / "bad_inputs"
    rows = list(csv.DictReader((folder / "manifest.csv").read_text().splitlines()))
    assert len(rows) > 50
    for row in rows:
        path = folder / row["file"]
        start = time.process_time()
        outcome = read_and_measure(path)
        assert time.process_time() - start < 5, path.name
        assert outcome == "loads" or outcome.startswith(path.name), outcome
        got = "load" if outcome == "loads" else "reject"
        assert row["expect"] in (got, "either"), (path.name, outcome)
        if got == "load":
            facts = examine(path).facts
            image = read_image(path)
            assert (facts.width, facts.height) == (image.width, image.height)
            assert preview(path)
        else:
            with pytest.raises(ImageError, match=path.name):
                examine(path)
