"""What is kept of each picture so that it is recognised among very many: 650 bytes."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Bytes, Floats32
from contrast_engine.duplicates.signature import SIDE, Signatures, signatures
from contrast_engine.imageset import Numbers

SHORT = 64
"""Numbers of a short code."""

COARSE = 16
"""Side of the small field that is kept."""

VERSION = 1
"""Of what is kept: what another version kept is made again."""

_STEPS = 127  # 1.0 as a signed byte
_TOGETHER = 1024


@dataclass(frozen=True, eq=False)
class Compact:
    """What pictures are recognised by among very many, one row each.

    Args:
        codes: (n, 2, 64) int8 of length about 127: short codes of the picture and its inner part.
        fields: (n, 16, 16, 2) int8: the field of directions, half as fine.
        is_plain: (n,) whether a picture has no shapes to be recognised by.
        prints: (n,) uint64, a hash of the small copy: those of equal ones are equal.
    """

    codes: npt.NDArray[np.int8]
    fields: npt.NDArray[np.int8]
    is_plain: Bools
    prints: Numbers

    def __len__(self) -> int:
        return len(self.prints)


def compact(copies: Bytes) -> Compact:
    """What is kept of some pictures.

    Args:
        copies: (n, 64, 64, 3) uint8 sRGB, small copies; an array in a file will do.

    Source: docs/methods.md#near-duplicates.
    """
    n = len(copies)
    found = Compact(
        np.zeros((n, 2, SHORT), np.int8),
        np.zeros((n, COARSE, COARSE, 2), np.int8),
        np.zeros(n, np.bool_),
        np.zeros(n, np.uint64),
    )
    for begin in range(0, n, _TOGETHER):
        part = slice(begin, min(begin + _TOGETHER, n))
        some = np.asarray(copies[part])
        seen = signatures(some)
        found.codes[part] = np.stack([_short(seen.codes), _short(seen.inner)], axis=1)
        found.fields[part] = _half(seen)
        found.is_plain[part] = seen.is_plain
        found.prints[part] = [_print(copy) for copy in some]
    return found


def _short(codes: Floats32) -> npt.NDArray[np.int8]:
    mean, axes = basis()
    short = (codes - mean) @ axes
    short /= np.maximum(np.linalg.norm(short, axis=1, keepdims=True), 1e-9)
    return np.asarray(np.round(_STEPS * short), dtype=np.int8)


def _half(seen: Signatures) -> npt.NDArray[np.int8]:
    fields = seen.fields.reshape(len(seen), COARSE, 2, COARSE, 2, 2)
    found = fields.mean(axis=(2, 4), dtype=np.float32)
    return np.asarray(np.round(found), dtype=np.int8)


def _print(copy: Bytes) -> int:
    data = np.ascontiguousarray(copy).tobytes()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


@cache
def basis() -> tuple[Floats32, Floats32]:
    """(512,) the mean code of photographs, and (512, 64) their main axes, evened out.

    Made by `python -m tests.benchmarks.near_duplicates FOLDER --basis FILE`; what photographs have
    in common tells none apart, so the axes along which their codes differ most count for less.
    """
    with np.load(Path(__file__).with_name("basis.npz"), allow_pickle=False) as kept:
        return kept["mean"].astype(np.float32), kept["axes"].astype(np.float32)


def fitted_basis(codes: Floats32) -> tuple[Floats32, Floats32]:
    """The basis of the codes of some photographs."""
    mean = codes.mean(axis=0, dtype=np.float64)
    values, axes = np.linalg.eigh(np.cov((codes - mean).T))
    values, axes = values[::-1][:SHORT], axes[:, ::-1][:, :SHORT]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(SHORT)])
    return mean.astype(np.float32), (axes * (values / values[0]) ** -EVENED).astype(np.float32)


EVENED = 0.35
"""Power of its variance by which an axis is divided: 0 keeps all as they are, 0.5 makes all alike
(own choice: of 0, 0.25, 0.35 and 0.5 that which lets fewest other pictures through)."""

assert SIDE == 2 * COARSE
