"""Classes that images are in and numbers that they have, as filters read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.figures.look import PALETTE
from contrast_engine.imageset import ImageId, ImageIds, ImageSet, numbered
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.filters import NONE


@dataclass(frozen=True)
class Value:
    """One class that images can be in.

    Args:
        text: What an address calls it.
        title: What people call it.
        special: Which of the special values it is; "" for a class of its own.
        colour: Its colour on the map; "" for none.
    """

    text: str
    title: str
    special: str = ""
    colour: str = ""


@dataclass(frozen=True, eq=False)
class Facet:
    """Classes of images; an image may be in several, or in none.

    Args:
        key: Of the condition on it.
        title: What it is about.
        values: The classes.
        rows, codes: (m,) an image, by its place among all, and a class that it is in.
    """

    key: str
    title: str
    values: tuple[Value, ...]
    rows: Ints
    codes: Ints


@dataclass(frozen=True, eq=False)
class NumberFacet:
    """A number of every image.

    Args:
        key: Of the condition on it.
        title: What it is.
        unit: What one of it is, "" for none.
        values: (n,) NaN where there is none.
    """

    key: str
    title: str
    unit: str
    values: Floats


TITLES = {
    "name": "Name", "folder": "Folder", "cluster": "Cluster", "label": "Label",
    "predicted": "Predicted label", "confidence": "Confidence", "issue": "Issue",
    "annotator": "Annotator", "note": "Note",
}  # fmt: skip
"""What people call each kind."""


@dataclass(frozen=True, eq=False)
class SaidOfRows:
    """What is said of very many images, without a text for any of them.

    Args:
        ids: The images.
        codes: (n,) which of `texts` is said of each, -1 for nothing.
        texts: What can be said.
    """

    ids: ImageIds
    codes: Ints
    texts: Sequence[str]


Said = Iterable[tuple[ImageId, str]] | SaidOfRows


def made(
    workspace: Workspace,
    key: str,
    values: Sequence[Value],
    said: Said,
    special: dict[str, str] | None = None,
    specially: Said = (),
) -> Facet:
    """The facet of what is said of images.

    Args:
        workspace: Where they are.
        key: Of the facet.
        values: Its classes.
        said: Images and the class of each, by its text; what is no class is passed over.
        special: The special values it can have, with their words; "none" is found by itself.
        specially: Images that have another special value.
    """
    images = workspace.images.images
    every = [*values, *(Value(f"({name})", title, name) for name, title in (special or {}).items())]
    plain = {value.text: code for code, value in enumerate(values)}
    other = {value.special: code for code, value in enumerate(every) if value.special}
    rows, codes = _paired(images, said, plain)
    more_rows, more_codes = _paired(images, specially, other)
    rows, codes = np.concatenate([rows, more_rows]), np.concatenate([codes, more_codes])
    if NONE in other:
        has = np.zeros(len(images), dtype=np.bool_)
        has[rows] = True
        bare = np.flatnonzero(~has)
        rows = np.concatenate([rows, bare])
        codes = np.concatenate([codes, np.full(len(bare), other[NONE], dtype=np.int64)])
    return Facet(key, TITLES[key], tuple(every), rows, codes)


def _paired(images: ImageSet, said: Said, code: dict[str, int]) -> tuple[Ints, Ints]:
    if isinstance(said, SaidOfRows):
        own = np.array([*(code.get(text, -1) for text in said.texts), -1], dtype=np.int64)
        codes = own[said.codes]
        rows = images.rows_in(said.ids.numbers[codes >= 0])
        return rows[rows >= 0], codes[codes >= 0][rows >= 0]
    pairs = [(image, code[text]) for image, text in said if text in code]
    rows = images.rows_in(numbered([image for image, _ in pairs]))
    codes = np.array([number for _, number in pairs], dtype=np.int64)
    return rows[rows >= 0], codes[rows >= 0]


def coloured(titles: Sequence[tuple[str, str]]) -> list[Value]:
    """Classes in the colours that the map gives them, where it has one for each."""
    colours = PALETTE if len(titles) <= len(PALETTE) else [""] * len(titles)
    return [Value(text, title, colour=c) for (text, title), c in zip(titles, colours, strict=False)]
