"""What is found one by one and saved many at a time, so that a crash loses only the last few."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FlushBuffer(Generic[Item]):
    """Items that are saved together when there are enough, or after some seconds.

    Args:
        save: Saves some items, all of them or none.
        most: They are saved at the latest when there are so many,
        seconds: or when the last saving is so long ago.
        patience: Saving takes one part in so many of the time at most; 0 for any share.
    """

    def __init__(
        self, save: Callable[[list[Item]], None], most: int, seconds: float, patience: float = 0.0
    ) -> None:
        self._save = save
        self._most = most
        self._seconds = seconds
        self._patience = patience
        self._items: list[Item] = []
        self._saved_at = time.monotonic()
        self._cost = 0.0

    def add(self, item: Item) -> None:
        """Take one in, and save all of them if it is time."""
        self._items.append(item)
        since = time.monotonic() - self._saved_at
        is_time = len(self._items) >= self._most or since >= self._seconds
        if is_time and since >= self._patience * self._cost:
            self.flush()

    def flush(self) -> None:
        """Save those that are not saved yet; where that fails they stay, to be tried again."""
        if not self._items:
            return
        begin = time.monotonic()
        self._save(self._items)
        self._items.clear()
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - begin
