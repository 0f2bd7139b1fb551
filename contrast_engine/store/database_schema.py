"""What in a SQLite file acts by itself: triggers, views, virtual tables, computed columns."""

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
    own = {name: _plain(rest) for text in statements for name, rest in _TRIGGER.findall(text)}
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
            if _CONSTRAINT.search(sql):
                return "a rule for new rows"
        if kind == "index":
            asked = "SELECT count(*) FROM pragma_index_xinfo(?) WHERE cid = -2"
            if connection.execute(asked, (name,)).fetchone()[0]:
                return "an index of something computed"
    return ""


def _plain(sql: str) -> str:
    return " ".join(sql.split())
