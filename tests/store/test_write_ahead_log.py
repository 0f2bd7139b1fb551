"""A SQLite file and its log read together say what SQLite itself says of them."""

import contextlib
import sqlite3

import pytest

from contrast_engine.randomness import generator
from contrast_engine.store.write_ahead_log import whole

DUMP = "SELECT * FROM t ORDER BY n"


def content(file: bytes) -> list[tuple[int, bytes]]:
    """The rows of a SQLite file that is held in memory."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(file)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute(DUMP).fetchall()


@pytest.mark.parametrize("page_size", [512, 4096])
@pytest.mark.parametrize("is_begun_anew", [False, True])
def test_it_is_what_sqlite_reads_and_a_torn_end_counts_for_nothing(
    tmp_path, page_size, is_begun_anew
) -> None:
    random, path = generator(page_size, "log"), tmp_path / "t.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size={page_size}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)")
        if is_begun_anew:  # old frames, with another salt, then lie behind the new ones
            connection.executemany("INSERT INTO t (body) VALUES (?)", [(bytes(900),)] * 60)
            connection.execute("PRAGMA wal_checkpoint")
        said = [connection.execute(DUMP).fetchall()]
        for _ in range(12):
            connection.execute("INSERT INTO t (body) VALUES (?)", (random.bytes(700),))
            said.append(connection.execute(DUMP).fetchall())
            connection.execute("DELETE FROM t WHERE n % 7 = 3")
            said.append(connection.execute(DUMP).fetchall())
        file, log = path.read_bytes(), (tmp_path / "t.sqlite-wal").read_bytes()
    assert content(whole(file, log)) == said[-1]
    end = len(log) if not is_begun_anew else len(log) // 2
    for cut in range(40, end, end // 9):
        torn = bytearray(log)
        torn[cut] ^= 0xFF
        with contextlib.suppress(sqlite3.OperationalError):  # not even the table was there yet
            assert content(whole(file, bytes(torn))) in said, "a whole moment, never half of one"
    assert len(whole(file, b"")) == len(file)
    assert len(whole(file, b"no log at all" * 9)) == len(file)
