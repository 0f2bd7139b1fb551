"""Which file a process was at when it died, so that one file cannot end every process."""

import os
from pathlib import Path

PREFIX = ".trying-"
"""Logs of parts that are being made; of one whose process died it stays for the next."""

_START = "start"
_ONCE_MORE = 2
"""Deaths at one file before it is left out: the first may be chance, or another file's doing."""


class Attempts:
    """A log of the files of one part in the order they were begun, over all who tried.

    It outlives a killed process, though not a power cut: then it is as if nobody had tried.

    Args:
        folder: Where the part goes.
        part: Its name.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self._log = folder / f"{PREFIX}{part}"

    def begin(self) -> frozenset[int]:
        """Say that somebody begins; the places of files at which too many have died."""
        self._say(f"{_START} {os.getpid()}")
        died: list[str] = []
        for before, line in zip(lines := self._lines(), lines[1:], strict=False):
            if line.startswith(_START) and not before.startswith(_START):
                died.append(before)
        return frozenset(int(at) for at in died if died.count(at) >= _ONCE_MORE)

    def at(self, place: int) -> None:
        """Say which file is looked at from now on."""
        self._say(str(place))

    def end(self) -> None:
        """Say that the part is whole."""
        self._log.unlink(missing_ok=True)

    def _say(self, line: str) -> None:
        with self._log.open("a", encoding="ascii") as log:
            log.write(f"{line}\n")

    def _lines(self) -> list[str]:
        return self._log.read_text(encoding="ascii", errors="replace").splitlines()


def forget_attempts(folder: Path) -> None:
    """Let every file be tried afresh, as a new run does."""
    for log in folder.glob(f"{PREFIX}*"):
        log.unlink(missing_ok=True)
