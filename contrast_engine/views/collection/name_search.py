"""Which of very many names hold what is typed: all bytes of all names at once."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from contrast_engine.arrays import Bools, Bytes, Ints

_END = b"\n"


class NameSearch:
    """Names that are searched again and again.

    Case, and whether an accent is one character with its letter, make no difference.

    Args:
        names: n names.
    """

    def __init__(self, names: Sequence[str]) -> None:
        plain = [name.replace("\n", " ") for name in names]
        text = "".join(f"{name}\n" for name in plain)
        searched = _searched(text)  # line by line: nothing composes with the end of a line
        self._bytes: Bytes = np.frombuffer(searched, np.uint8)
        ends = np.flatnonzero(self._bytes == _END[0]) + 1
        self._starts: Ints = np.append(0, ends)[: len(plain)]

    def holding(self, typed: str) -> Bools:
        """Whether each name has all the words that are typed, (n,)."""
        found = np.ones(len(self._starts), dtype=np.bool_)
        for word in _searched(typed).split():
            found &= self._with(word)
        return found

    def _with(self, word: bytes) -> Bools:
        text, length = self._bytes, len(word)
        found = np.zeros(len(self._starts), dtype=np.bool_)
        if length > len(text):
            return found
        at = np.flatnonzero(text[: len(text) - length + 1] == word[0])
        for place in range(1, length):
            at = at[text[at + place] == word[place]]
        found[np.searchsorted(self._starts, at, "right") - 1] = True
        return found


def _searched(text: str) -> bytes:
    return unicodedata.normalize("NFC", text).casefold().encode("utf-8", "surrogatepass")
