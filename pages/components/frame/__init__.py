"""The steps of the work, what is next and what runs, kept up to date while a page is looked at."""

from collections.abc import Callable, Mapping
from typing import Any

from contrast_engine.arrays import Json
from pages.components import events, register


def show(
    *,
    key: str,
    work: Json,
    url: str,
    query: str,
    collection: str,
    here: Mapping[str, str],
    on_go: Callable[[str], None],
) -> None:
    """Draw the steps of the work in one line, and announce jobs that end.

    The browser asks the route itself, about once in three seconds, more often while something runs
    and not at all in a hidden tab.

    Args:
        key: Names this part.
        work: What the route gives, as it is now.
        url: The route that gives it.
        query: The parameters that every address of a page carries here.
        collection: Its name, which saved pictures say.
        here: What marks the menu: the address of each page that is open, "page" for itself and
            "true" for the first one of its entry.
        on_go: Called with the address of a page that was asked for.
    """
    data = {"work": work, "url": url, "query": query, "collection": collection, "here": dict(here)}

    def act(entries: list[dict[str, Any]]) -> None:
        on_go(str(entries[-1]["page"]))

    events.draw(_frame, key, data, act)


_frame = register("frame", '<div class="frame"></div>')
