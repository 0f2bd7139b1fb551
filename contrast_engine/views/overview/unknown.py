"""What is not known of a collection, counted."""

from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview.card import Card


@dataclass(frozen=True)
class NotKnown:
    """One thing that is not known.

    Args:
        name: Which: "unread", "unmeasured", "abstained", "unlike", "disputed", "unlabelled",
            "checks" or "issues".
        count: How many images, files or checks that is.
        n: Out of how many.
        what: What of it is not known, as a sentence.
        images: A few of the images, where it is about images that can be shown.
        reasons: Why, each with how often, the most frequent first; for files that cannot be used.
        page: The address of the page where more is to be seen.
        view: Parameters of that address.
    """

    name: str
    count: int
    n: int
    what: str
    images: tuple[ImageId, ...]
    reasons: tuple[tuple[str, int], ...]
    page: str
    view: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Unknown(Card):
    """What is not known; empty where everything is."""

    items: tuple[NotKnown, ...]


def unknown(workspace: Workspace) -> Unknown:
    """What is not known of the images, the labels and the evidence."""
    return Unknown(sentence="Not made yet.", page="collection", items=())
