"""Withdrawals are events that are only added to, and those of the version before go on as they were."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from contrast_engine.errors import WorkspaceError
from contrast_engine.store import LabelStore
from contrast_engine.store.comparisons import ComparisonStore
from contrast_engine.store.database import Database
from contrast_engine.store.event_log import _SCHEMA
from contrast_engine.store.label_imports import NewAnnotation
from contrast_engine.store.label_schema import MIGRATIONS, SCHEMA

REPOSITORY = Path(__file__).parents[2]
IMAGES = [f"{n:016x}" for n in range(5)]
PEOPLE = ("ann", "bob")
BODY = {"file": "f", "format": "x", "digest": "d", "annotations": 1, "images": 1}

NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.seq)"


class Before:
    """A log of labels as version 2 wrote it: what it wrote is told here as it stood."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, SCHEMA, MIGRATIONS[:1])

    def append(self, kind: str, who: str, **more: object) -> int:
        row = {"kind": kind, "who": who, "at": "2026", "why": "", **more}
        places = ", ".join("?" * len(row))
        with self.database.writing() as connection:
            found = connection.execute(
                f"INSERT INTO events ({', '.join(row)}) VALUES ({places})", tuple(row.values())
            )
        return int(found.lastrowid or 0)

    def add(self, who: str, images: list[str], label: str | None, **more: object) -> None:
        seq = self.append("say", who, label=label, is_unsure=int(label is None), **more)
        with self.database.writing() as connection:
            rows = [(image, seq) for image in images]
            connection.executemany("INSERT INTO said (image, seq) VALUES (?, ?)", rows)

    def undo(self, who: str) -> None:
        found = self.all(
            "SELECT e.seq FROM events AS e WHERE e.who = ? AND e.kind = 'say' AND "
            f"e.token IS NULL AND {NOT_UNDONE} ORDER BY e.seq DESC LIMIT 1", who,
        )  # fmt: skip
        if found:
            self.append("undo", who, undoes=found[0][0])

    def bring(self, who: str, images: list[str], label: str | None) -> None:
        seq = self.append("import", "olga", body=json.dumps(BODY))
        self.add(who, images, label, token=f"import:{seq}:{seq + 1}")

    def take_back(self) -> None:
        known = self.all(f"SELECT e.seq FROM events AS e WHERE e.kind = 'import' AND {NOT_UNDONE}")
        if known:
            (seq,) = known[-1]
            with self.database.writing() as connection:
                connection.execute(
                    "INSERT INTO events (kind, who, at, why, undoes) SELECT 'take back', 'olga', "
                    "'2026', '', e.seq FROM events AS e WHERE e.kind = 'say' AND e.token >= ? AND "
                    f"e.token < ? AND {NOT_UNDONE}", (f"import:{seq}:", f"import:{seq};"),
                )  # fmt: skip
            self.append("take back", "olga", undoes=seq)

    def withdraw(self, person: str) -> None:
        own = f"e.who = ? AND e.kind = 'say' AND {NOT_UNDONE}"
        if not self.all(f"SELECT 1 FROM events AS e WHERE {own}", person):
            return
        said = json.dumps({"person": person, "annotations": 1, "images": 1})
        seq = self.append("withdraw", "olga", body=said)
        with self.database.writing() as connection:
            connection.execute(
                "INSERT INTO events (kind, who, at, why, token, undoes) SELECT 'take back', "
                f"'olga', '2026', '', 'withdraw:{seq}:' || e.seq, e.seq FROM events AS e "
                f"WHERE {own}", (person,),
            )  # fmt: skip

    def give_back(self, newest: bool) -> None:
        known = self.all(
            f"SELECT e.seq FROM events AS e WHERE e.kind = 'withdraw' AND {NOT_UNDONE}"
        )
        if not known:
            return
        (seq,) = known[-1 if newest else 0]
        gone = self.all(
            f"SELECT e.seq FROM events AS e WHERE e.kind = 'import' AND NOT {NOT_UNDONE}"
        )
        kept = "".join(
            " AND NOT EXISTS (SELECT 1 FROM events AS s WHERE s.seq = events.undoes "
            f"AND s.token >= 'import:{number}:' AND s.token < 'import:{number};')"
            for (number,) in gone
        )
        with self.database.writing() as connection:
            connection.execute(
                "UPDATE events SET undoes = NULL WHERE kind = 'take back' AND "
                f"token >= 'withdraw:{seq}:' AND token < 'withdraw:{seq};'{kept}"
            )
        self.append("give back", "olga", undoes=seq)

    def all(self, query: str, *given: object) -> list[tuple[int]]:
        with self.database.reading() as connection:
            return [] if connection is None else connection.execute(query, given).fetchall()


class Now:
    """The same, by the store as it is."""

    def __init__(self, path: Path) -> None:
        self.store = LabelStore(path)

    def add(self, who: str, images: list[str], label: str | None) -> None:
        if label is None:
            self.store.unsure(images, who)
        else:
            self.store.add(images, label, who)

    def undo(self, who: str) -> None:
        self.store.undo(who)

    def bring(self, who: str, images: list[str], label: str | None) -> None:
        new = NewAnnotation(tuple(images), label, label is None, who, "2026", "")
        self.store.take([new], "olga", BODY)

    def take_back(self) -> None:
        known = [one.seq for one in self.store.imports() if not one.is_undone]
        if known:
            self.store.take_back_import(known[-1], "olga")

    def withdraw(self, person: str) -> None:
        self.store.withdraw(person, "olga")

    def give_back(self, newest: bool) -> None:
        known = [one.seq for one in self.store.withdrawals() if not one.is_undone]
        if known:
            self.store.give_back(known[-1 if newest else 0], "olga")


Step = tuple[object, ...]


def a_step(draw: random.Random) -> Step:
    who, some = draw.choice(PEOPLE), draw.sample(IMAGES, draw.randint(1, 3))
    label = draw.choice(["low", "high", None])
    return draw.choice([
        ("add", who, some, label), ("add", who, some, label), ("undo", who), ("withdraw", who),
        ("give_back", True), ("give_back", False), ("bring", who, some, label), ("take_back",),
    ])  # fmt: skip


def do(log: Before | Now, step: Step) -> None:
    name, *given = step
    getattr(log, str(name))(*given)


def counted(store: LabelStore) -> tuple[object, ...]:
    """What counts, by all ways of reading it."""
    people = {who: dict(own) for who, own in store.by_person().items()}
    current = {image: (one.label, one.who) for image, one in store.current().items()}
    few = {image: (one.label, one.who) for image, one in store.current_of(IMAGES).items()}
    assert few == current
    named = {who: {i: name for i, name in own.items() if name} for who, own in people.items()}
    assert store.judged(IMAGES) == {who: own for who, own in named.items() if own}
    history = [(one.images, one.label, one.who, one.is_undone) for one in store.history()]
    logged = [(one.image, one.who, one.undone is not None) for one in store.annotations()]
    stood = [(one.person, one.is_undone) for one in store.withdrawals()]
    return current, people, history, logged, stood


@pytest.mark.parametrize("seed", range(12))
def test_a_log_of_before_is_read_migrated_and_gone_on_with_as_it_was(
    seed: int, tmp_path: Path
) -> None:
    draw = random.Random(seed)
    old, path = Before(tmp_path / "old.sqlite"), tmp_path / "labels.sqlite"
    for step in [a_step(draw) for _ in range(14)]:
        do(old, step)
    if seed % 2:  # one that stands when the file is migrated
        old.add("ann", IMAGES[:2], "low")
        old.withdraw("ann")
    old.database.close()
    shutil.copy(tmp_path / "old.sqlite", path)
    bytes_before = path.read_bytes()
    as_it_is = Now(path)
    before = counted(as_it_is.store)
    as_it_is.store.close()
    assert path.read_bytes() == bytes_before, "reading migrates nothing"
    as_it_is.store.name_cluster("k", 0, "soft")
    assert counted(as_it_is.store) == counted(LabelStore(path)) == before
    for step in [a_step(draw) for _ in range(10)]:
        do(old, step)
        do(as_it_is, step)
        found = counted(LabelStore(path))
        assert found == counted(as_it_is.store), step
        assert found == counted(LabelStore(tmp_path / "old.sqlite")), step


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )]  # fmt: skip
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}


@pytest.mark.parametrize("seed", range(6))
def test_no_row_of_a_log_ever_changes_whatever_is_done(seed: int, tmp_path: Path) -> None:
    draw = random.Random(100 + seed)
    labels, pairs = tmp_path / "labels.sqlite", tmp_path / "comparisons.sqlite"
    log, compared = Now(labels), ComparisonStore(pairs)
    done = set()
    for _ in range(40):
        step = a_step(draw)
        do(log, step)
        for path, act in ((labels, log.store.redo), (pairs, compared.undo)):
            if draw.random() < 0.2:
                act(draw.choice(PEOPLE))
            assert path
        known = rows(labels), rows(pairs) if pairs.exists() else {}
        who = draw.choice(PEOPLE)
        act = draw.choice(["add", "withdraw", "give_back", "undo"])
        if act == "add":
            compared.add(IMAGES[0], IMAGES[1], "left", who)
        elif act == "undo":
            compared.undo(who)
        else:
            getattr(compared, act)(who)
        again = a_step(draw)
        do(log, again)
        done |= {act, again[0]}
        for before, now in zip(known, (rows(labels), rows(pairs)), strict=True):
            for name, there in before.items():
                assert set(there) <= set(now[name]), (act, again)
    assert len(done) > 5


def test_answers_withdrawn_before_go_on_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "comparisons.sqlite"
    database = Database(path, _SCHEMA)
    with database.writing() as connection:

        def put(topic: str, who: str, body: object, undoes: int | None, token: str | None) -> int:
            found = connection.execute(
                "INSERT INTO events (topic, who, at, body, undoes, token) VALUES "
                "(?, ?, '2026', ?, ?, ?)", (topic, who, json.dumps(body), undoes, token),
            )  # fmt: skip
            return int(found.lastrowid or 0)

        said = {"left": IMAGES[0], "right": IMAGES[1], "answer": "left"}
        own = [put("contrast", "ann", said, None, None) for _ in range(2)]
        put("contrast", "bob", said, None, None)
        first = put("withdrawals", "olga", {"person": "ann", "topic": "contrast"}, None, None)
        for one in own:  # given back: emptied, as version 1 did
            put("given back", "olga", {}, None, f"withdraw:{first}:{one}")
        put("withdrawals", "olga", {}, first, None)
        second = put("withdrawals", "olga", {"person": "ann", "topic": "contrast"}, None, None)
        for one in own:
            put("contrast", "olga", {}, one, f"withdraw:{second}:{one}")
    database.close()
    store = ComparisonStore(path)
    assert [one.who for one in store.all()] == ["bob"]
    store.add(IMAGES[2], IMAGES[3], "tie", "bob")
    assert [one.who for one in store.all()] == ["bob", "bob"]
    assert store.give_back("ann") == 2
    assert [one.who for one in store.all()] == ["ann", "ann", "bob", "bob"]
    assert store.undo("ann") == (IMAGES[0], IMAGES[1]), "and is undone like any other"
    assert store.withdraw("ann") == 1
    with pytest.raises(WorkspaceError, match="newer version"), Database(path, _SCHEMA).writing():
        pass


OVER_AND_OVER = """
import sys
from contrast_engine.store import LabelStore
store = LabelStore(sys.argv[1])
print("ready", flush=True)
while True:
    store.give_back(store.withdraw("ann").seq)
"""


@pytest.mark.slow
def test_whoever_is_killed_while_withdrawing_loses_no_label(tmp_path: Path) -> None:
    path = tmp_path / "labels.sqlite"
    store = LabelStore(path)
    for image in IMAGES:
        store.add([image], "low", "ann")
        store.add([image], "high", "bob")
    everyone = {who: dict(own) for who, own in store.by_person().items()}
    said = len(store.history())
    seen = set()
    for wait in (0.0, 0.05, 0.13, 0.21, 0.34):
        with subprocess.Popen(
            [sys.executable, "-c", OVER_AND_OVER, str(path)], cwd=REPOSITORY,
            stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        found = LabelStore(path)
        now = {who: dict(own) for who, own in found.by_person().items()}
        assert len(found.history()) == said
        assert now in (everyone, {"bob": everyone["bob"]}), "all of a withdrawal, or none of it"
        seen.add("ann" in now)
        for one in found.withdrawals():
            if not one.is_undone:
                found.give_back(one.seq)
        assert {who: dict(own) for who, own in found.by_person().items()} == everyone
