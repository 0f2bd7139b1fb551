"""Bytes that a page hands to the browser by address: they travel once, not with every redrawing."""

import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import NamedTuple

from contrast_engine.errors import UnknownName

MOST_BYTES = 128 * 2**20
"""So much is kept besides what lasts; what was given longest ago goes first."""


class Kept(NamedTuple):
    """Bytes, and what they are."""

    content: bytes
    media_type: str


_lasting: dict[str, Kept] = {}
_passing: OrderedDict[str, Kept] = OrderedDict()
_changing = threading.Lock()


def keep(
    content: bytes, media_type: str = "application/octet-stream", *, lasts: bool = False
) -> str:
    """Keep bytes in memory and give their address, which names their content.

    Args:
        content: The bytes.
        media_type: What the browser is told they are.
        lasts: Whether they are kept as long as this process lives.
    """
    name = blake2b(content, digest_size=8).hexdigest()
    with _changing:
        (_lasting if lasts else _passing)[name] = Kept(content, media_type)
        if not lasts:
            _passing.move_to_end(name)
            while (
                len(_passing) > 1
                and sum(len(one.content) for one in _passing.values()) > MOST_BYTES
            ):
                _passing.popitem(last=False)
    return f"/api/kept/{name}"


def kept(name: str) -> Kept:
    """Give what was kept under a name.

    Raises:
        UnknownName: Nothing is, or not any more.
    """
    with _changing:
        found = _lasting.get(name) or _passing.get(name)
    if found is None:
        raise UnknownName("that is not kept any more; reload the page")
    return found
