"""What was scored on its way into the log: gathered, and written beside the answering."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from contrast_engine.errors import ContrastError
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict.scoring.batch_log import write_rows
from contrast_engine.service.looking import Looked

SECONDS = 2.0
MOST_AT_ONCE = 256
MOST_WAITING = 20_000
"""Images kept while the disk does not keep up; beyond them some are missing in the log."""


class Writes(Protocol):
    """What puts a batch into a log."""

    def __call__(self, looked: Sequence[Looked], tier: str) -> None:
        """Write images that were scored by one tier.

        Raises:
            ContrastError: They could not be written.
            OSError: Likewise.
        """


class MonitorWriter:
    """Puts batches into the log by which later drift is found.

    Args:
        folder: Where that log is.
        model: Key of the model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._log, self._model = MonitorLog(folder), model

    def __call__(self, looked: Sequence[Looked], tier: str) -> None:
        """Write images that were scored by one tier.

        Raises:
            WorkspaceError: They could not be written.
        """
        rows = [one.logged for one in looked if one.logged is not None]
        write_rows(self._log, self._model, rows, tier)


class ScoredLog:
    """Gathers what was scored and hands it on in batches, from a thread of its own.

    Args:
        write: Puts a batch where it belongs.
        lost: Told how many images could not be logged, and why.
        seconds: How long images are gathered.
    """

    def __init__(
        self, write: Writes, lost: Callable[[int, str], None], seconds: float = SECONDS
    ) -> None:
        self._write, self._lost, self._seconds = write, lost, seconds
        self._rows: list[tuple[str, Looked]] = []
        self._changed, self._writing = threading.Condition(), threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def add(self, looked: Sequence[Looked], tier: str) -> None:
        """Take images in, each under the tier that answered; returns at once."""
        with self._changed:
            room = max(0, MOST_WAITING - len(self._rows))
            self._rows += [(one.prediction.tier or tier, one) for one in looked[:room]]
            if len(self._rows) >= MOST_AT_ONCE:
                self._changed.notify()
        if len(looked) > room:
            self._lost(len(looked) - room, "the log does not keep up")

    def flush(self) -> None:
        """Write what waits now."""
        with self._writing:  # one at a time, so that batches stay in order
            with self._changed:
                rows, self._rows = self._rows, []
            for tier in dict.fromkeys(tier for tier, _ in rows):
                self._hand_on([one for of, one in rows if of == tier], tier)

    def close(self) -> None:
        """Write what is left."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._is_closed:
            with self._changed:
                if len(self._rows) < MOST_AT_ONCE:
                    self._changed.wait(self._seconds)
            self.flush()

    def _hand_on(self, looked: Sequence[Looked], tier: str) -> None:
        try:
            self._write(looked, tier)
        except (ContrastError, OSError) as error:
            self._lost(len(looked), str(error))
