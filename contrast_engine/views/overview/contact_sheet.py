"""A contact sheet: a few images that stand for all, and how they were drawn."""

from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview.card import Absent, Card

SHOWN = 24


@dataclass(frozen=True, kw_only=True)
class ContactSheet(Card):
    """Some images that stand for all.

    Args:
        images: In the order in which they are shown, from the one end of the space to the other.
        names: The file name of each, without its folder.
        total: Out of how many measured images.
        seed: Gives the same images again.
        how: How they were drawn, in one sentence.
    """

    images: tuple[ImageId, ...]
    names: tuple[str, ...]
    total: int
    seed: int
    how: str


def contact_sheet(workspace: Workspace, seed: int = 0) -> ContactSheet | Absent:
    """Images drawn by lot within strata of the space of the features."""
    return Absent("Not made yet.", "collection")
