"""JPEG files: reduced while decoding where that is enough; 12 and 16 bits at full depth."""

from dataclasses import replace

from PIL import Image, UnidentifiedImageError

from contrast_engine.errors import ImageError
from contrast_engine.images import gain_maps, jpeg_segments
from contrast_engine.images.raster import Codes, Raster, Source
from contrast_engine.images.readers import fast_jpeg, jpeg_header, stated_colours
from contrast_engine.images.readers import pillow_images as pillow

MAX_SCANS = 200
"""Progressive JPEGs with more passes than this are refused: they decode for minutes."""

BYTES_A_PIXEL = 10
"""Memory that a file in several passes may take for each pixel that is allowed (own choice)."""

NO_END_MARK = "has no end mark; all of its pixels are there"

_END_MARK = b"\xff\xd9"
_LOSSLESS = 0xC3
_DEEP = (0xC0, 0xC1, 0xC2, _LOSSLESS)
_STAY_OUT = (0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7)  # hierarchical, JPEG-LS
_ENDS_EARLY = "Premature end of JPEG file"
_SPOILT = ("premature end of data segment", "bad Huffman code")


def read(source: Source) -> Raster:
    """The picture of a JPEG file, perhaps at a half, quarter or eighth of its size.

    Raises:
        ImageError: It has too many pixels or passes, needs too much memory for its passes, or a
            part of its picture is missing.
    """
    if fast_jpeg.scans(source.data) > MAX_SCANS:
        raise ImageError(f"{source.name} is a JPEG of more than {MAX_SCANS} passes; save it again")
    kind, depth = jpeg_segments.frame(source.data)
    if kind in _STAY_OUT:
        raise UnidentifiedImageError("a kind that libjpeg does not know")
    if kind == _LOSSLESS or (kind in _DEEP and depth not in (0, 8)):
        return _deep(source, depth)
    with pillow.opened(source, is_reduced=True) as image:
        size = image.size
        halvings = halvings_for(size, source.covering)
        pillow.check_size(size, source, decoded_pixels(size, halvings) if halvings else None)
        _check_coefficients(source)
        notes = _notes(image, source.data)
        if image.mode in ("L", "RGB"):
            codes = fast_jpeg.decoded(source.data, size, halvings, image.mode == "L")
            if codes is not None:
                plain = pillow.Plain(codes, "", ())
                profile = pillow.profile_of(image, plain, notes)
                return Raster(
                    codes, *size, str(image.format), profile, "", pillow.orientation(image),
                    tuple(notes), pillow.how(codes, "", profile, "libjpeg-turbo"),
                )  # fmt: skip
        fault = fast_jpeg.complaint(source.data, image.mode)
        if _ENDS_EARLY in fault:
            mended = read(replace(source, data=_with_end_mark(source.data, image.mode)))
            return replace(mended, notes=(*mended.notes, NO_END_MARK))
        if any(words in fault for words in _SPOILT):
            raise ImageError(
                f"{source.name} is damaged: a part of its picture is missing; copy or export it "
                "again"
            )
        if halvings:
            width, height = (max(1, side >> halvings) for side in size)
            image.draft(None, (width, height))
        image.load()
        raster = pillow.raster_of(image, source)
        notes += [note for note in raster.notes if note not in notes]
        return replace(raster, width=size[0], height=size[1], notes=tuple(notes))


def _with_end_mark(data: bytes, mode: str) -> bytes:
    """The same file with the mark that ends it.

    Raises:
        EOFError: More than that is missing.
    """
    bare = data.rstrip(b"\0")  # a card or a mender fills up with zeros
    if bare.endswith(b"\xff"):  # such a code is always followed by a zero
        bare += b"\0"
    for whole in (data, bare):
        if not fast_jpeg.complaint(whole + _END_MARK, mode):
            # the passes of a progressive one end anywhere without any complaint
            if jpeg_segments.has_all_passes(whole):
                return whole + _END_MARK
            break
    raise EOFError("truncated")


def _notes(image: Image.Image, data: bytes) -> list[str]:
    """Whether other pictures lie behind the first, and whether one of them is a gain map."""
    has_map, others = gain_maps.of_jpeg(data)
    frames = pillow.notes_on_frames(image) if others or not has_map else []
    return [*frames, gain_maps.NOTE] if has_map else frames


def _deep(source: Source, depth: int) -> Raster:
    """Lossless JPEG, and JPEG of more than 8 bits, which Pillow does not know."""
    import imagecodecs

    pillow.check_size(jpeg_segments.size(source.data), source)
    if _END_MARK not in source.data[-64:]:
        raise EOFError("truncated")
    try:
        codes: Codes = imagecodecs.jpeg8_decode(source.data)
    except imagecodecs.Jpeg8Error as fault:
        raise UnidentifiedImageError(str(fault)) from fault
    codes = stated_colours.widened(codes.reshape(*codes.shape[:2], -1), depth)
    notes: list[str] = []
    profile = pillow.described(
        jpeg_segments.icc_profile(source.data), codes, codes.shape[2], notes
    )  # fmt: skip
    how = replace(pillow.how(codes, "", profile, "libjpeg-turbo"), depth=f"{depth} bits")
    height, width = codes.shape[:2]
    return Raster(
        codes, width, height, "JPEG", profile, "", _orientation(source.data), tuple(notes), how
    )


def _orientation(data: bytes) -> int:
    for marker, _, body in jpeg_segments.segments(data):
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            image = Image.new("L", (1, 1))
            image.info["exif"] = body
            return pillow.orientation(image)
    return 1


def _check_coefficients(source: Source) -> None:
    needed = jpeg_header.coefficient_bytes(source.data)
    most = BYTES_A_PIXEL * source.options.max_pixels
    if needed > most:
        raise ImageError(
            f"{source.name} is a JPEG in several passes (progressive), which takes "
            f"{needed / 1e9:.2g} GB to decode at any size; at most {most / 1e9:.2g} GB are given "
            "to one file; save it as a baseline JPEG, or allow more by the reading option "
            "--max-pixels"
        )


def decoded_pixels(size: tuple[int, int], halvings: int) -> int:
    """How many pixels are left of a picture halved so often."""
    width, height = (-(-side >> halvings) for side in size)
    return width * height


def halvings_for(size: tuple[int, int], covering: int | None) -> int:
    """How often a picture may be halved and still cover what is wanted."""
    # Only powers of two: libjpeg's odd eighths are slower than decoding everything.
    if covering is None:
        return 0
    longest = max(size)
    return max(n for n in range(4) if n == 0 or longest >> n >= covering)
