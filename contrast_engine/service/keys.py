"""Who may ask: keys from a file or from the environment, compared in constant time."""

import hmac
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from contrast_engine.errors import OptionError

VARIABLE = "CONTRAST_API_KEY"
SHORTEST = 16


class Keys:
    """The keys of a service; only their digests are kept.

    Args:
        keys: Each of at least 16 visible characters.

    Raises:
        OptionError: One is too short to be safe, or cannot stand in a header.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._digests = []
        for number, key in enumerate(keys, 1):
            if len(key) < SHORTEST or not key.isascii() or not key.isprintable() or " " in key:
                raise OptionError(
                    f"key {number} is no good: a key has at least {SHORTEST} letters, digits or "
                    "signs and no spaces; `openssl rand -hex 32` makes one"
                )
            self._digests.append(sha256(key.encode()).digest())

    @classmethod
    def of(cls, file: str | Path | None, environment: Mapping[str, str] = os.environ) -> "Keys":
        """The keys of a file, one a line, and those in CONTRAST_API_KEY, separated by commas.

        Raises:
            OptionError: The file cannot be read or holds no key, or a key is no good.
        """
        keys = [key.strip() for key in environment.get(VARIABLE, "").split(",") if key.strip()]
        if file is not None:
            keys += _lines(Path(file))
        return cls(keys)

    def __len__(self) -> int:
        return len(self._digests)

    def owner(self, given: str) -> str | None:
        """A name for who gave this key, the same each time; None for a key that is not known."""
        digest = sha256(given.encode("utf-8", "replace")).digest()
        found = [hmac.compare_digest(digest, known) for known in self._digests]  # all, always
        return f"key {found.index(True) + 1}" if any(found) else None


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise OptionError(f"--key-file {file} cannot be read: {reason}") from None
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not keys:
        raise OptionError(f"--key-file {file} holds no key; write one a line")
    return keys
