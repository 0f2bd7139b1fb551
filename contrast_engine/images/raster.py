"""What a reader gives back: numbers as a file stores them, and what they mean."""

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats32
from contrast_engine.images.colour import MID_GREY
from contrast_engine.images.reading_options import USUAL, ReadingOptions

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.float32]

Pixels = TypeVar("Pixels", bound=npt.NDArray[Any])

STRAIGHT, ASSOCIATED = "straight", "associated"
"""Opacity beside whole colours, or colours already multiplied by it; "" is no opacity."""


@dataclass(frozen=True, eq=False)
class Source:
    """A file on its way to being decoded.

    Args:
        data: The whole file.
        name: What messages call it.
        covering: A reduced version will do as long as its longer side has this many pixels; None
            wants every pixel.
        options: What was chosen about reading.
    """

    data: bytes
    name: str
    covering: int | None = None
    options: ReadingOptions = USUAL


def most_of(codes: Codes) -> int:
    """The highest code: 255 or 65535."""
    return 65535 if codes.dtype == np.uint16 else 255


class Profile(Protocol):
    """What the colour numbers of a file mean."""

    @property
    def name(self) -> str:
        """Its primaries in words: "sRGB", "Adobe RGB (1998)"."""

    @property
    def transfer(self) -> str:
        """Its curve in words: "sRGB curve", "gamma 1.8", "PQ", "linear"."""

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1 in sRGB primaries, (h, w, 1 or 3), of (h, w, c) colour codes."""


@dataclass(frozen=True)
class HowRead:
    """How the numbers of a file were read, for `contrast inspect`.

    Args:
        library: What decoded it.
        depth: Bits a channel, as stored: "8 bits", "12 bits in 16", "32-bit float".
        layout: Channels and their order on disk: "RGB, tiled, big-endian, LZW".
        profile: Whose colours: "sRGB (assumed)", "ICC profile: Adobe RGB (1998)".
        transfer: The curve: "sRGB curve", "PQ (BT.2100)".
        white: What counts as 1, where that is a choice: "P99.5 = 3.2", "203 cd/m2"; or "".
    """

    library: str
    depth: str
    layout: str
    profile: str
    transfer: str
    white: str = ""

    def line(self) -> str:
        """All of it in one line."""
        parts = dict.fromkeys((self.depth, self.layout, self.profile, self.transfer))
        white = f"; white: {self.white}" if self.white else ""
        return ", ".join(part for part in parts if part) + white + f" (read by {self.library})"


UNKNOWN = HowRead("", "", "", "", "")


@dataclass(frozen=True, eq=False)
class Raster:
    """Decoded numbers, as stored: not yet linear, not yet turned, transparency not yet filled.

    Args:
        codes: (h, w, c) uint8, uint16 or float32: the channels of `profile`, then opacity where
            there is one. Opacity is 0..255, 0..65535 or 0..1, by the type of the codes.
        width, height: Full size of the stored picture; `codes` may be a reduced version.
        format: What the content is, not what the file is called.
        profile: What the colours mean.
        opacity: `STRAIGHT`, `ASSOCIATED` or "".
        orientation: EXIF orientation 1..8.
        notes: Decisions taken, in words, kept on the row of the image.
        how: How it was read, in words.
    """

    codes: Codes
    width: int
    height: int
    format: str
    profile: Profile
    opacity: str = ""
    orientation: int = 1
    notes: tuple[str, ...] = ()
    how: HowRead = field(default=UNKNOWN)

    @property
    def size(self) -> tuple[int, int]:
        """(h, w) of the numbers, before turning."""
        return self.codes.shape[0], self.codes.shape[1]

    def light(self, top: int, bottom: int) -> Floats32:
        """Linear light 0..1, (rows, w, 1 or 3), of some rows, transparency over mid-grey."""
        codes = self.codes[top:bottom]
        if not self.opacity:
            return self.profile.linear(codes)
        colours: Any = np.ascontiguousarray(codes[..., :-1])
        alpha = codes[..., -1:].astype(np.float32)
        if codes.dtype != np.float32:
            most = most_of(codes)
            alpha /= np.float32(most)
            if self.opacity == ASSOCIATED:
                whole = np.rint(colours / np.maximum(alpha, np.float32(1 / most)))
                colours = np.minimum(whole, most).astype(codes.dtype)
        elif self.opacity == ASSOCIATED:
            colours = colours / np.maximum(alpha, np.float32(1e-6))
        alpha = np.clip(alpha, 0, 1)
        return self.profile.linear(colours) * alpha + np.float32(MID_GREY) * (1 - alpha)

    def upright(self, pixels: Pixels) -> Pixels:
        """The (h, w, ...) pixels turned and mirrored as the EXIF orientation demands."""
        turned: Any = pixels
        if self.orientation in (5, 6, 7, 8):
            turned = turned.swapaxes(0, 1)
        if self.orientation in (3, 4, 7, 8):
            turned = turned[::-1]
        if self.orientation in (2, 3, 6, 7):
            turned = turned[:, ::-1]
        return cast("Pixels", turned)

    @property
    def upright_size(self) -> tuple[int, int]:
        """Full width and height after turning."""
        turned = self.orientation in (5, 6, 7, 8)
        return (self.height, self.width) if turned else (self.width, self.height)
