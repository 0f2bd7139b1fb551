"""Which file is measured in which part: kept beside the parts, so that a run goes on."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.errors import CollectionError
from contrast_engine.store import parquet
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.collection import shown

_NAME = "_manifest.parquet"


class PartInput(NamedTuple):
    """One file to measure, as it was found.

    Args:
        location: Where it is, as the system names it.
        root: What was asked for that led there.
        bytes: Its size.
        mtime_ns: When it was last changed.
        problem: Why it is not opened, or None.
    """

    location: str
    root: str
    bytes: int
    mtime_ns: int
    problem: str | None


@dataclass(frozen=True)
class PartPlan:
    """The parts of a run by name, each with its files.

    Args:
        question: What is asked of every file: feature version and reading options, as one text.
        parts: Files by name of the part.
    """

    question: str
    parts: dict[str, tuple[PartInput, ...]]

    @classmethod
    def read(cls, folder: Path) -> "PartPlan | None":
        """The plan in a folder, None where there is none.

        Raises:
            CollectionError: It is damaged.
        """
        file = folder / _NAME
        try:
            table, notes = parquet.decode(file.read_bytes())
            parts: dict[str, list[PartInput]] = {}
            columns = (
                table[name] for name in ("part", "path", "root", "bytes", "mtime_ns", "problem")
            )
            for part, path, root, size, mtime, problem in zip(*columns, strict=True):
                one = PartInput(
                    os.fsdecode(path), os.fsdecode(root), int(size), int(mtime), problem
                )
                parts.setdefault(part, []).append(one)
            return cls(notes["question"], {name: tuple(files) for name, files in parts.items()})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CollectionError(
                f"the list of what was measured in {shown(folder)} is damaged; name another folder"
            ) from error

    def write(self, folder: Path) -> None:
        """Keep it in a folder.

        Raises:
            WorkspaceError: It could not be written.
        """
        rows = [(name, one) for name, files in self.parts.items() for one in files]
        sizes: Ints = np.array([one.bytes for _, one in rows], dtype=np.int64)
        times: Ints = np.array([one.mtime_ns for _, one in rows], dtype=np.int64)
        table = parquet.encode(
            {
                "part": [name for name, _ in rows],
                "path": [os.fsencode(one.location) for _, one in rows],
                "root": [os.fsencode(one.root) for _, one in rows],
                "bytes": sizes,
                "mtime_ns": times,
                "problem": [one.problem for _, one in rows],
            },
            {"question": self.question},
        )
        write_bytes(folder / _NAME, table)

    def and_now(self, found: Iterable[PartInput], done: Iterable[str], size: int) -> "PartPlan":
        """The plan for what is found now: what is planned stays in its part.

        Args:
            found: The files.
            done: Names of the parts that are whole.
            size: Most files in a new part.
        """
        now = dict.fromkeys(found)
        finished = set(done)
        kept: dict[str, tuple[PartInput, ...]] = {}
        for name, files in self.parts.items():
            same = tuple(one for one in files if one in now)
            if same == files or (same and name in finished):
                kept[name] = same
        planned = {one for files in kept.values() for one in files}
        rest = [one for one in now if one not in planned]
        for begin in range(0, len(rest), size):
            files = tuple(rest[begin : begin + size])
            kept[self._name(files)] = files
        return PartPlan(self.question, kept)

    def _name(self, files: Sequence[PartInput]) -> str:
        """The name of a part follows from what goes into it."""
        text = "\0".join([self.question, *(f"{f.location}\0{f[2:]}" for f in files)])
        digest = hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8)
        return f"part-{digest.hexdigest()}.parquet"


def places(folder: Path) -> dict[str, PartInput]:
    """The files of a plan by their paths as text; empty for parts without a plan."""
    try:
        plan = PartPlan.read(folder) if folder.is_dir() else None
    except CollectionError:
        return {}
    files = (one for part in plan.parts.values() for one in part) if plan else ()
    return {shown(one.location): one for one in files}
