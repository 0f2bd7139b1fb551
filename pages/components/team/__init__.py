"""Who labels here at the same time, in one line that is kept up to date and never moves."""

from collections.abc import Callable
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.store.team import EVERY
from pages.components import events, register

ASKED_EVERY = 1.0
"""Seconds between two looks at what the others have done."""


def show(
    *,
    key: str,
    team: Json,
    url: str,
    who: str,
    is_heard: bool,
    on_sign: Callable[[bool], None],
) -> None:
    """Draw who else is here, and give signs of life of this page.

    The browser asks the route itself, every second and not in a hidden tab, so that nothing
    of the page is drawn anew. A sign of life is sent every ten seconds, and one when the page is
    closed.

    Args:
        key: Names this part.
        team: What the route gives, as it is now.
        url: The route that gives it.
        who: The person at this page; they are not listed.
        is_heard: Whether signs of life are wanted.
        on_sign: Called with True where the person is here, False where the page was closed.
    """
    data = {
        "team": team,
        "url": url,
        "who": who,
        "ask": ASKED_EVERY * 1000,
        "sign": EVERY * 1000 if is_heard else 0,
    }

    def act(entries: list[dict[str, Any]]) -> None:
        on_sign(entries[-1]["action"] != "leave")

    events.draw(_team, key, data, act)


_team = register("team", '<div class="team"></div>')
