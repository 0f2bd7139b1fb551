"""Puts labels from elsewhere into the log as one import, row by row out of their columns."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

import numpy as np

from contrast_engine.arrays import Ints, Json
from contrast_engine.store import label_queries as sql
from contrast_engine.store.new_annotations import NONE, NewAnnotations


def take(connection: Connection, new: NewAnnotations, who: str, body: Json) -> int:
    """Number of the import, once its annotations stand behind it in the log.

    Args:
        connection: Within a transaction.
        new: What was said, in order; neighbours that say the same become one annotation.
        who: Who imports it.
        body: What is kept of the import.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    seq = sql.append(connection, "import", who, body=json.dumps(body))
    firsts = new.groups
    kinds, groups = _in_turn(new, firsts)
    number = np.empty(len(firsts), dtype=np.int64)
    number[groups[kinds == _SAYS]] = seq + 1 + np.flatnonzero(kinds == _SAYS)
    connection.executemany(
        "INSERT INTO events (seq, kind, who, at, why, label, is_unsure, token, undoes) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _events(new, firsts[groups], kinds, number[groups], seq, now),
    )
    of_row = np.repeat(number, np.diff(np.append(firsts, len(new))))
    connection.executemany(
        "INSERT INTO said (image, seq) VALUES (?, ?)", zip(new.images, _each(of_row), strict=True)
    )
    return seq


_SAYS, _UNDOES = 0, 1


def _in_turn(new: NewAnnotations, firsts: Ints) -> tuple[Ints, Ints]:
    """What happens one after the other: a group is said, or undone; and which group."""
    order, undone = np.maximum(new.order[firsts], 0), new.undone[firsts]
    gone = np.flatnonzero(undone != NONE)
    when = np.concatenate([order, undone[gone]])
    kinds = np.repeat([_SAYS, _UNDOES], [len(firsts), len(gone)])
    groups = np.concatenate([np.arange(len(firsts)), gone])
    turn = np.lexsort((groups, kinds, when))
    return kinds[turn], groups[turn]


def _events(
    new: NewAnnotations, rows: Ints, kinds: Ints, numbers: Ints, seq: int, now: str
) -> Iterator[tuple[Any, ...]]:
    """The rows of the log: each says something, or takes back what another one said."""
    steps = zip(_each(kinds), _each(numbers), new.said(rows), strict=True)
    for number, (kind, of, one) in enumerate(steps, seq + 1):
        person, token = sql.person(one.who), f"import:{seq}:{number}"
        if kind == _UNDOES:
            yield (number, "take back", person, now, "", None, 0, token, of)
        else:
            yield (number, "say", person, one.at or now, one.why or "", one.label,
                   int(one.is_unsure), token, None)  # fmt: skip


def _each(numbers: Ints) -> Iterator[int]:
    """Numbers as Python has them, not all at once."""
    return (int(one) for one in numbers)
