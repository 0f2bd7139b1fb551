"""Which files are images, told by their first bytes; and what the others are, in plain words."""

from contrast_engine.images.kinds_not_read import what_it_is

READABLE = (
    "JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "DIB", "ICO", "PPM", "AVIF", "JPEG2000", "PSD",
)  # fmt: skip
"""The formats decoded here, by Pillow's names; EPS and the like would run other programs."""

IMAGE_SUFFIXES = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".webp", ".tif",
        ".tiff", ".bmp", ".dib", ".ico", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".avif", ".avifs",
        ".jp2", ".j2k", ".jpf", ".jpx", ".jpc", ".j2c", ".psd", ".psb", ".heic", ".heif", ".hif",
        ".heics", ".heifs", ".jxl", ".exr", ".hdr", ".pic", ".dng", ".cr2", ".cr3", ".crw", ".nef",
        ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2", ".rwl", ".pef", ".srw", ".3fr",
        ".fff", ".iiq", ".mrw", ".x3f", ".erf", ".kdc", ".mos", ".dcm", ".dicom", ".ima",
        ".sgi", ".tga", ".qoi", ".jls", ".jxr", ".wdp", ".hdp", ".dds", ".fits",
        ".svg", ".eps", ".xcf", ".pcx",
    }
)  # fmt: skip
"""File endings people give to images, also to kinds that are refused with a reason."""

HEAD = 512
"""Bytes at the start of a file that tell its kind."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"FUJIFILMCCD-RAW", "camera raw"),
    (b"IIRO", "camera raw"),
    (b"IIRS", "camera raw"),
    (b"MMOR", "camera raw"),
    (b"IIU\0", "camera raw"),
    (b"\0MRM", "camera raw"),
    (b"FOVb", "camera raw"),
    (b"II\x1a\0\0\0HEAPCCDR", "camera raw"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\x01\0", "ICO"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"),
)

_READERS = {
    "JPEG": "jpeg", "PNG": "png", "TIFF": "tiff", "JPEG 2000": "jpeg2000", "AVIF": "heif",
    "HEIC": "heif", "PNM": "netpbm", "PFM": "netpbm", "OpenEXR": "openexr",
    "Radiance HDR": "radiance", "camera raw": "camera_raw", "DICOM": "dicom", "JPEG XL": "jpeg_xl",
}  # fmt: skip
"""Modules of `readers` by family; all others are read by `pillow_images`."""

_BRANDS = {
    b"avif": "AVIF", b"avis": "AVIF", b"avio": "AVIF",
    b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"hevx": "HEIC", b"heim": "HEIC",
    b"heis": "HEIC", b"hevm": "HEIC", b"hevs": "HEIC",
    b"crx ": "camera raw",
}  # fmt: skip
_ANY_CODEC = (b"mif1", b"mif2", b"msf1", b"miaf", b"mif3")

_BITMAP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def family(head: bytes) -> str | None:
    """Name the image format that these first bytes belong to, None if it is no image.

    Args:
        head: The first `HEAD` bytes, or all there are.
    """
    if head[:4] in (b"II*\0", b"MM\0*") and head[8:10] == b"CR":
        return "camera raw"
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return None if name == "JPEG XL" and len(head) < 4 else name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    if head[:2] == b"BM" and head[14:18] in _BITMAP_HEADERS:
        return "BMP"
    if head[:1] == b"P" and head[1:2] in b"123456Ff" and head[2:3].isspace():
        return "PFM" if head[1:2] in b"Ff" else "PNM"
    return "DICOM" if _is_dicom(head) else None


def _of_brands(head: bytes) -> str | None:
    """Of an ISO base media file: its major brand, or where that leaves it open, the others."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return "HEIC" if any(brand in _ANY_CODEC for brand in brands) else None


def _is_dicom(head: bytes) -> bool:
    """By its mark behind the preamble; or, without one, by a first element that it would have."""
    if head[128:132] == b"DICM":
        return True
    if head[:6] == b"\x02\0\0\0UL":
        return True
    if head[:2] != b"\x08\0" or head[3:4] != b"\0" or len(head) < 64:
        return False
    stated, explicit = head[4:6], (b"UL", b"CS", b"UI", b"DA", b"TM", b"LO", b"SH")
    length = int.from_bytes(head[4:8], "little")
    return stated in explicit or (head[2] in (0, 5, 8, 0x16, 0x18) and 0 < length <= 64)


def reader_of(data: bytes) -> str:
    """Name the module of `readers` that reads a file."""
    return _READERS.get(family(data[:HEAD]) or "", "pillow_images")


def reason_not_read(data: bytes, name: str) -> str:
    """Why a file could not be opened as an image: what it is."""
    known = family(data[:HEAD])
    what = what_it_is(data, name, known)
    if what:
        return f"{name} is {what}"
    if known:
        return f"{name} is a damaged {known} file: its header cannot be read; export it again"
    if b"\0" not in data[:512] and _is_text(data[:512]):
        return f"{name} is not an image: it holds text"
    return f"{name} is not an image of a kind read here; export it as JPEG, PNG, TIFF or WebP"


def missing_extra(name: str, what: str, extra: str) -> str:
    """What to install for a kind of file whose reader is an extra.

    Args:
        name: What messages call the file.
        what: What it is: "a camera raw photo".
        extra: The name of the extra: "raw".
    """
    return f"{name} is {what}; install the extra: pip install 'contrast-engine[{extra}]'"


def _is_text(head: bytes) -> bool:
    try:
        head[:500].decode("utf-8", "strict" if len(head) <= 500 else "ignore")
    except UnicodeDecodeError:
        return False
    return all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in head)
