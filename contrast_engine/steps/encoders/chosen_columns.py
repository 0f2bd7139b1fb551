"""Which columns of a table are a vector: those of floats, or those a person names; never a label.

A column that holds the answer beside noise makes every check look excellent, so ids, labels and
whole numbers beside floats are only taken when they are named.
"""

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.store.tables import folded, listed
from contrast_engine.store.tables.number_columns import FLOATS, LIST, OF_NUMBERS, NumberColumn

LABELS = re.compile(
    r"(?:.*[_. -])?(?:ids?|labels?|targets?|class(?:es|_?id)?|categor(?:y|ies)|index|fold|split|"
    r"ground_?truth|gt|y_true|annotations?|clusters?|unnamed: \d+|__index_level_\d+__)"
)
"""Names of columns that say what an image is, not how it looks to a network."""

VECTORS = ("embedding", "embeddings", "vector", "vectors", "features")
"""What a column of vectors is called elsewhere: it is taken where it is one of several lists."""

_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, eq=False)
class ChosenColumns:
    """The vectors of a table.

    Args:
        values: (n, d), NaN where a number is missing.
        names: A name for each of the d dimensions.
        taken: The columns they come from.
        left_out: Every other column that is not the name of the image, and why.
    """

    values: Floats
    names: tuple[str, ...]
    taken: tuple[str, ...]
    left_out: dict[str, str]


def choose_columns(
    columns: Sequence[NumberColumn], asked: Sequence[str], where: str, naming: Sequence[str] = ()
) -> ChosenColumns:
    """The columns that make a vector.

    Args:
        columns: All of the table.
        asked: Names, patterns (`clip_*`) or beginnings of names; empty to take the floats.
        where: The file, for messages.
        naming: The columns that name the images: they are listed nowhere.

    Raises:
        CollectionError: None fits, several would, or what was asked for holds no numbers.
    """
    taken, left_out = (_named if asked else _unasked)(columns, asked, where, naming)
    parts: list[Floats] = []
    names: list[str] = []
    for column in taken:
        values = column.values
        parts.append(values)
        is_one = column.kind not in {LIST, "lists of numbers"}
        stem = "v" if len(taken) == 1 else f"{column.name}_"
        names += [column.name] if is_one else [f"{stem}{k:03d}" for k in range(values.shape[1])]
    values = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    if not values.shape[1]:
        raise CollectionError(f"{where}: its column {taken[0].name!r} holds no vector in any row")
    return ChosenColumns(values, tuple(names), tuple(c.name for c in taken), left_out)


Choice = tuple[list[NumberColumn], dict[str, str]]


def _named(
    columns: Sequence[NumberColumn], asked: Sequence[str], where: str, naming: Sequence[str]
) -> Choice:
    taken: dict[str, NumberColumn] = {}
    for text in asked:
        found = _matching(text, columns, naming)
        if not found:
            raise CollectionError(
                f"{where} has no column {text!r}, and none that begins so or fits it; its columns: "
                f"{listed([column.name for column in columns])}"
            )
        taken |= {column.name: column for column in found}
    for column in taken.values():
        if column.kind not in OF_NUMBERS:
            raise CollectionError(
                f"{where}: column {column.name!r} holds {column.kind}; name columns of numbers"
            )
    why = "not named by --columns"
    left = [c.name for c in columns if c.name not in taken and c.name not in naming]
    return list(taken.values()), dict.fromkeys(left, why)


def _matching(
    text: str, columns: Sequence[NumberColumn], naming: Sequence[str]
) -> list[NumberColumn]:
    """The columns that a name, a pattern or a beginning of names means."""
    exact = [c for c in columns if c.name == text] or [
        c for c in columns if folded(c.name) == folded(text)
    ]
    if exact:
        return exact
    pattern = text if any(sign in text for sign in "*?[") else f"{text}*"
    return [
        c
        for c in columns
        if fnmatch.fnmatchcase(c.name, pattern) and c.name not in naming and c.kind in OF_NUMBERS
    ]


def _unasked(
    columns: Sequence[NumberColumn], asked: Sequence[str], where: str, naming: Sequence[str]
) -> Choice:
    free = [column for column in columns if column.name not in naming]
    left_out: dict[str, str] = {}
    lists: list[NumberColumn] = []
    floats: list[NumberColumn] = []
    for column in free:
        if column.kind in {LIST, FLOATS} and LABELS.fullmatch(folded(column.name)):
            left_out[column.name] = "its name says label or id"
        elif column.kind in {LIST, FLOATS}:
            (lists if column.kind == LIST else floats).append(column)
        else:
            left_out[column.name] = column.kind
    known = [one for one in lists if folded(one.name) in VECTORS]
    if len(lists) > 1 and len(known) == 1:
        left_out |= {c.name: "another column of lists" for c in lists if c is not known[0]}
        lists = known
    if len(lists) > 1:
        raise CollectionError(
            f"{where} has several columns of vectors: {listed([c.name for c in lists])}; choose "
            f"one with --columns {lists[0].name}"
        )
    if lists and (numbered := _numbered_sets(floats)):
        stem, of = next(iter(numbered.items()))
        raise CollectionError(
            f"{where} has vectors in its column {lists[0].name} and in {of[0].name} to "
            f"{of[-1].name}; choose with --columns {lists[0].name} or --columns '{stem}*'"
        )
    if lists:
        return lists, left_out | {c.name: "floats beside the lists" for c in floats}
    taken, more = _floats(floats, where)
    if taken:
        return taken, left_out | more
    holds = "; ".join(f"{c.name}: {left_out.get(c.name) or more.get(c.name)}" for c in free[:12])
    raise CollectionError(
        f"{where} has no column of floats that could be a vector ({holds or 'no other column'}); "
        "if one of these is, name it: --columns A,B,C"
    )


def _floats(floats: Sequence[NumberColumn], where: str) -> Choice:
    """The columns of floats that belong together: one numbered set, or all with fractions."""
    left_out: dict[str, str] = {}
    known = []
    for column in floats:
        values = column.values
        if np.isnan(values).all():
            left_out[column.name] = "no number in any row"
        else:
            known.append(column)
    sets = _numbered_sets(known)
    if len(sets) > 1:
        several = ", ".join(f"{of[0].name} to {of[-1].name}" for of in sets.values())
        stem = next(iter(sets))
        raise CollectionError(
            f"{where} has several sets of numbered columns: {several}; choose with --columns "
            f"'{stem}*'"
        )
    if sets:
        (of,) = sets.values()
        why = f"not one of {of[0].name} to {of[-1].name}"
        return of, left_out | {c.name: why for c in known if c not in of}
    are_whole = {c.name for c in known if _is_whole(c.values)}
    if len(are_whole) < len(known):
        left_out |= dict.fromkeys(sorted(are_whole), "whole numbers")
        known = [c for c in known if c.name not in are_whole]
    return known, left_out


def _numbered_sets(columns: Sequence[NumberColumn]) -> dict[str, list[NumberColumn]]:
    """The columns whose names differ in a number only, by what is before it: clip_0, clip_1."""
    sets: dict[str, list[NumberColumn]] = {}
    for column in columns:
        if numbered := _NUMBERED.fullmatch(column.name):
            sets.setdefault(numbered[1], []).append(column)
    return {stem: of for stem, of in sets.items() if len(of) > 1 and 4 * len(of) >= len(columns)}


def _is_whole(values: Floats) -> bool:
    """True for whole numbers that differ: labels among which one was missing are kept as floats."""
    finite = values[np.isfinite(values)]
    is_whole = len(finite) > 0 and (finite == np.round(finite)).all()
    return bool(is_whole and np.ptp(finite) > 0)
