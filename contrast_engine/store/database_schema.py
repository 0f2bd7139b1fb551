"""What in a SQLite file acts by itself: triggers, views, virtual tables, computed columns."""

import contextlib
import functools
import re
import sqlite3
from collections.abc import Iterable

_CONSTRAINT = re.compile(r"\b(?:CHECK|CONFLICT)\b", re.IGNORECASE)
"""What has a table compute with each new row, or give up other rows for it."""

_TRIGGER = re.compile(r"CREATE TRIGGER (?:IF NOT EXISTS )?(\w+)(.*?)\bEND\s*;", re.DOTALL)


def foreign_schema(connection: sqlite3.Connection, statements: Iterable[str]) -> str:
    """What acts in a file by itself and is none of ours, in words; "" where there is nothing.

    A workspace may be somebody else's: what they put there would run as soon as it is read or
    written.

    Args:
        connection: To the file.
        statements: Those that make ours.
    """
    statements = tuple(statements)
    own = {name: _plain(rest) for text in statements for name, rest in _TRIGGER.findall(text)}
    tables = _tables(statements)
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM main.sqlite_master")
    for kind, name, sql in rows.fetchall():
        if kind == "view":
            return "a view"
        if kind == "trigger":
            said = _TRIGGER.fullmatch(sql.rstrip().rstrip(";") + ";")
            if said is None or own.get(name) != _plain(said[2]):
                return "a trigger"
        if kind == "table":
            if sql.lstrip().upper().startswith("CREATE VIRTUAL"):
                return "a virtual table"
            asked = "SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden > 1"
            if connection.execute(asked, (name,)).fetchone()[0]:
                return "a computed column"
            if _CONSTRAINT.search(sql) and (name, _plain(sql)) not in tables:
                return "a rule for new rows"
        if kind == "index":
            asked = "SELECT count(*) FROM pragma_index_xinfo(?) WHERE cid = -2"
            if connection.execute(asked, (name,)).fetchone()[0]:
                return "an index of something computed"
    return ""


@functools.lru_cache(maxsize=32)
def _tables(statements: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Our tables after each of some steps: name, and what makes it as SQLite keeps it."""
    found: set[tuple[str, str]] = set()
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        for step in statements:
            empty.executescript(step)
            rows = empty.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            found |= {(name, _plain(sql or "")) for name, sql in rows}
    return frozenset(found)


def _plain(sql: str) -> str:
    return " ".join(sql.split())
