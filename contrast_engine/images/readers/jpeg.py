"""JPEG files: reduced while decoding where that is enough."""

from dataclasses import replace

from contrast_engine.errors import ImageError
from contrast_engine.images.raster import Raster, Source
from contrast_engine.images.readers import fast_jpeg, jpeg_header
from contrast_engine.images.readers import pillow_images as pillow

MAX_SCANS = 200
"""Progressive JPEGs with more passes than this are refused: they decode for minutes."""

BYTES_A_PIXEL = 10
"""Memory that a file in several passes may take for each pixel that is allowed (own choice)."""


def read(source: Source) -> Raster:
    """The picture of a JPEG file, perhaps at a half, quarter or eighth of its size.

    Raises:
        ImageError: It has too many pixels or passes, or needs too much memory for its passes.
    """
    if fast_jpeg.scans(source.data) > MAX_SCANS:
        raise ImageError(f"{source.name} is a JPEG of more than {MAX_SCANS} passes; save it again")
    with pillow.opened(source, is_reduced=True) as image:
        size = image.size
        halvings = halvings_for(size, source.covering)
        pillow.check_size(size, source, decoded_pixels(size, halvings) if halvings else None)
        _check_coefficients(source)
        if image.mode in ("L", "RGB"):
            codes = fast_jpeg.decoded(source.data, size, halvings, image.mode == "L")
            if codes is not None:
                notes = pillow.notes_on_frames(image)
                plain = pillow.Plain(codes, "", ())
                profile = pillow.profile_of(image, plain, notes)
                return Raster(
                    codes, *size, str(image.format), profile, "", pillow.orientation(image),
                    tuple(notes), pillow.how(codes, "", profile, "libjpeg-turbo"),
                )  # fmt: skip
        if halvings:
            width, height = (max(1, side >> halvings) for side in size)
            image.draft(None, (width, height))
        image.load()
        raster = pillow.raster_of(image, source)
        return replace(raster, width=size[0], height=size[1])


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
