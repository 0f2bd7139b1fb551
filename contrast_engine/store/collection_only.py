"""Which images may be labelled and compared: those of the collection, wherever an id comes from.

A browser, a script or a request may name any id; what is said of an image that nobody has would
stand in the log for ever.
"""

from collections.abc import Callable, Collection, Iterable

from contrast_engine.errors import UnknownName
from contrast_engine.image_id import ImageId

Strangers = Callable[[Iterable[ImageId]], Collection[ImageId]]
"""Gives those of some images that no collection has."""


def anybody(images: Iterable[ImageId]) -> Collection[ImageId]:
    """No image is a stranger: of a log that belongs to no collection."""
    return ()


def refuse_strangers(unknown: Collection[ImageId], what: str) -> None:
    """Refuse images that are not in the collection.

    Args:
        unknown: The images.
        what: What they were to be: "labelled" or "compared".

    Raises:
        UnknownName: There is one.
    """
    if not unknown:
        return
    first, n = next(iter(unknown)), len(unknown)
    more = "" if n == 1 else f", nor are {n - 1:,} more"
    raise UnknownName(
        f"{first} is not in the collection{more}; only its own images can be {what}, so nothing "
        "was written: reload the page, or name images that `contrast selection find` lists"
    )
