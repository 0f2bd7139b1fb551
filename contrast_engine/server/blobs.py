"""Bytes that a page hands to the browser by address: they travel once, not with every redrawing."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from contrast_engine.errors import UnknownName

MOST_BYTES = 128 * 2**20
"""So much is kept besides what lasts; what was given longest ago goes first."""

MOST_PROMISED = 64
"""So many answers are worked out on demand; what was promised longest ago goes first."""


class Blob(NamedTuple):
    """Bytes, and what they are."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class _Promise:
    """An answer that is worked out when it is asked for, by one at a time."""

    make: Callable[[], bytes]
    media_type: str
    working: threading.Lock = field(default_factory=threading.Lock)


_lasting: dict[str, Blob] = {}
_passing: OrderedDict[str, Blob] = OrderedDict()
_promised: OrderedDict[str, _Promise] = OrderedDict()
_changing = threading.Lock()
_this_process = secrets.token_hex(8)


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
        _put(name, Blob(content, media_type), lasts)
    return f"/api/kept/{name}"


def later(
    question: str, make: Callable[[], bytes], media_type: str = "application/octet-stream"
) -> str:
    """The address of an answer that is worked out once, when a browser asks for it.

    So a page need not wait for what can come after its pictures.

    Args:
        question: All that the answer depends on; the address names it.
        make: Gives the answer, in another thread.
        media_type: What the browser is told it is.
    """
    # Browsers keep answers for ever, and in the next version the same question may have another.
    name = blake2b(f"{_this_process} {question}".encode(), digest_size=8).hexdigest()
    with _changing:
        _promised.setdefault(name, _Promise(make, media_type))
        _promised.move_to_end(name)
        while len(_promised) > MOST_PROMISED:
            _promised.popitem(last=False)
    return f"/api/kept/{name}"


def kept(name: str) -> Blob:
    """What was kept or promised under a name.

    Raises:
        UnknownName: Nothing is, or not any more.
    """
    with _changing:
        found, promise = _found(name), _promised.get(name)
    if found is None and promise is None:
        raise UnknownName("that is not kept any more; reload the page")
    return found or _made(name, promise)


def _made(name: str, promise: _Promise | None) -> Blob:
    assert promise is not None
    with promise.working:
        with _changing:
            found = _found(name)
        if found is None:  # else it was made while this waited
            found = Blob(promise.make(), promise.media_type)
            with _changing:
                _put(name, found, lasts=False)
        return found


def _found(name: str) -> Blob | None:
    return _lasting.get(name) or _passing.get(name)


def _put(name: str, what: Blob, lasts: bool) -> None:
    (_lasting if lasts else _passing)[name] = what
    if not lasts:
        _passing.move_to_end(name)
        while len(_passing) > 1 and sum(len(one.content) for one in _passing.values()) > MOST_BYTES:
            _passing.popitem(last=False)
