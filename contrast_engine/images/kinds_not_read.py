"""What files are that stay out: told by their content, never by a name alone."""

from collections.abc import Callable
from pathlib import PurePath

from contrast_engine.images import jpeg_segments

_SAVE = ", which is not read here; export it as JPEG or PNG"
_KEEP = ", which is not read here; export it as 16-bit PNG or TIFF"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF document" + _SAVE),
    (0, b"PK\x03\x04", "a zip archive" + _SAVE),
    (0, b"\x1f\x8b", "a gzip archive, which is not read here; unpack it"),
    (0, b"%!PS", "a PostScript drawing" + _SAVE),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript drawing (EPS)" + _SAVE),
    (0, b"\x01\xda", "an SGI image" + _SAVE),
    (0, b"qoif", "a QOI image" + _SAVE),
    (0, b"II\xbc", "a JPEG XR image" + _KEEP),
    (0, b"DDS ", "a DDS texture" + _SAVE),
    (0, b"SIMPLE  =", "a FITS image" + _KEEP),
    (344, b"n+1\0", "a NIfTI volume" + _KEEP),
    (344, b"ni1\0", "a NIfTI volume" + _KEEP),
    (4, b"n+2\0\r\n\x1a\n", "a NIfTI volume" + _KEEP),
    (0, b"gimp xcf", "a GIMP document (XCF)" + _SAVE),
    (0, b"SDPX", "a DPX image" + _KEEP),
    (0, b"XPDS", "a DPX image" + _KEEP),
    (0, b"BPG\xfb", "a BPG image" + _SAVE),
    (0, b"FLIF", "a FLIF image" + _SAVE),
    (0, b"AT&TFORM", "a DjVu document" + _SAVE),
    (0, b"\x1aE\xdf\xa3", "a video; export single frames as PNG"),
    (0, b"\0\0\x01\xba", "a video; export single frames as PNG"),
    (8, b"AVI ", "a video; export single frames as PNG"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file" + _KEEP),
    (0, b"version https://git-lfs", "a Git LFS pointer, not the picture; fetch it: git lfs pull"),
)

_VIDEO_BRANDS = (
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ",
    b"M4VP", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"dash", b"MSNV", b"XAVC", b"mmp4",
)  # fmt: skip

_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "an SVG drawing" + _SAVE),
    (b"<!doctype html", "a web page" + _SAVE),
    (b"<html", "a web page" + _SAVE),
    (b"<?xml", "an XML document" + _SAVE),
    (b"<!doc", "a web page" + _SAVE),
)


def what_it_is(data: bytes, name: str, family: str | None) -> str:
    """What a file is that could not be read, and what to do; "" where it is not known.

    Args:
        data: The whole file.
        name: What messages call it: of files without a mark of their own, its ending counts.
        family: What `formats.family` says of it.
    """
    if family in _VARIANTS:
        return _VARIANTS[family](data)
    if family:
        return ""
    for at, signature, what in _SIGNATURES:
        if data[at : at + len(signature)] == signature:
            return what
    if data[4:8] == b"ftyp":
        is_video = data[8:12] in _VIDEO_BRANDS
        return "a video; export single frames as PNG" if is_video else ""
    if data[4:8] in (b"moov", b"mdat", b"wide", b"free"):
        return "a video; export single frames as PNG"
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        if b"<svg" in data[:4096].lower():
            return "an SVG drawing" + _SAVE
        for mark, what in _MARKUP:
            if start.startswith(mark):
                return what
    if data[-18:-1] == b"TRUEVISION-XFILE." or _is_targa(data, name):
        return "a TGA image" + _SAVE
    return ""


def _is_targa(data: bytes, name: str) -> bool:
    """By its ending and a header that makes sense: the first version has no mark."""
    if PurePath(name).suffix.lower() not in (".tga", ".icb", ".vda", ".vst") or len(data) < 18:
        return False
    width, height = (int.from_bytes(data[at : at + 2], "little") for at in (12, 14))
    is_known = data[1] in (0, 1) and data[2] in (1, 2, 3, 9, 10, 11)
    return is_known and data[16] in (8, 15, 16, 24, 32) and width * height > 0


def _jpeg(data: bytes) -> str:
    kind, depth = jpeg_segments.frame(data)
    if kind == 0xF7:
        return "a JPEG-LS image" + _KEEP
    if kind in (0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF):
        return "a JPEG with arithmetic coding" + _SAVE
    if kind in (0xC5, 0xC6, 0xC7):
        return "a hierarchical JPEG" + _SAVE
    if kind == 0xC3:
        return "a lossless JPEG of a kind that is not read here; export it as PNG or TIFF"
    if kind in (0xC0, 0xC1, 0xC2) and depth not in (8, 0):
        return f"a JPEG of {depth} bits that cannot be decoded; export it as PNG or TIFF"
    return ""


def _photoshop(data: bytes) -> str:
    version, channels, depth = (int.from_bytes(data[at : at + 2], "big") for at in (4, 12, 22))
    if version == 2:
        return "a large Photoshop document (PSB)" + _KEEP
    if version == 1 and channels and depth in (16, 32):
        return f"a Photoshop document of {depth} bits" + _KEEP
    return ""


_VARIANTS: dict[str, Callable[[bytes], str]] = {"JPEG": _jpeg, "Photoshop": _photoshop}
