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
"""Bytes held besides those that last; what was put in longest ago goes first."""

MOST_PENDING = 64
"""Answers still to be computed on demand; the one registered longest ago goes first."""


class Blob(NamedTuple):
    """Bytes, and what they are."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class _Pending:
    """An answer that is computed at its first request, by one thread at a time."""

    compute: Callable[[], bytes]
    media_type: str
    working: threading.Lock = field(default_factory=threading.Lock)


_lasting: dict[str, Blob] = {}
_passing: OrderedDict[str, Blob] = OrderedDict()
_pending: OrderedDict[str, _Pending] = OrderedDict()
_changing = threading.Lock()
_this_process = secrets.token_hex(8)


def put(
    content: bytes, media_type: str = "application/octet-stream", *, lasts: bool = False
) -> str:
    """The address of bytes that are held in memory from now on; it names their content.

    Args:
        content: The bytes.
        media_type: What the browser is told they are.
        lasts: Whether they are held as long as this process lives.
    """
    name = blake2b(content, digest_size=8).hexdigest()
    with _changing:
        _store(name, Blob(content, media_type), lasts)
    return f"/api/blob/{name}"


def compute_later(
    question: str, compute: Callable[[], bytes], media_type: str = "application/octet-stream"
) -> str:
    """The address of an answer that is computed once, when a browser asks for it.

    So a page need not wait for what can come after its pictures.

    Args:
        question: All that the answer depends on; the address names it.
        compute: Computes the answer, in another thread.
        media_type: What the browser is told it is.
    """
    # Browsers keep answers for ever, and in the next version the same question may have another.
    name = blake2b(f"{_this_process} {question}".encode(), digest_size=8).hexdigest()
    with _changing:
        _pending.setdefault(name, _Pending(compute, media_type))
        _pending.move_to_end(name)
        while len(_pending) > MOST_PENDING:
            _pending.popitem(last=False)
    return f"/api/blob/{name}"


def get(name: str) -> Blob:
    """The bytes of a name, computed now if they were only registered.

    Raises:
        UnknownName: There are none of that name, or not any more.
    """
    with _changing:
        found, pending = _found(name), _pending.get(name)
    if found is None and pending is None:
        raise UnknownName("that is not held any more; reload the page")
    return found or _computed(name, pending)


def _computed(name: str, pending: _Pending | None) -> Blob:
    assert pending is not None
    with pending.working:
        with _changing:
            found = _found(name)
        if found is None:  # else it was computed while this waited
            found = Blob(pending.compute(), pending.media_type)
            with _changing:
                _store(name, found, lasts=False)
        return found


def _found(name: str) -> Blob | None:
    return _lasting.get(name) or _passing.get(name)


def _store(name: str, what: Blob, lasts: bool) -> None:
    (_lasting if lasts else _passing)[name] = what
    if not lasts:
        _passing.move_to_end(name)
        while len(_passing) > 1 and sum(len(one.content) for one in _passing.values()) > MOST_BYTES:
            _passing.popitem(last=False)
