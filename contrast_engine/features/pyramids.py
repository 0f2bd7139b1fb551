"""Smaller versions of a picture, cut equally from opposite sides so that mirroring is harmless."""

from contrast_engine.arrays import Floats

_SMALLEST = 4  # pixels on the shorter side of the last level


def blocks(values: Floats, size: int) -> Floats:
    """Average (h, w) values over square blocks: (h // size, w // size), possibly empty.

    What does not fill a block is left out, half of it on either side; where that half is not a
    whole number of pixels, the blocks lie between pixels and take half of each.
    """
    if size == 1:
        return values
    return _along_rows(_along_rows(values, size).T, size).T


def levels(values: Floats) -> list[Floats]:
    """Halve (h, w) values again and again while both sides keep at least 4 pixels."""
    pyramid = [values]
    while min(pyramid[-1].shape) >= 2 * _SMALLEST:
        pyramid.append(blocks(pyramid[-1], 2))
    return pyramid


def _along_rows(values: Floats, size: int) -> Floats:
    count, rest = divmod(values.shape[0], size)

    def averaged(start: int) -> Floats:
        cut = values[start : start + count * size]
        mean: Floats = cut.reshape(count, size, values.shape[1]).mean(axis=1)
        return mean

    if rest % 2 == 0:
        return averaged(rest // 2)
    return (averaged(rest // 2) + averaged(rest // 2 + 1)) / 2
