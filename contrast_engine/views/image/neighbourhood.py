"""The images before and after one, in the order in which somebody looks through them."""

from collections.abc import Sequence
from dataclasses import dataclass

from contrast_engine.imageset import ImageSet
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

NEAR = 12
"""So many images on either side are named: a held arrow key does not outrun them."""


@dataclass(frozen=True)
class Near:
    """An image nearby.

    Args:
        id: Which it is.
        name: Its file.
        width, height: In pixels.
    """

    id: ImageId
    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Neighbourhood:
    """Where an image stands in a row of images.

    Args:
        near: The images around it and itself, in their order.
        at: Its place among `near`, from 0.
        place: Its place among all, from 0.
        total: How many there are.
        words: What they are, in the plural.
    """

    near: tuple[Near, ...]
    at: int
    place: int
    total: int
    words: str


def row_of(
    image: ImageId,
    everything: ImageSet,
    selected: ImageSet,
    group: Sequence[ImageId] | None = None,
    passing: ImageSet | None = None,
) -> tuple[ImageSet, str]:
    """Which images somebody looks through who is at one of them, and what they are.

    The selected ones come first where the image is one of several; else those that the gallery
    shows; all of them where it shows others.

    Args:
        image: The image they are at.
        everything: All images of the collection.
        selected: The selected ones.
        group: The group that the gallery shows; None for all.
        passing: Those that pass its filter; None where nothing is filtered.
    """
    chosen = selected & everything
    if len(chosen) > 1 and image in chosen:
        return chosen, "selected"
    shown = everything if group is None else ImageSet.of(group) & everything
    shown = shown if passing is None else shown & passing
    if len(shown) < len(everything) and image in shown:
        return shown, "shown"
    return everything, "images"


def neighbourhood(
    workspace: Workspace, row: Sequence[ImageId], image: ImageId, words: str
) -> Neighbourhood:
    """The images around one in a row.

    Args:
        workspace: Where they are.
        row: All of them in their order.
        image: One of them.
        words: What they are.
    """
    place = row.index(image)
    first = max(0, place - NEAR)
    known = workspace.images
    near = []
    for other in row[first : place + NEAR + 1]:
        facts = known.facts(other)
        near.append(Near(other, file_name(facts.path), facts.width, facts.height))
    return Neighbourhood(tuple(near), place - first, place, len(row), words)
