"""One scene of known light, and the profile that every way of storing it must have."""

import struct
import warnings
import zlib
from functools import cache

import numpy as np

from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage

COMPARED = ("mean_y", "c_rms", "u_dr", "chroma_mean")
WITHIN = 0.005


@cache
def light(is_grey: bool = False) -> np.ndarray:
    """(96, 128, 3) linear sRGB light 0..1 with soft and hard edges, noise, black and white."""
    rng = np.random.default_rng(11)
    rows, columns = np.mgrid[0:96, 0:128] / np.array([95, 127])[:, None, None]
    made = np.stack([columns, 0.2 + 0.6 * rows, 1 - columns * rows], axis=-1) ** 1.7
    made += 0.08 * rng.standard_normal(made.shape)
    made[20:40, 30:60] *= 0.15
    made[60:80, 90:120] = 1.0
    made[60:80, 60:90] = 0.0
    made = np.clip(made, 0, 1)
    if is_grey:
        made = np.repeat((made @ [0.2126, 0.7152, 0.0722])[..., None], 3, axis=2)
    made.flags.writeable = False
    return made


def srgb_codes(linear: np.ndarray) -> np.ndarray:
    """SRGB code values 0..1 (IEC 61966-2-1), written out here on purpose."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def stored(codes: np.ndarray, bits: int) -> np.ndarray:
    """Code values 0..1 as whole numbers."""
    whole = np.rint(codes * (2**bits - 1))
    return whole.astype(np.uint8 if bits <= 8 else np.uint16)


def over_grey(linear: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The scene over the grey that lies behind transparent pixels: code value .5."""
    grey = ((0.5 + 0.055) / 1.055) ** 2.4
    return linear * alpha[..., None] + grey * (1 - alpha[..., None])


def profile_of(image: LinearImage) -> dict[str, float]:
    """The features that are compared."""
    measured = measure_image(image)
    return {name: measured[name] for name in COMPARED}


def assert_same(image: LinearImage, linear: np.ndarray, within: float = WITHIN) -> None:
    """Fail where a feature of an image is more than half a percent off that of the light."""
    expected = profile_of(LinearImage(np.asarray(linear, np.float64)))
    found = profile_of(image)
    for name, value in expected.items():
        room = within * abs(value) if value else 1e-2
        assert abs(found[name] - value) <= room, (name, found[name], value)


def png(codes: np.ndarray, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of (h, w, 1 to 4) codes with chunks of its own before the pixels."""
    height, width, channels = codes.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    depth = 8 * codes.dtype.itemsize
    lines = codes.astype(codes.dtype.newbyteorder(">")).reshape(height, -1)
    rows = b"".join(b"\0" + line.tobytes() for line in lines)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in [
            (b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b""),
        ]
    )  # fmt: skip


def iccp(profile: bytes) -> tuple[bytes, bytes]:
    """The chunk that holds an ICC profile."""
    return b"iCCP", b"profile\0\0" + zlib.compress(profile)


@cache
def colour_science():
    """The package, which warns while it is imported of what else it would like to have."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour
    return colour


def to_primaries(xy: tuple[float, ...]) -> np.ndarray:
    """(3, 3) from linear sRGB to linear light in other primaries of the same white, D65.

    From colour-science, so that it shares nothing with the code under test.
    """
    colour = colour_science()
    white = np.array([0.3127, 0.3290])
    ours = np.array([0.64, 0.33, 0.30, 0.60, 0.15, 0.06]).reshape(3, 2)
    to_xyz = colour.normalised_primary_matrix(ours, white)
    return np.linalg.inv(colour.normalised_primary_matrix(np.reshape(xy, (3, 2)), white)) @ to_xyz
