"""Which of very many names hold what is typed: all bytes of all names at once."""

import unicodedata

import numpy as np

from contrast_engine.arrays import Bools, Bytes, Ints
from contrast_engine.store.texts import Texts

_END = b"\n"


class NameSearch:
    """Names that are searched again and again.

    Case, and whether an accent is one character with its letter, make no difference.

    Args:
        names: n names.
    """

    def __init__(self, names: Texts) -> None:
        # line by line: nothing composes with the end of a line
        searched = _searched(_lines(names).decode("utf-8", "backslashreplace"))
        self._bytes: Bytes = np.frombuffer(searched, np.uint8)
        ends = np.flatnonzero(self._bytes == _END[0]) + 1
        self._starts: Ints = np.append(0, ends)[: len(names)]

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


def _lines(names: Texts) -> bytes:
    """The names, each with the end of a line behind it, and no other one in it."""
    places = names.places_in_block
    block = names.block[places[0] : places[-1]]
    ends = places[1:] - places[0] + np.arange(len(names))
    found = np.full(len(block) + len(names), _END[0], dtype=np.uint8)
    is_of_name = np.ones(len(found), dtype=np.bool_)
    is_of_name[ends] = False
    found[is_of_name] = np.where(block == _END[0], ord(" "), block)
    return found.tobytes()


def _searched(text: str) -> bytes:
    return unicodedata.normalize("NFC", text).casefold().encode("utf-8", "surrogatepass")
