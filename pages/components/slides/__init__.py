"""Slides over the whole window: one message each, stepped through without asking the server."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from contrast_engine.server import Urls
from contrast_engine.views.overview.slide import Slide
from pages.components import events, register


def show(
    *,
    key: str,
    deck: str,
    change: str,
    look: Slide | None,
    urls: Urls,
    on_leave: Callable[[], None],
    on_close: Callable[[], None],
    rerun: str | Sequence[str] | None = None,
) -> None:
    """Draw the slide that the address names; keys and buttons go from one to the next.

    Right, Space, Page down: next; left, Page up: the one before; Home, End; F: full screen; the
    question mark: which slides are shown; Esc closes what is looked at on the map, then leaves.

    Args:
        key: Names this part.
        deck: Address of the slides as JSON.
        change: Address of what the slide with a slider shows, which may take seconds.
        look: What was clicked or outlined on the map; None for nothing.
        urls: Where the pictures are.
        on_leave: Called when somebody wants to go back to where they came from.
        on_close: Called when what is looked at is to be closed.
        rerun: Keys of the fragments to run after that; else the one that holds the slides.
    """

    def act(entries: list[events.Entry]) -> None:
        kinds = {entry["kind"] for entry in entries}
        if "leave" in kinds:
            on_leave()
        elif "close" in kinds:
            on_close()

    data = {
        "deck": deck,
        "change": change,
        "look": None if look is None else asdict(look),
        "thumb": urls.thumb,
        "image": urls.image,
    }
    events.draw(_slides, key, data, act, rerun=rerun)


_slides = register("slides", '<div class="slides"></div>')
