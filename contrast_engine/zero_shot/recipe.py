"""The recipe of an image tower: what must be done to a picture before the network sees it."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Self

from contrast_engine.arrays import Json
from contrast_engine.as_written import plain
from contrast_engine.errors import ModelError

INTERPOLATIONS = ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")
"""Resampling filters by Pillow's names; all but the nearest average where they shrink."""

CROPS = ("centre", "squeeze")
LAYOUTS = ("NCHW", "NHWC")
CHANNELS = ("RGB", "BGR")
NEEDED = ("size", "mean", "std", "crop", "interpolation")

LEAST_SIZE, MOST_SIZE = 4, 1024
MOST_BYTES = 1 << 20
"""Bytes of a recipe at most."""

_OTHER_NAMES = {"output_name": "output", "input_name": "input"}
_SAME = {"center": "centre", "none": "squeeze", "true": "centre", "false": "squeeze"}

NEEDED_WORDS = (
    'a recipe is a JSON object such as {"size": 224, "crop": "centre", "interpolation": "bicubic", '
    '"mean": [0.481, 0.458, 0.408], "std": [0.269, 0.261, 0.276], "output": "image_embeds"}'
)


@dataclass(frozen=True)
class TowerRecipe:
    """How a picture is prepared for one network, and where its vector comes out.

    Args:
        size: Side of the square that the network sees, in pixels.
        mean, std: Taken off and divided by, per channel, in the unit of `value_range`.
        crop: "centre" cuts the middle square out of a picture whose shorter side was brought to
            `resize`; "squeeze" brings both sides to `size`, whatever the shape.
        interpolation: Resampling filter, one of `INTERPOLATIONS`.
        resize: Length of the shorter side before the crop; `size` unless said.
        output, input: Names in the network; "" where it has just one.
        channels: "RGB" or "BGR".
        layout: "NCHW" or "NHWC".
        value_range: What code values 0 and 255 become before mean and std.
    """

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    crop: str
    interpolation: str
    resize: int
    output: str = ""
    input: str = ""
    channels: str = "RGB"
    layout: str = "NCHW"
    value_range: tuple[float, float] = (0.0, 1.0)

    def as_json(self) -> Json:
        """The recipe as it is stored and as `of` reads it."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def parse(cls, data: bytes, name: str = "the recipe") -> Self:
        """The recipe in the bytes of a JSON file.

        Raises:
            ModelError: It is none; the message says what is missing or what does not fit.
        """
        found = json_object(data, name, MOST_BYTES, NEEDED_WORDS)
        return cls.of(found, name)

    @classmethod
    def of(cls, given: Mapping[str, Any], name: str = "the recipe") -> Self:
        """The recipe of named values, as JSON has them.

        Raises:
            ModelError: A name is missing or unknown, or a value does not fit.
        """
        values = {_OTHER_NAMES.get(key, key): value for key, value in given.items()}
        values.pop("note", None)
        _known(values, name)
        crop, size, resize = _geometry(values, name)
        span = _numbers(values.get("value_range", (0.0, 1.0)), 2, "value_range", name)
        if not span[0] < span[1]:
            raise _wrong(name, "value_range", "two rising numbers, as [0, 1] or [0, 255]",
                         values["value_range"])  # fmt: skip
        mean = _numbers(values["mean"], 3, "mean", name)
        std = _numbers(values["std"], 3, "std", name)
        if min(std) <= 0:
            raise _wrong(name, "std", "three numbers above 0", values["std"])
        if not all(span[0] <= one <= span[1] for one in mean):
            raise ModelError(
                f"{name}: mean {list(mean)} lies outside the value range {span[0]:g} to "
                f'{span[1]:g}; where mean and std are for values up to 255, give "value_range": '
                "[0, 255]"
            )
        choose = _choosing(values, name)
        return cls(
            size, (mean[0], mean[1], mean[2]), (std[0], std[1], std[2]), crop,
            choose("interpolation", INTERPOLATIONS, str.lower), resize,
            _text(values, "output", name), _text(values, "input", name),
            choose("channels", CHANNELS, str.upper), choose("layout", LAYOUTS, str.upper),
            (span[0], span[1]),
        )  # fmt: skip


def json_object(data: bytes, name: str, most: int, needed: str) -> Json:
    """The JSON object in some bytes, with no NaN or infinity in it.

    Raises:
        ModelError: It is none, is larger than `most` bytes, or nested beyond reason.
    """
    if len(data) > most:
        raise ModelError(f"{name} has {len(data):,} bytes; at most {most:,} are read: {needed}")

    def refuse(constant: str) -> float:
        raise ModelError(f"{name} holds {constant}, which is no number; {needed}")

    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=refuse)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ModelError(f"{name} is no JSON; {needed}") from None
    if not isinstance(found, dict):
        raise ModelError(f"{name} is no JSON object; {needed}")
    return found


def finite(value: Any) -> float | None:
    """A JSON number as a float; None where it is none, or is too large for one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _known(values: Json, name: str) -> None:
    known = tuple(TowerRecipe.__dataclass_fields__)
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"it may say: {', '.join(known)}"
            raise ModelError(f"{name} says {plain(key)!r}, which is not known; {hint}")
    missing = [key for key in NEEDED if key not in values]
    if missing:
        raise ModelError(f"{name} does not say {', '.join(missing)}; {NEEDED_WORDS}")


def _geometry(values: Json, name: str) -> tuple[str, int, int]:
    """Crop, side of the square, and length of the shorter side before the crop."""
    size, crop = _side(values["size"], "size", name), values["crop"]
    if isinstance(crop, int) and not isinstance(crop, bool):  # as Resize(size), CenterCrop(crop)
        if "resize" in values:
            raise ModelError(f'{name} says resize and a crop in pixels; say "crop": "centre"')
        return "centre", *_no_larger(_side(crop, "crop", name), size, name)
    wanted = str(crop).lower()
    wanted = _SAME.get(wanted, wanted)
    if wanted not in CROPS:
        raise _wrong(name, "crop", '"centre", "squeeze" or a number of pixels', crop)
    if wanted == "squeeze":
        if values.get("resize", size) != size:
            raise ModelError(f"{name} squeezes to {size} pixels and says another resize; leave out")
        return wanted, size, size
    resize = _side(values.get("resize", size), "resize", name)
    return wanted, *_no_larger(size, resize, name)


def _no_larger(crop: int, resize: int, name: str) -> tuple[int, int]:
    if crop > resize:
        raise ModelError(
            f"{name} cuts {crop} pixels out of {resize}; the cut must not be larger than the "
            "shorter side"
        )
    return crop, resize


def _side(value: Any, key: str, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(name, key, "a whole number of pixels", value)
    if not LEAST_SIZE <= value <= MOST_SIZE:
        raise _wrong(name, key, f"from {LEAST_SIZE} to {MOST_SIZE} pixels", value)
    return value


def _numbers(value: Any, count: int, key: str, name: str) -> tuple[float, ...]:
    parts = value if isinstance(value, list | tuple) else [value] * count
    found = [finite(part) for part in parts]
    if len(found) != count or None in found:
        raise _wrong(name, key, f"{count} finite numbers", value)
    return tuple(part for part in found if part is not None)


def _text(values: Json, key: str, name: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str) or len(value) > 1000:
        raise _wrong(name, key, "the name of a tensor", value)
    return value


def _choosing(values: Json, name: str) -> Callable[[str, tuple[str, ...], Callable[[str], str]],
                                                   str]:  # fmt: skip
    def choose(key: str, choices: tuple[str, ...], spell: Callable[[str], str]) -> str:
        value = values.get(key, choices[0])
        if not isinstance(value, str) or spell(value) not in choices:
            raise _wrong(name, key, f"one of {', '.join(choices)}", value)
        return spell(value)

    return choose


def _wrong(name: str, key: str, needed: str, value: Any) -> ModelError:
    got = plain(repr(value))
    return ModelError(f"{name}: {key} must be {needed}, got {got[:60]}")
