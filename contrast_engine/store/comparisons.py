"""Comparisons: which of two images an annotator found to have more contrast."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.access import Act, need
from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.store.collection_only import Strangers, anybody, refuse_strangers
from contrast_engine.store.event_log import Event, EventLog
from contrast_engine.vectors import ImageId

ANSWERS = ("left", "right", "tie")

_TOPIC = "contrast"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One answer to "which has more contrast?", with the sides as they were shown."""

    seq: int
    left: ImageId
    right: ImageId
    answer: str
    who: str
    at: str


class ComparisonStore:
    """The comparisons of one workspace, in an append-only log.

    Any number of threads and processes may use it at once. When a method that writes returns,
    the answer is on the disk.

    Args:
        path: The file.
        strangers: Gives those of some images that were never in the collection.
    """

    def __init__(self, path: str | Path, strangers: Strangers = anybody) -> None:
        self._log = EventLog(path)
        self._strangers = strangers

    def add(
        self,
        left: ImageId,
        right: ImageId,
        answer: str,
        who: str = "me",
        token: str | None = None,
    ) -> int:
        """Number of the new event: which of two images has more contrast.

        Args:
            left: The image shown on the left,
            right: and the one on the right.
            answer: "left", "right" or "tie".
            who: The annotator.
            token: A name for this one answer; added again under it, nothing changes.

        Raises:
            OptionError: Something is not an id or an answer, or both images are the same.
            UnknownName: An image that is not in the collection.
            WorkspaceError: It could not be written.
        """
        need(Act.LABEL, who)
        _check(left, right, answer)
        refuse_strangers(self._strangers((left, right)), "compared")
        return self._log.append(
            _TOPIC, who, {"left": left, "right": right, "answer": answer}, token
        )

    say = add  # its name before, for scripts that exist

    def undo(self, who: str = "me", token: str | None = None) -> tuple[ImageId, ImageId] | None:
        """The two images of this annotator's last answer, undone now; None where there is none."""
        need(Act.LABEL, who)
        event = self._log.undo(_TOPIC, who, token)
        return None if event is None else (event.body["left"], event.body["right"])

    def withdraw(self, person: str, who: str = "me") -> int:
        """How many answers of a person counted, and are withdrawn now, all of them or none.

        Raises:
            WorkspaceError: It could not be written; nothing has changed.
        """
        need(Act.TAKE_OUT, who)
        return self._log.withdraw(_TOPIC, person, who)

    def give_back(self, person: str, who: str = "me") -> int:
        """How many answers of a person count again that were withdrawn last.

        Raises:
            WorkspaceError: It could not be written; nothing has changed.
        """
        need(Act.TAKE_OUT, who)
        return self._log.give_back(_TOPIC, person, who)

    def all(self) -> tuple[Comparison, ...]:
        """Every comparison that was not undone, oldest first."""
        return tuple(
            Comparison(e.seq, e.body["left"], e.body["right"], e.body["answer"], e.who, e.at)
            for e in self._log.events(_TOPIC)
            if not e.is_undone
        )

    def rows(self) -> tuple[Json, ...]:
        """Everything that was ever answered, oldest first, as rows that `take` takes."""
        return tuple(
            {"left": e.body["left"], "right": e.body["right"], "answer": e.body["answer"],
             "who": e.who, "at": e.at, "undone": e.is_undone}
            for e in self._log.events(_TOPIC)
        )  # fmt: skip

    def take(self, rows: Sequence[Json]) -> int:
        """How many answers of another log are new here; the same rows again add nothing.

        Args:
            rows: As `rows` gives them; `who`, `at` and `undone` may be left out.

        Raises:
            OptionError: A row is no answer about two images; nothing is written.
            WorkspaceError: They could not be written; nothing has changed.
        """
        need(Act.ADD)
        for row in rows:
            _check(row.get("left"), row.get("right"), row.get("answer"))
        events = [
            Event(0, str(row.get("who") or "me"), str(row.get("at") or ""),
                  {name: row[name] for name in ("left", "right", "answer")},
                  bool(row.get("undone")))
            for row in rows
        ]  # fmt: skip
        text = json.dumps([[e.who, e.at, e.body, e.is_undone] for e in events])
        name = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        return self._log.take(_TOPIC, events, f"import:{name}")

    def everyone(self) -> frozenset[str]:
        """Everyone who ever compared two images, also where it was undone."""
        return frozenset(event.who for event in self._log.events(_TOPIC))

    def version(self) -> int:
        """The number of the last event: it grows with every answer and every undo."""
        return self._log.version()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._log.close()


def _check(left: object, right: object, answer: object) -> None:
    for image in (left, right):
        if not (isinstance(image, str) and _ID.fullmatch(image)):
            raise OptionError(f"{image!r} is no image id; an id is 16 hex digits")
    if left == right:
        raise OptionError(f"{left} cannot be compared with itself; give two images")
    if answer not in ANSWERS:
        raise OptionError(f"an answer is one of {', '.join(ANSWERS)}, got {answer!r}")
