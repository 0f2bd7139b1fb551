"""What a slide is made of: one message, what shows it, and what its numbers rest on."""

from dataclasses import dataclass
from typing import Literal

from contrast_engine.results import Verdict
from contrast_engine.vectors import ImageId

Live = Literal["", "map", "what-if"]
"""What can be done on a slide: nothing, click on the map, or turn a slider."""


@dataclass(frozen=True)
class Picture:
    """One image on a slide, with its file name for a screen reader."""

    id: ImageId
    name: str


@dataclass(frozen=True)
class Group:
    """Images that belong together: a cluster, an issue.

    Args:
        title: What it is called.
        words: How many there are, as "57 images, 13%".
        colour: Its colour on the map; "" for none.
        pictures: Some of its images.
    """

    title: str
    words: str
    colour: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A number in very large type.

    Args:
        value: The number with its unit, "85%".
        words: What it is a number of, with its n.
    """

    value: str
    words: str


@dataclass(frozen=True)
class Bar:
    """One feature of some images beside those that they are held against.

    Args:
        title: The feature.
        words: The shift with its interval, as text.
        low, middle, high: Quartiles and median here.
        other_low, other_high: Quartiles there; all in middle halves of those there, from their
            median.
    """

    title: str
    words: str
    low: float
    middle: float
    high: float
    other_low: float
    other_high: float


@dataclass(frozen=True)
class Line:
    """A line of a list.

    Args:
        words: What it says.
        value: What stands at its end, in bold; "" for nothing.
        note: The n of it, or the reason; "" for none.
        verdict: Of a question of the evidence; "" for any other line.
        share: From 0 to 100, drawn as a place on a scale; None for none.
    """

    words: str
    value: str = ""
    note: str = ""
    verdict: Verdict | Literal[""] = ""
    share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One slide.

    Args:
        name: Names it, "map".
        title: What it is about, in a few words.
        message: The one thing that it says.
        foot: What its numbers rest on: the space, n, the interval, who labelled.
        pictures: Images side by side.
        groups: Groups of images side by side.
        figures: Numbers in very large type.
        bars: Features beside a reference.
        lines: A list.
        live: What can be done on it.
        outdated: What changed since its result was made; "" where it still holds.
    """

    name: str
    title: str
    message: str
    foot: str = ""
    pictures: tuple[Picture, ...] = ()
    groups: tuple[Group, ...] = ()
    figures: tuple[Figure, ...] = ()
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    live: Live = ""
    outdated: str = ""


@dataclass(frozen=True)
class Deck:
    """The slides of a collection.

    Args:
        name: Of the collection.
        slides: In their order.
        left_out: Slides that cannot be shown yet, each as its title and the reason.
    """

    name: str
    slides: tuple[Slide, ...]
    left_out: tuple[tuple[str, str], ...]
