"""Names of files that every system can hold, Windows included."""

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(
    r"(con|prn|aux|nul|com[0-9\xb9\xb2\xb3]|lpt[0-9\xb9\xb2\xb3]|conin\$|conout\$) *(\..*)?",
    re.IGNORECASE,
)
"""Devices, with any ending and with blanks before it."""


def holdable(name: str) -> str:
    """The name of one file or folder, changed only where Windows could not hold it.

    What it forbids becomes "_", blanks and dots at the end are left off, and the name of a device
    gets a "_" in front.
    """
    plain = _FORBIDDEN.sub("_", name).rstrip(" .")
    return f"_{plain}" if not plain or _RESERVED.fullmatch(plain) else plain
