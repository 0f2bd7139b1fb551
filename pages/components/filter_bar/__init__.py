"""The bar of filters: a field to search by name, what is set as chips, and what else can be set."""

from collections.abc import Callable
from dataclasses import asdict

from contrast_engine.views.collection.filter_bar import FilterBar
from pages.components import events, register


def show(
    *, key: str, bar: FilterBar, url: str, on_change: Callable[[dict[str, str]], None]
) -> None:
    """Draw the bar; what is changed in it is written into the address, and the page drawn again.

    Args:
        key: Names this bar.
        bar: What it shows.
        url: Where the browser asks what can be chosen, and how many images would pass.
        on_change: Called with the conditions that changed, by their keys; "" for one taken out.
    """

    def act(entries: list[events.Entry]) -> None:
        for entry in entries:
            on_change({str(name): str(text) for name, text in entry["changes"].items()})

    data = {
        "chips": [asdict(chip) for chip in bar.chips],
        "count": bar.total if bar.passing is None else len(bar.passing),
        "total": bar.total,
        "problems": list(bar.problems),
        "unread": list(bar.unread),
        "url": url,
    }
    events.draw(_filter_bar, key, data, act)


_filter_bar = register("filter_bar", '<div class="filter-bar"></div>')
