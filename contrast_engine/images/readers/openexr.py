"""OpenEXR files: scene light of half or full floats, opacity multiplied in.

The header is parsed here before the library sees the file: it says how much would have to be
decoded, and whether the file holds its picture to the end.

Source: OpenEXR file layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

import io
import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.errors import ImageError
from contrast_engine.images import colour, primaries
from contrast_engine.images.raster import ASSOCIATED, HowRead, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers import scene_light

_TILED, _DEEP, _PARTS = 0x200, 0x800, 0x1000
_TYPES = {
    0: (np.uint32, "32 bits"),
    1: (np.float16, "16-bit float"),
    2: (np.float32, "32-bit float"),
}
_COMPRESSIONS = (
    ("", 1), ("RLE", 1), ("ZIP", 1), ("ZIP", 16), ("PIZ", 32), ("PXR24", 16), ("B44", 32),
    ("B44A", 32), ("DWAA", 32), ("DWAB", 256),
)  # fmt: skip
_MOST_CHANNELS = 1024
_DEFAULT = (("R", "G", "B"), ("r", "g", "b"), ("Y", "RY", "BY"), ("Y",), ("y",))


@dataclass(frozen=True)
class _Channel:
    kind: int
    across: int
    down: int


@dataclass(frozen=True)
class _Header:
    channels: dict[str, _Channel]
    window: tuple[int, int, int, int]
    attributes: dict[str, bytes]
    end: int

    @property
    def size(self) -> tuple[int, int]:
        left, top, right, bottom = self.window
        return right - left + 1, bottom - top + 1


def read(source: Source) -> Raster:
    """The default layer of the first picture of an OpenEXR file.

    Raises:
        ImageError: It is too large, deep, or has no default layer.
    """
    flags = struct.unpack_from("<I", source.data, 4)[0] if len(source.data) >= 8 else 0
    if flags & _DEEP:
        raise ImageError(
            f"{source.name} holds deep samples (several depths a pixel); flatten and "
            "export it again"
        )
    header = _header(source.data)
    width, height = header.size
    pillow.check_size((width, height), source)
    names, notes = _layer(header.channels, source.name)
    if flags & _PARTS:
        notes.append("first of several parts")
    elif not flags & _TILED:
        _check_whole(source.data, header)
    matrix, primary = _primaries(header)
    codes = _decoded(source.data, header, names, matrix)
    has_opacity = names[-1].upper() == "A"
    white = header.attributes.get("whiteLuminance", b"")
    if len(white) == 4 and 0 < struct.unpack("<f", white)[0] < math.inf:
        notes.append(f"1 is {struct.unpack('<f', white)[0]:.4g} cd/m2, as the file says")
    colours = "RGB" if codes.shape[2] >= 3 else "grey"
    packed = header.attributes.get("compression", b"\0")[0]
    parts = (
        colours + (f" with {ASSOCIATED} alpha" if has_opacity else ""),
        "luminance and chroma" if "RY" in names else "",
        "tiled" if flags & _TILED else "",
        _COMPRESSIONS[packed][0] if packed < len(_COMPRESSIONS) else f"compression {packed}",
    )
    depth = _TYPES[header.channels[names[0]].kind][1]
    how = HowRead("OpenEXR", depth, ", ".join(part for part in parts if part), "", "")
    return scene_light.raster(
        codes, source, format="OpenEXR", how=how, matrix=matrix, name=primary,
        opacity=ASSOCIATED if has_opacity else "", notes=tuple(notes),
    )  # fmt: skip


def _layer(channels: dict[str, _Channel], name: str) -> tuple[tuple[str, ...], list[str]]:
    """The channels of the default layer, and what is said about the others."""
    found = next((names for names in _DEFAULT if all(n in channels for n in names)), None)
    if not channels:
        raise ValueError("no channels")
    if found is None:
        raise ImageError(
            f"{name} has no layer that is a picture of its own (R, G, B or Y), only "
            f"{_listed(channels)}; export the one to look at"
        )
    if channels[found[0]].kind not in _TYPES:
        raise ValueError("samples of a kind that is not known")
    opacity = next((one for one in ("A", "a") if one in channels), None)
    names = (*found, opacity) if opacity else found
    rest = [one for one in channels if one not in names]
    return names, [f"other layers left out: {_listed(rest)}"] if rest else []


def _listed(channels: Iterable[str]) -> str:
    """The layers that channels belong to, by name; at most five."""
    layers = sorted(
        {one.rpartition(".")[0][:24] or one[:24] or "a nameless one" for one in channels}
    )
    return ", ".join(layers[:5]) + (" and more" if len(layers) > 5 else "")


def _decoded(data: bytes, header: _Header, names: tuple[str, ...], matrix: Any) -> Floats32:
    """(h, w, c) light, then opacity."""
    import OpenEXR  # type: ignore[import-not-found]

    width, height = header.size
    file = OpenEXR.InputFile(io.BytesIO(data))
    try:
        # together where it can, as every call decodes the whole file
        steps = {(header.channels[name].across, header.channels[name].down) for name in names}
        together = len(steps) == 1
        packed = file.channels(list(names)) if together else [file.channel(n) for n in names]
    finally:
        file.close()
    grey = "RY" not in names and len(names) < 3
    codes = np.empty((height, width, len(names)), np.float32)
    for at, (name, part) in enumerate(zip(names, packed, strict=True)):
        channel = header.channels[name]
        plane = np.frombuffer(part, _TYPES[channel.kind][0])
        if (channel.across, channel.down) != (1, 1):
            shape = -(-height // channel.down), -(-width // channel.across)
            plane = plane.reshape(shape).repeat(channel.down, 0).repeat(channel.across, 1)
            codes[..., at] = plane[:height, :width]
        else:
            codes[..., at] = plane.reshape(height, width)
    if not grey and "RY" in names:
        weights: Any = colour.LUMINANCE_WEIGHTS
        _from_chroma(codes, weights if matrix is None else weights @ matrix)
    return codes


def _from_chroma(codes: Floats32, weights: Any) -> None:
    """Luminance and two differences to RGB, in place.

    Source: OpenEXR technical introduction, luminance/chroma images: RY = (R - Y) / Y.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        y = codes[..., 0].copy()
        red, blue = (codes[..., 1] + 1) * y, (codes[..., 2] + 1) * y
        codes[..., 1] = (y - weights[0] * red - weights[2] * blue) / weights[1]
        codes[..., 0], codes[..., 2] = red, blue


def _primaries(header: _Header) -> tuple[Any, str]:
    places = header.attributes.get("chromaticities", b"")
    if len(places) != 32:
        return None, "sRGB primaries (assumed)"
    rx, ry, gx, gy, bx, by, wx, wy = struct.unpack("<8f", places)
    try:
        matrix = primaries.to_srgb((rx, ry, gx, gy, bx, by, wx, wy))
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return None, "sRGB primaries (those stated span no colours)"
    return matrix, "sRGB primaries" if matrix is None else "own primaries (chromaticities)"


def _header(data: bytes) -> _Header:
    """The header of the first part.

    Raises:
        EOFError: The file ends before it does.
        ValueError: It makes no sense.
    """
    at = 8
    attributes: dict[str, bytes] = {}
    while True:
        if at >= len(data):
            raise EOFError("truncated")
        if data[at] == 0:
            break
        name, at = _text(data, at)
        _, at = _text(data, at)
        if at + 4 > len(data):
            raise EOFError("truncated")
        size = struct.unpack_from("<i", data, at)[0]
        if size < 0 or len(attributes) > 4096:
            raise ValueError("an attribute of senseless size")
        if at + 4 + size > len(data):
            raise EOFError("truncated")
        attributes[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    window = attributes.get("dataWindow", b"")
    if len(window) != 16:
        raise ValueError("no data window")
    left, top, right, bottom = struct.unpack("<4i", window)
    return _Header(
        _channels(attributes.get("channels", b"")), (left, top, right, bottom), attributes, at + 1
    )


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at, at + 256)
    if end < 0:
        if at + 256 > len(data):
            raise EOFError("truncated")
        raise ValueError("a name without an end")
    text = data[at:end].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "?" for letter in text), end + 1


def _channels(packed: bytes) -> dict[str, _Channel]:
    found: dict[str, _Channel] = {}
    at = 0
    while at < len(packed) and packed[at] and len(found) < _MOST_CHANNELS:
        name, at = _text(packed, at)
        kind, _, across, down = struct.unpack_from("<4i", packed, at)
        if across < 1 or down < 1:
            raise ValueError("samples apart by less than one pixel")
        found[name] = _Channel(kind, across, down)
        at += 16
    return found


def _check_whole(data: bytes, header: _Header) -> None:
    """Raise EOFError where a chunk of lines lies behind the end of the file."""
    packed = header.attributes.get("compression", b"\0")[0]
    if packed >= len(_COMPRESSIONS):
        return
    count = -(-header.size[1] // _COMPRESSIONS[packed][1])
    if header.end + 8 * count > len(data):
        raise EOFError("truncated")
    starts = np.frombuffer(data, "<u8", count, header.end)
    last = int(starts.max())
    if int(starts.min()) == 0 or last + 8 > len(data):
        raise EOFError("truncated")
    size = struct.unpack_from("<i", data, last + 4)[0]
    if size < 0:
        raise ValueError("a chunk of senseless size")
    if last + 8 + size > len(data):
        raise EOFError("truncated")
