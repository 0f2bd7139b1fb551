"""What a file is: told by its content; "damaged" only for what is damaged."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import examine, formats, looks_like_image, read_image

RNG = np.random.default_rng(2)
CODES = RNG.integers(0, 256, (16, 24, 3), np.uint8)


def saved(kind: str, mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(CODES).convert(mode).save(file, kind, **options)
    return file.getvalue()


def photoshop(version: int, depth: int, mode: int) -> bytes:
    head = b"8BPS" + version.to_bytes(2, "big") + bytes(6) + (3).to_bytes(2, "big")
    head += (16).to_bytes(4, "big") * 2 + depth.to_bytes(2, "big") + mode.to_bytes(2, "big")
    return head + bytes(4000)


def film(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\2\0isommp41" + b"\0\0\0\x08mdat" + bytes(90)


def targa(kind: int = 2) -> bytes:
    return bytes([0, 0, kind, *bytes(9), 24, 0, 16, 0, 24, 0]) + CODES.tobytes()


NAMED = {
    "an SGI image": saved("SGI"),
    "a TGA image": saved("TGA"),
    "a QOI image": imagecodecs.qoi_encode(CODES),
    "a JPEG-LS image": imagecodecs.jpegls_encode(CODES),
    "a JPEG XR image": imagecodecs.jpegxr_encode(CODES),
    "a DDS texture": saved("DDS"),
    "a FITS image": b"SIMPLE  =                    T" + b" " * 2850 + bytes(99),
    "a NIfTI volume": bytes([92, 1, 0, 0]) + bytes(340) + b"n+1\0" + bytes(99),
    "an SVG drawing": b'<?xml version="1.0"?>\n<!-- made -->\n<svg xmlns="x"></svg>',
    "an XML document": b'<?xml version="1.0"?><a/>',
    "a web page": b"\n  <!DOCTYPE html><html></html>",
    "a PostScript drawing": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "a PostScript drawing (EPS)": b"\xc5\xd0\xd3\xc6" + bytes(99),
    "a large Photoshop document (PSB)": photoshop(2, 8, 3),
    "a Photoshop document of 16 bits": photoshop(1, 16, 3),
    "a GIMP document (XCF)": b"gimp xcf v011\0" + bytes(99),
    "a video; export single frames as PNG": film(b"isom"),
    "a PDF document": b"%PDF-1.7\n",
    "a zip archive": b"PK\x03\x04" + bytes(99),
    "a gzip archive": b"\x1f\x8b\x08" + bytes(99),
    "a hierarchical JPEG": saved("JPEG").replace(b"\xff\xc0", b"\xff\xc5"),
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\n",
}


@pytest.mark.parametrize("suffix", [".jpg", ".dat", ""])
@pytest.mark.parametrize("what", NAMED)
def test_a_kind_that_stays_out_is_named(what, suffix):
    with pytest.raises(ImageError) as caught:
        read_image(NAMED[what], name=f"file{suffix}")
    assert str(caught.value).startswith(f"file{suffix} is {what}")
    assert "damaged" not in str(caught.value)


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"qt  ", b"M4V "])
def test_a_video_is_one_by_its_brand(brand):
    with pytest.raises(ImageError, match="is a video"):
        read_image(film(brand))


@pytest.mark.parametrize("kind", [1, 2, 3, 9, 10, 11])
def test_a_targa_without_a_mark_is_one_by_its_name_and_header(kind):
    data = targa(kind)
    if kind in (1, 9):
        data = data[:1] + b"\1" + data[2:]
    with pytest.raises(ImageError, match=r"^old.tga is a TGA image"):
        read_image(data, name="old.tga")
    with pytest.raises(ImageError, match="of a kind read here"):
        read_image(data, name="old.jpg")
    with pytest.raises(ImageError, match="of a kind read here"):
        read_image(bytes(200), name="nothing.tga")


READ = {
    "JPEG": saved("JPEG"), "PNG": saved("PNG"), "GIF": saved("GIF"), "WEBP": saved("WEBP"),
    "TIFF": saved("TIFF"), "BMP": saved("BMP"), "JPEG2000": saved("JPEG2000"),
    "AVIF": saved("AVIF"), "JPEG XL": imagecodecs.jpegxl_encode(CODES),
    "PPM": saved("PPM"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("suffix", [".jpg", ".tga", ".dcm", ".dng", ".sgi"])
def test_a_wrong_ending_does_not_matter(kind, suffix, tmp_path):
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(READ[kind])
    assert looks_like_image(path)
    assert examine(path).facts.format == kind


@pytest.mark.parametrize("kind", [kind for kind in READ if kind != "BMP"])
def test_what_is_damaged_is_called_so(kind):
    for damaged in (READ[kind][:40], READ[kind][:12] + b"\xff" * 90):
        with pytest.raises(ImageError, match=r"damaged|cut off|no picture|holds no|declares"):
            read_image(damaged)


def test_big_tiff_is_tiff():
    file = io.BytesIO()
    Image.fromarray(CODES).save(file, "TIFF", big_tiff=True)
    assert np.array_equal(read_image(file.getvalue()).rgb, read_image(READ["PNG"]).rgb)


def test_endings_of_what_is_read_by_an_extra_count_as_images():
    for suffix in (".dcm", ".ima", ".dicom", ".jxl", ".heic", ".dng", ".srw", ".pef", ".cr3"):
        assert suffix in formats.IMAGE_SUFFIXES


@pytest.mark.parametrize("data", [b"", b"\xff\n", b"Wrote it all down\n" * 9, bytes(300)])
def test_what_is_no_image_does_not_look_like_one(data, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert not looks_like_image(path)
