"""One scene of known light, coded by colour-science: references that are not our own code."""

from functools import cache

import imagecodecs
import numpy as np
import pytest

from contrast_engine.features import measure_image
from contrast_engine.images import read_image
from tests.images.scene import colour_science

colour = colour_science()

MEASURED = ("mean_y", "c_rms", "u_dr", "chroma_mean")


def scene() -> np.ndarray:
    """Linear light (64, 96, 3) in sRGB primaries, none of it pure."""
    y, x = np.mgrid[:64, :96]
    waves = [np.sin(x / 9 + y / (7 + c) + c) for c in range(3)]
    return 0.03 + 0.4 * (1 + np.stack(waves, axis=2)) * (0.3 + 0.7 * x / 95)[..., None]


@cache
def measured(data: bytes) -> dict[str, float]:
    values = measure_image(read_image(data))
    return {name: values[name] for name in MEASURED}


def twin(light: np.ndarray) -> bytes:
    """A 16-bit sRGB PNG of linear light: what every other coding is held against."""
    codes = np.rint(65535 * colour.cctf_encoding(np.clip(light, 0, 1), function="sRGB"))
    return imagecodecs.png_encode(codes.astype(np.uint16))


def is_close(data: bytes, reference: bytes, *, within: float = 0.005) -> None:
    ours, right = measured(data), measured(reference)
    for name in MEASURED:
        floor = 0.1 if name == "chroma_mean" and within > 0.01 else 0.002  # 8 bits leave some
        assert ours[name] == pytest.approx(right[name], rel=within, abs=floor), name


def hlg(light: np.ndarray) -> np.ndarray:
    """HLG code values of light on a display of 1000 cd/m2, 203 of which are diffuse white."""
    whole = light if light.ndim == 3 else np.repeat(light[..., None], 3, axis=2)
    with np.errstate(invalid="ignore"):  # it looks at both branches of the curve everywhere
        codes = colour.eotf_inverse(203 * whole, "ITU-R BT.2100 HLG")
    return codes if light.ndim == 3 else codes[..., 0]


# How light becomes code values, by colour-science: independent of what is tested.
CODINGS = {
    "none": ("sRGB", lambda light: colour.cctf_encoding(light, function="sRGB"), None),
    "srgb": ("sRGB", lambda light: colour.cctf_encoding(light, function="sRGB"), (1, 13)),
    "p3": ("Display P3", lambda light: colour.cctf_encoding(light, function="sRGB"), (12, 13)),
    "pq": ("ITU-R BT.2020", lambda light: colour.eotf_inverse(203 * light, "ITU-R BT.2100 PQ"),
           (9, 16)),
    "hlg": ("ITU-R BT.2020", lambda light: hlg(light), (9, 18)),
    "linear": ("sRGB", lambda light: light, (1, 8)),
}  # fmt: skip


def in_colours(light: np.ndarray, name: str) -> np.ndarray:
    """Code values 0..1."""
    space, curve, _ = CODINGS[name]
    if light.ndim == 3 and space != "sRGB":
        spaces = colour.RGB_COLOURSPACES
        matrix = colour.matrix_RGB_to_RGB(spaces["sRGB"], spaces[space])
        light = light @ matrix.T
    return np.clip(curve(light), 0, 1)
