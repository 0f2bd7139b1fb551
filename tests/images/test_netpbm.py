"""PBM, PGM and PPM of every maxval, in bytes or in digits, have the white that they state."""

import numpy as np
import pytest

from contrast_engine.errors import ImageError
from contrast_engine.images import read_image
from contrast_engine.images.colour import decode_srgb
from contrast_engine.images.decoding import decode

SHAPE = (11, 13)


def values(most: int, channels: int) -> np.ndarray:
    made = np.random.default_rng(most).integers(0, most + 1, (*SHAPE, channels))
    made[0, :2] = [[0], [most]]
    return made


def pnm(array: np.ndarray, most: int, kind: int, head: str = "") -> bytes:
    header = f"P{kind}\n{head}{array.shape[1]} {array.shape[0]}\n{most}\n".encode()
    if kind < 4:
        return header + " ".join(map(str, array.ravel())).encode() + b"\n"
    return header + array.astype(np.uint8 if most < 256 else ">u2").tobytes()


@pytest.mark.parametrize("is_spelled", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("most", [1, 15, 100, 255, 256, 1023, 4095, 65535])
def test_the_maxval_is_white(most, channels, is_spelled):
    array = values(most, channels)
    kind = (2 if channels == 1 else 3) + (0 if is_spelled else 3)
    image = read_image(pnm(array, most, kind, "# a comment\n"))
    right = np.broadcast_to(decode_srgb(array / most), (*SHAPE, 3))
    np.testing.assert_allclose(image.rgb, right, atol=2e-6)
    assert ("16-bit" in image.notes) == (most > 255)


@pytest.mark.parametrize("is_spelled", [False, True])
def test_bits_are_ink(is_spelled):
    bits = np.random.default_rng(1).integers(0, 2, SHAPE).astype(np.uint8)
    head = f"P{1 if is_spelled else 4}\n{SHAPE[1]} {SHAPE[0]}\n".encode()
    body = (
        "".join(map(str, bits.ravel())).encode()
        if is_spelled
        else np.packbits(bits, axis=1).tobytes()
    )
    np.testing.assert_array_equal(read_image(head + body).rgb[..., 0], 1 - bits)


@pytest.mark.parametrize("kind", [2, 3, 5, 6])
@pytest.mark.parametrize("kept", [3, 9, 60])
def test_a_file_that_is_cut_off_says_so(kind, kept):
    data = pnm(values(4095, 3 if kind in (3, 6) else 1), 4095, kind)
    with pytest.raises(ImageError, match="cut off"):
        read_image(data[:kept])


@pytest.mark.parametrize(
    "data",
    [b"P5\n0 9\n255\n" + bytes(99), b"P5\n9 9\n0\n" + bytes(99), b"P5\n9 9\n70000\n" + bytes(99),
     b"P5\n9 x\n255\n" + bytes(99), b"P2\n2 2\n9\n1 2 3 x\n", b"P2\n2 2\n9\n1 2 3 10\n", b"P1\n2 2\n0012"],
)  # fmt: skip
def test_senseless_files_are_refused(data):
    with pytest.raises(ImageError, match=r"damaged|holds no picture"):
        read_image(data)


def test_too_many_pixels_are_refused_before_they_are_read():
    with pytest.raises(ImageError, match=r"(million |mega)pixels"):
        read_image(b"P5\n99999 99999\n255\n" + bytes(99))


def test_of_several_pictures_the_first_counts():
    one = pnm(values(255, 1), 255, 5)
    assert "first of several frames" in decode(one + one, "a", None).notes
