"""Which files are images, told by their first bytes; and what the others are, in plain words."""

READABLE = (
    "JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "DIB", "ICO", "PPM", "AVIF", "JPEG2000", "PSD",
)  # fmt: skip
"""The formats decoded here, by Pillow's names; EPS and the like would run other programs."""

IMAGE_SUFFIXES = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".webp", ".tif",
        ".tiff", ".bmp", ".dib", ".ico", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".avif", ".jp2",
        ".j2k", ".jpf", ".jpx", ".psd", ".sgi", ".tga", ".heic", ".heif", ".jxl", ".svg", ".eps",
        ".exr", ".hdr", ".pic", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2",
    }
)  # fmt: skip
"""File endings people give to images, also to kinds that are refused with a reason."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\x01\0", "ICO"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"),
)

_READERS = {
    "JPEG": "jpeg", "PNG": "png", "TIFF": "tiff", "JPEG 2000": "jpeg2000", "AVIF": "heif",
    "HEIC": "heif", "PNM": "netpbm", "PFM": "netpbm", "OpenEXR": "openexr",
    "Radiance HDR": "radiance",
}  # fmt: skip
"""Modules of `readers` by family; all others are read by `pillow_images`."""

_BRANDS = {
    b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC",
    b"mif1": "HEIC", b"msf1": "HEIC", b"crx ": "camera raw",
}  # fmt: skip

_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"%!PS", "a PostScript drawing"),
    (b"\x01\xda", "an SGI image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
    (b"<!DOC", "a web page"),
    (b"<html", "a web page"),
)


def family(head: bytes) -> str | None:
    """Name the image format that these first bytes belong to, None if it is no image."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if head[:2] == b"BM" and head[14:18] in _BITMAP_HEADERS:
        return "BMP"
    if head[:1] == b"P" and head[1:2] in b"123456Ff" and head[2:3].isspace():
        return "PFM" if head[1:2] in b"Ff" else "PNM"
    return None


_BITMAP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def reader_of(data: bytes) -> str:
    """Name the module of `readers` that reads a file."""
    return _READERS.get(family(data[:32]) or "", "pillow_images")


def reason_not_read(data: bytes, name: str) -> str:
    """Why a file could not be opened as an image: what it is."""
    known = family(data[:32])
    if known in ("HEIC", "camera raw"):
        return f"{name} is a {known} photo, which is not read here; export it as JPEG"
    if known:
        return f"{name} is a damaged {known} file: its header cannot be read; export it again"
    for signature, what in _REFUSED:
        if data[: len(signature)].lower() == signature.lower():
            return f"{name} is {what}, which is not read here; export it as JPEG or PNG"
    if b"\0" not in data[:512] and _is_text(data[:512]):
        return f"{name} is not an image: it holds text"
    return f"{name} is not an image of a kind read here; export it as JPEG, PNG, TIFF or WebP"


def _is_text(head: bytes) -> bool:
    try:
        head[:500].decode("utf-8", "strict" if len(head) <= 500 else "ignore")
    except UnicodeDecodeError:
        return False
    return all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in head)
