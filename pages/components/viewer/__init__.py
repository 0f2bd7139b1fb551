"""One picture to look into: zoom to its true pixels, and what is measured of them laid over it."""

from dataclasses import dataclass

from contrast_engine.colouring import RAMPS
from contrast_engine.server import Urls
from contrast_engine.vectors import ImageId
from pages.components import register


@dataclass(frozen=True)
class Shown:
    """The image that is looked into.

    Args:
        id: Which it is.
        name: What a screen reader calls it.
        width, height: Its full size in pixels.
    """

    id: ImageId
    name: str
    width: int
    height: int


def show(shown: Shown, *, key: str, urls: Urls, height: str, is_full: bool = False) -> None:
    """Draw an image that can be zoomed, with overlays of clipping, luminance, local contrast.

    A step of the `stepper` on the same page shows there at once, before the page is drawn again.

    Args:
        shown: The image.
        key: Names this viewer; overlay and zoom are kept while the key stays.
        urls: Where its pictures are.
        height: Of the stage, as CSS has it.
        is_full: Whether it fills the window to begin with.
    """
    data = {
        "shown": vars(shown),
        "thumb": urls.thumb,
        "image": urls.image,
        "full_size": urls.full,
        "planes": urls.planes,
        "ramp": list(RAMPS["viridis"]),
        "height": height,
        "full": is_full,
    }
    _viewer(key=key, data=data)


_viewer = register("viewer", '<div class="viewer"></div>', styles=("shared/keys.css",))
