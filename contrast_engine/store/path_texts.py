"""Folders and names of very many paths at once, without a text for each."""

import os
from typing import Any

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.store.texts import Texts

_BREAKS = sorted({ord("/"), ord(os.sep)})


def folders(paths: Texts) -> Texts:
    """What stands before the last part of each path, without the slash; nothing where none does."""
    starts, _, last = _last_breaks(paths)
    return _cut(paths, starts, np.where(last < 0, starts, last))


def file_names(paths: Texts) -> Texts:
    """The last part of each path."""
    starts, ends, last = _last_breaks(paths)
    return _cut(paths, np.where(last < 0, starts, last + 1), ends)


def _last_breaks(paths: Texts) -> tuple[Ints, Ints, Ints]:
    """Where each path begins and ends, and where its last slash is; -1 for none."""
    places = paths.places_in_block.astype(np.int64)
    starts, ends = places[:-1], places[1:]
    is_break = paths.block == _BREAKS[0]
    for other in _BREAKS[1:]:
        is_break |= paths.block == other
    breaks = np.flatnonzero(is_break)
    at = np.searchsorted(breaks, ends) - 1
    last = np.append(breaks, -1)[at]
    return starts, ends, np.where(last >= starts, last, -1)


def _cut(paths: Texts, starts: Ints, ends: Ints) -> Texts:
    """A stretch of each path; the stretches rise and do not overlap."""
    import pyarrow as pa

    turns: Any = np.zeros(len(paths.block) + 1, dtype=np.int8)
    np.add.at(turns, starts, 1)
    np.add.at(turns, ends, -1)
    block = paths.block[np.cumsum(turns[:-1], dtype=np.int8) > 0]
    found = np.zeros(len(starts) + 1, dtype=np.int32)
    np.cumsum(ends - starts, out=found[1:])
    buffers = [None, pa.py_buffer(found), pa.py_buffer(block)]
    return Texts(pa.Array.from_buffers(pa.binary(), len(starts), buffers))
