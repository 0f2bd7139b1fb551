"""JSON that people bring, one object at a time: an array's, or one a line; bounded and hostile."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO, TypeVar

from contrast_engine.errors import CollectionError
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.encodings import encoding_of

LARGEST_ITEM = 1 << 26
"""Characters of one object at most: more is no row of a table, and would fill the memory."""

LARGEST_DOCUMENT = 1 << 29
"""Bytes of a file that has to be read as a whole at most."""

_READ = 1 << 20
_SPACE = " \t\r\n"

Read = TypeVar("Read")


def starts_as(path: Path) -> str:
    """The first character of a file that is no blank: "[", "{" or another; "" for none.

    Raises:
        OSError: It cannot be read.
    """
    encoding = encoding_of(path)
    with path.open(encoding=encoding.codec, errors="replace") as file:
        return file.read(4096).lstrip(_SPACE + "\ufeff")[:1]


def first_line(path: Path) -> dict[str, Any] | None:
    """The object in the first line, None where it goes on in the next: then it is a document.

    Raises:
        OSError: It cannot be read.
    """
    encoding = encoding_of(path)
    with path.open(encoding=encoding.codec, errors="replace") as file:
        first = file.readline(LARGEST_ITEM).lstrip("\ufeff").strip()
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def document(path: Path) -> Any:
    """A file of JSON as a whole.

    Raises:
        CollectionError: It is damaged, nested too deeply, or too large.
    """
    size = path.stat().st_size
    if size > LARGEST_DOCUMENT:
        raise CollectionError(
            f"{shown(path)} has {size >> 20:,} MiB, more than the {LARGEST_DOCUMENT >> 20:,} MiB "
            "that are read as one document; write it as JSONL or in parts"
        )
    with path.open(encoding=encoding_of(path).codec, errors="surrogateescape") as file:
        return _safely(path, lambda: json.loads(file.read().lstrip("\ufeff")))


def objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of an array with their numbers, or those of a JSONL file with their lines.

    Raises:
        CollectionError: The file is damaged, or holds something else.
    """
    found = _of_array(path) if starts_as(path) == "[" else _of_lines(path)
    for number, item in found:
        if not isinstance(item, dict):
            raise CollectionError(
                f"{shown(path)}, {number:,}: an object with named values is needed, got "
                f"{type(item).__name__}"
            )
        yield number, item


def _of_lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding=encoding_of(path).codec, errors="surrogateescape") as file:
        number = 0
        while line := _safely(path, lambda: file.readline(LARGEST_ITEM)):
            number += 1
            text = line.strip(_SPACE + "\ufeff")
            if len(line) == LARGEST_ITEM:
                raise CollectionError(f"{shown(path)}, line {number:,} is too long to be a row")
            if text:
                yield number, _safely(path, partial(json.loads, text), number)


def _of_array(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding=encoding_of(path).codec, errors="surrogateescape") as file:
        yield from _Array(path, file).items()


class _Array:
    """An array in a file, of which a few items are in memory at a time."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._file = file
        self._text = ""
        self._at = 0
        self._is_whole = False

    def items(self) -> Iterator[tuple[int, Any]]:
        self._next_sign()
        self._at += 1  # the bracket
        number = 0
        while True:
            sign = self._next_sign()
            if sign == "]":
                self._at += 1
                if self._next_sign():
                    raise CollectionError(
                        f"{shown(self._path)} goes on after its array of {number:,}; put all of it "
                        "into one array, or one object a line"
                    )
                return
            if not sign:
                raise CollectionError(f"{shown(self._path)} is cut short after item {number:,}")
            if sign == ",":
                self._at += 1
                continue
            number += 1
            yield number, self._item(number)

    def _item(self, number: int) -> Any:
        decoder, wanted = json.JSONDecoder(), _READ
        while True:
            try:
                item, self._at = decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise CollectionError(_too_deep(self._path)) from None
            except ValueError:
                if self._is_whole or len(self._text) - self._at > LARGEST_ITEM:
                    raise CollectionError(
                        f"{shown(self._path)}: item {number:,} is no JSON that can be read; "
                        "export the file again"
                    ) from None
                self._more(wanted)
                wanted *= 2  # a long item is not parsed anew for each block
            else:
                return item

    def _next_sign(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE + "\ufeff":
                self._at += 1
            if self._at < len(self._text) or self._is_whole:
                return self._text[self._at : self._at + 1]
            self._more(_READ)

    def _more(self, wanted: int) -> None:
        block = _safely(self._path, lambda: self._file.read(wanted))
        self._is_whole = not block
        self._text, self._at = self._text[self._at :] + block, 0


def _safely(path: Path, read: Callable[[], Read], line: int = 0) -> Read:
    try:
        return read()
    except RecursionError:
        raise CollectionError(_too_deep(path)) from None
    except ValueError:
        where = f", line {line:,}" if line else ""
        raise CollectionError(
            f"{shown(path)}{where}: it is no JSON that can be read; export the file again"
        ) from None


def _too_deep(path: Path) -> str:
    return f"{shown(path)} is nested too deeply to be labels or a table; export it again"
