"""Databases with triggers, views, bodies and blobs of somebody else."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from tests.strangers.making import MAKERS, MARKUP, SQLITE, maker


def _of_databases(name: str, statements: str) -> None:
    def spoil(root: Path, _: Path) -> None:
        for one in SQLITE:
            path = root / f"{one}.sqlite"
            if path.exists():
                with closing(sqlite3.connect(path)) as connection:
                    tables = connection.execute(
                        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'"
                    ).fetchall()
                    for (table,) in tables:
                        connection.executescript(statements.replace("TABLE_", table))
                    connection.commit()

    MAKERS[f"databases: {name}"] = spoil


_of_databases(
    "a trigger that empties them",
    "CREATE TRIGGER harm_TABLE_ AFTER INSERT ON TABLE_ BEGIN DELETE FROM TABLE_; END;",
)
_of_databases(
    "a view without end",
    "ALTER TABLE TABLE_ RENAME TO kept_TABLE_; CREATE VIEW TABLE_ AS WITH RECURSIVE n(x) AS "
    "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT kept_TABLE_.* FROM n, kept_TABLE_;",
)
_of_databases(
    "a column that is computed",
    "ALTER TABLE TABLE_ ADD COLUMN harm BLOB GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL;",
)
_of_databases(
    "an index of an expression", "CREATE INDEX harm_TABLE_ ON TABLE_ (hex(zeroblob(90000)));"
)

_of_databases(
    "a rule that gives up other rows",
    "PRAGMA writable_schema=1; UPDATE sqlite_master SET sql = "
    "replace(sql, 'UNIQUE', 'UNIQUE ON CONFLICT REPLACE') WHERE name = 'TABLE_';",
)


@maker("databases: bodies of brackets")
def _(root: Path, _: Path) -> None:
    _bodies(root, "[" * 100_000)


@maker("databases: bodies that lack all")
def _(root: Path, _: Path) -> None:
    _bodies(root, "{}")


@maker("databases: bodies that are lists")
def _(root: Path, _: Path) -> None:
    _bodies(root, "[]")


def _bodies(root: Path, text: str) -> None:
    for one in ("labels", "edits"):
        with closing(sqlite3.connect(root / f"{one}.sqlite")) as connection:
            connection.execute("UPDATE events SET body = ? WHERE body IS NOT NULL", (text,))
            connection.commit()


@maker("team: a trigger that gives all away")
def _(root: Path, _: Path) -> None:
    from contrast_engine.store.team import _SCHEMA as SCHEMA

    with closing(sqlite3.connect(root / "team.sqlite")) as connection:
        connection.executescript(SCHEMA)
        connection.execute(
            "CREATE TRIGGER harm AFTER INSERT ON presence BEGIN DELETE FROM leases; END"
        )
        connection.execute("PRAGMA user_version=1")
        connection.commit()


@maker("databases: a blob of hundreds of megabytes")
def _(root: Path, _: Path) -> None:
    with closing(sqlite3.connect(root / "thumbs.sqlite")) as connection:
        connection.execute(
            "UPDATE thumbnails SET webp = zeroblob(300000000) WHERE rowid = "
            "(SELECT min(rowid) FROM thumbnails)"
        )
        connection.commit()


@maker("databases: pages that are damaged")
def _(root: Path, _: Path) -> None:
    for one in SQLITE:
        path = root / f"{one}.sqlite"
        if path.exists():
            data = bytearray(path.read_bytes())
            data[200:] = np.random.default_rng(1).bytes(len(data) - 200)
            path.write_bytes(data)


@maker("databases: a log from elsewhere")
def _(root: Path, _: Path) -> None:
    for one in SQLITE:
        if (root / f"{one}.sqlite").exists():
            (root / f"{one}.sqlite-wal").write_bytes(os.urandom(4096))


@maker("databases: a version below all")
def _(root: Path, _: Path) -> None:
    for one in SQLITE:
        path = root / f"{one}.sqlite"
        if path.exists():
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA user_version=-7")


@maker("thumbnails: a page with a script")
def _(root: Path, _: Path) -> None:
    _thumbnail(root, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")


@maker("thumbnails: a picture far larger than it says")
def _(root: Path, _: Path) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "png")
    _thumbnail(root, out.getvalue())


@maker("thumbnails: numbers and texts")
def _(root: Path, _: Path) -> None:
    _thumbnail(root, 7)


def _thumbnail(root: Path, value: object) -> None:
    with closing(sqlite3.connect(root / "thumbs.sqlite")) as connection:
        connection.execute("UPDATE thumbnails SET webp = ?", (value,))
        connection.commit()


@maker("labels of markup, of very long names, of another type")
def _(root: Path, _: Path) -> None:
    with closing(sqlite3.connect(root / "labels.sqlite")) as connection:
        connection.execute(
            "UPDATE events SET label = ?, who = ?, why = ?", (MARKUP, MARKUP, MARKUP)
        )
        connection.execute("UPDATE events SET label = ? WHERE seq % 3 = 0", ("x" * 5_000_000,))
        connection.execute("UPDATE events SET who = 7, at = x'ff' WHERE seq % 3 = 1")
        connection.commit()
