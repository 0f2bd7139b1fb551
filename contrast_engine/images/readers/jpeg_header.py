"""What the header of a JPEG says about the memory that decoding it takes."""

from contrast_engine.images.jpeg_segments import START_OF_SCAN, segments

_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA, 0xCB}
_PROGRESSIVE = {0xC2, 0xCA}


def coefficient_bytes(data: bytes) -> int:
    """Memory for the coefficients of a JPEG in several passes; 0 for one in a single pass.

    A single pass is decoded row by row. Several passes, progressive or one a channel, leave no
    choice but to hold every coefficient of the full size, also where only an eighth is wanted.
    """
    samples, channels, is_progressive = 0, 0, False
    for marker, _, body in segments(data, is_whole=True):  # left at the first scan
        if marker in _FRAMES and len(body) >= 6:
            is_progressive = marker in _PROGRESSIVE
            channels = body[5]
            samples = _samples(body)
        if marker == START_OF_SCAN and body:
            return 2 * samples if is_progressive or body[0] < channels else 0
    return 0


def _samples(frame: bytes) -> int:
    """Samples of all channels, each filled up to whole blocks."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    factors = [(code >> 4, code & 15) for code in frame[7 : 6 + 3 * frame[5] : 3]]
    across, down = (max((pair[k] for pair in factors), default=1) or 1 for k in (0, 1))
    blocks = (-(-width * h // (8 * across)) * -(-height * v // (8 * down)) for h, v in factors)
    return 64 * sum(blocks)
