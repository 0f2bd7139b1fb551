"""How much one address, and all together, may ask of the app."""

import os
from dataclasses import dataclass, replace

from contrast_engine.errors import OptionError

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What the app lets through; more is refused in words, with when to come again.

    Args:
        rate: Requests a second from one address, in the long run; 0 is no limit.
        burst: Requests that may come at once before the rate holds.
        sockets: Websockets open at a time from one address: about one for each open tab.
        all_sockets: Websockets open at a time from all addresses together.
        openings: Websockets that one address may open in a second, ten seconds' worth at once.
        uploads: Bytes of uploaded files that are in memory at a time, of everybody.
        body: Bytes of the body of any request that is no upload.
        header: Bytes of the headers of a request, its address included.
        patience: Seconds that may pass without anything of a body arriving.
        slowest: Bytes a second at which a body must arrive, on the whole.
    """

    rate: float
    burst: int
    sockets: int
    all_sockets: int
    openings: float
    uploads: int
    body: int = 1 * MB
    header: int = 32_768
    patience: float = 30.0
    slowest: int = 8_192


LOCAL = Limits(
    rate=2000, burst=20_000, sockets=100, all_sockets=400, openings=10, uploads=8_000 * MB
)
"""On this machine alone: what only a program that runs wild would reach."""

SHARED = Limits(rate=200, burst=4_000, sockets=40, all_sockets=200, openings=2, uploads=4_000 * MB)
"""Where other machines ask; an address may be that of several people."""


def limits_for(*, is_local: bool) -> Limits:
    """The limits, as the environment has them.

    CONTRAST_RATE is `rate` (a burst is twenty seconds' worth), CONTRAST_CONNECTIONS is `sockets`
    (five times as many in all), CONTRAST_UPLOADS is `uploads` in MB.

    Args:
        is_local: Whether only this machine can ask.

    Raises:
        OptionError: One of them is no number, or below what makes sense.
    """
    found = LOCAL if is_local else SHARED
    if (rate := _number("CONTRAST_RATE", 0)) is not None:
        found = replace(found, rate=rate, burst=int(20 * rate))
    if (sockets := _number("CONTRAST_CONNECTIONS", 1)) is not None:
        found = replace(found, sockets=int(sockets), all_sockets=5 * int(sockets))
    if (uploads := _number("CONTRAST_UPLOADS", 1)) is not None:
        found = replace(found, uploads=int(uploads * MB))
    return found


def _number(name: str, low: float) -> float | None:
    given = os.environ.get(name, "").strip()
    if not given:
        return None
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not low <= number < float("inf"):
        raise OptionError(f"{name} must be a number of at least {low:g}, got {given!r}")
    return number
