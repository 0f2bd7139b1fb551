"""What one process knows of the labels: read once, then brought up to date by what is new."""

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.store.database import Database
from contrast_engine.store.label_withdrawals import gave_back_since

if TYPE_CHECKING:
    from sqlite3 import Connection

    from contrast_engine.image_id import ImageId
    from contrast_engine.store.counted_labels import CountedLabels
    from contrast_engine.store.given_labels import PersonProgress
    from contrast_engine.store.label_log import LabelLog
    from contrast_engine.store.label_state import LabelState


class LabelMemory:
    """The labels of one file, as its events so far give them; nothing is read before it is asked.

    Args:
        database: The log. It may be written by anybody at any time, and may be replaced.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._mark: object = None
        self._log: LabelLog | None = None
        self._state: LabelState | None = None
        self._last: CountedLabels | None = None

    def counted(self, out: "frozenset[ImageId]") -> "CountedLabels":
        """The labels that count now.

        Args:
            out: The images whose labels do not count, as they are not in the collection.
        """
        with self._lock:  # around the reading: what is read second is never the older
            return self._counted(out)

    def progress(self, out: "frozenset[ImageId]", since: str) -> "dict[str, PersonProgress]":
        """How much every annotator has done in all, and since a time.

        Args:
            out: The images whose labels do not count.
            since: The time as the log has it; everything without it.
        """
        from contrast_engine.store.given_labels import person_progress

        begin = _milliseconds(since)
        with self._lock:
            found = self._counted(out)
            return {who: person_progress(found.log, own, begin)
                    for who, own in found.people.items()}  # fmt: skip

    def _counted(self, out: "frozenset[ImageId]") -> "CountedLabels":
        from contrast_engine.store.counted_labels import CountedLabels

        log, state = self._now()
        if self._last is None or not self._last.is_of(log, state, out):
            self._last = CountedLabels(log, state, out)
        return self._last

    def _now(self) -> "tuple[LabelLog, LabelState]":
        from contrast_engine.store.label_log import LabelLog
        from contrast_engine.store.label_state import LabelState

        with self._database.reading() as connection:
            mark = connection and connection.mark
            log, state = self._log, self._state
            is_known = log is not None and mark == self._mark and (
                connection is None
                or (log.holds(connection) and not gave_back_since(connection, log.last))
            )  # fmt: skip
            if log is None or state is None or not is_known:
                log, state = LabelLog(), LabelState()
            if connection is not None:
                state = _advanced(state, log, connection)
        self._log, self._state, self._mark = log, state, mark
        return log, state


def _advanced(state: "LabelState", log: "LabelLog", connection: "Connection") -> "LabelState":
    try:
        return state.advanced(log, log.read(connection))
    except (TypeError, ValueError, OverflowError) as error:
        raise WorkspaceError(
            "the log of labels holds something else than texts and numbers where they belong, as "
            f"this program writes none ({error}); take labels.sqlite from a backup "
            "(contrast restore)"
        ) from error


def _milliseconds(since: str) -> int:
    if not since:
        return -(2**62)
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        raise OptionError(f"{since!r} is no time; write it as 2026-01-31T08:00:00+00:00") from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
