"""What colours mean: bytes, the legend that says what they are, and how values become both."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Bools, Bytes, Floats, Ints, Json
from contrast_engine.figures.look import PALETTE
from contrast_engine.imageset import ImageIds
from contrast_engine.vectors import ImageId

NOTHING = 255
"""The byte of an image about which nothing is known."""

OTHER_COLOUR = "#8d8d8d"

RAMPS = {
    "viridis": (
        "#440154", "#481467", "#482576", "#453781", "#404688", "#39558c", "#33638d", "#2d718e",
        "#287d8e", "#238a8d", "#1f968b", "#20a386", "#29af7f", "#3dbc74", "#56c667", "#75d054",
        "#95d840", "#bade28", "#dde318", "#fde725",
    ),
}  # fmt: skip
"""Colours of values, low to high, to be blended between: viridis, Smith and van der Walt 2015."""


@dataclass(frozen=True)
class Classes:
    """Legend of classes: byte i is entry i.

    Args:
        title: What the classes are.
        entries: (name, hex colour, number of images).
        absent: Number of images in no class.
        absent_name: What to call those.
    """

    title: str
    entries: tuple[tuple[str, str, int], ...]
    absent: int = 0
    absent_name: str = "none"


@dataclass(frozen=True)
class Scale:
    """Legend of values: byte 0 is `low` or less, byte 254 is `high` or more.

    Args:
        title: What the value is.
        low, high: The 2nd and 98th percentile, so that one outlier does not flatten the rest.
        unit: Of the values; empty for none.
        ramp: Name in `RAMPS`.
        stops: Its colours, low to high.
        least, most: The true ends.
        below, above: Number of images beyond `low` and `high`, in the colour of that end.
        absent: Number of images without a value.
        note: What else there is to know to read the values, in a sentence.
    """

    title: str
    low: float
    high: float
    unit: str = ""
    ramp: str = "viridis"
    stops: tuple[str, ...] = RAMPS["viridis"]
    least: float = 0.0
    most: float = 1.0
    below: int = 0
    above: int = 0
    absent: int = 0
    note: str = ""


Legend = Classes | Scale


def legend_json(legend: Legend) -> Json:
    """A legend as the browser takes it, with its `kind`."""
    return {"kind": type(legend).__name__.lower(), **asdict(legend)}


@dataclass(frozen=True, eq=False)
class Colouring:
    """Colours of a list of images.

    Args:
        ids: The images.
        codes: (n,) uint8, meaning given by `legend`, 255 = nothing known.
        legend: What the codes mean.
        values: (n,) the numbers themselves, NaN where unknown; None where colours are classes.
    """

    ids: Sequence[ImageId]
    codes: Bytes
    legend: Legend
    values: Floats | None = None

    def shown(self, hidden: Collection[str]) -> Bools:
        """Whether each image is left when the classes in `hidden` are switched off."""
        if not isinstance(self.legend, Classes):
            return np.ones(len(self.codes), dtype=np.bool_)
        off = [i for i, (name, _, _) in enumerate(self.legend.entries) if name in hidden]
        if self.legend.absent_name in hidden:
            off.append(NOTHING)
        is_on = np.ones(256, dtype=np.bool_)
        is_on[off] = False
        return is_on[self.codes]


def by_value(
    ids: Sequence[ImageId], values: Floats, title: str, unit: str = "", note: str = ""
) -> Colouring:
    """Colours of numbers: viridis between the 2nd and 98th percentile, the ends clipped.

    Args:
        ids: n images.
        values: (n,) one for each, NaN where it is not known.
        title: What the values are.
        unit: Of the values; empty for none.
        note: What else there is to know to read them.
    """
    known = values[np.isfinite(values)]
    least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    low, high = map(float, np.percentile(known, [2, 98])) if known.size else (0.0, 1.0)
    if not low < high:  # most images share one value: fall back to the true ends
        low, high = least, most
    span = high - low or 1.0
    codes = np.full(len(ids), NOTHING, dtype=np.uint8)
    scaled = np.clip((known - low) / span, 0, 1) * 254
    codes[np.isfinite(values)] = np.round(scaled).astype(np.uint8)
    legend = Scale(
        title, low, high, unit, least=least, most=most, below=int((known < low).sum()),
        above=int((known > high).sum()), absent=len(ids) - known.size, note=note,
    )  # fmt: skip
    return Colouring(ids, codes, legend, values)


def by_class(
    ids: Sequence[ImageId],
    of: Mapping[ImageId, str],
    order: Iterable[str],
    title: str,
    absent_name: str = "none",
    sizes: Mapping[str, int] | None = None,
) -> Colouring:
    """Colours of names, in `order`; of more than twelve the smallest become Other.

    Args:
        ids: n images.
        of: The name of each image that has one.
        order: The names.
        title: What they are.
        absent_name: What images without one are called.
        sizes: By which the smallest are found, so that a name keeps its colour wherever some
            of its images are shown; the counts among these images where they are not given.
    """
    place: dict[str, int] = {}
    rows, known = ImageIds.of(ids), ImageIds.of(of)
    codes = np.array([place.setdefault(name, len(place)) for name in of.values()], dtype=np.int64)
    at = known.places(rows)
    codes = np.where(at >= 0, codes[at], -1) if len(codes) else at
    return by_code(rows, codes, tuple(place), order, title, absent_name, sizes)


def by_code(
    ids: Sequence[ImageId],
    codes: Ints,
    called: Sequence[str],
    order: Iterable[str],
    title: str,
    absent_name: str = "none",
    sizes: Mapping[str, int] | None = None,
) -> Colouring:
    """Colours of names as `by_class` gives them, of numbers that stand for names.

    Args:
        ids: n images.
        codes: (n,) which of `called` each image has, -1 where it has none.
        called: The names that the numbers stand for.
        order: The names in their order.
        title: What they are.
        absent_name: What images without one are called.
        sizes: As in `by_class`.
    """
    has_one = codes >= 0
    many = np.bincount(codes[has_one], minlength=len(called)).tolist()
    counts = Counter({name: n for name, n in zip(called, many, strict=True) if n})
    names = [*dict.fromkeys(order), *sorted(counts.keys() - set(order))]
    kept = names
    if len(names) > len(PALETTE):
        largest = sorted(names, key=lambda name: -(sizes or counts).get(name, 0))[: len(PALETTE)]
        kept = [name for name in names if name in set(largest)]
    code = {name: i for i, name in enumerate(kept)}
    colour = np.array([*(code.get(name, len(kept)) for name in called), NOTHING], dtype=np.uint8)
    entries = [(name, PALETTE[i], counts[name]) for i, name in enumerate(kept)]
    if len(kept) < len(names):
        rest = [name for name in names if name not in code]
        folded = sum(counts[name] for name in rest)
        entries.append((f"Other ({len(rest)})", OTHER_COLOUR, folded))
    legend = Classes(title, tuple(entries), int((~has_one).sum()), absent_name)
    return Colouring(ids, colour[codes], legend)
