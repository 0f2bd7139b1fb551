"""Previous and next image, by buttons and by the arrow keys, in the order somebody came from."""

from collections.abc import Callable

from contrast_engine.vectors import ImageId
from contrast_engine.views.image.neighbourhood import Neighbourhood
from pages.components import events, register


def show(
    around: Neighbourhood, *, key: str, picture: str, on_step: Callable[[ImageId], None]
) -> None:
    """Draw the two buttons with the place among all between them.

    Args:
        around: The images before and after.
        key: Names this stepper.
        picture: URL with `{id}` in it: what is fetched ahead.
        on_step: Called with the image somebody stepped to, before anything is redrawn.
    """

    def act(entries: list[events.Entry]) -> None:
        on_step(ImageId(entries[-1]["image"]))

    near = [vars(image) for image in around.near]
    data = {
        "near": near,
        "at": around.at,
        "place": around.place,
        "total": around.total,
        "words": around.words,
        "image": picture,
    }
    events.draw(_stepper, key, data, act)


_stepper = register("stepper", '<div class="stepper"></div>')
