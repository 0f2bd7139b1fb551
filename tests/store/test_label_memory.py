"""What a process knows of the labels is what the whole log says, however it came about."""

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageSet
from contrast_engine.store import Label, LabelSet, LabelStore
from contrast_engine.store.label_imports import NewAnnotation
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES, OVERLAP

IMAGES = tuple(f"{i * 0x0123456789ABCDEF % 2**64:016x}" for i in range(7))
PEOPLE = ("ann", "bob", "me")

# the queries of a version before, as they stood, over the whole log; withdrawals by their documents
WITHDRAWN = (
    "EXISTS (SELECT 1 FROM events AS z WHERE z.kind = 'withdraw' AND z.seq > {of}.seq "
    "AND z.withdraws_since < {of}.seq AND json_extract(z.body, '$.person') = {of}.who "
    "AND z.seq NOT IN (SELECT undoes FROM events WHERE kind = 'give back'))"
)
NOT_UNDONE = (
    "(NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.seq) "
    f"AND NOT {WITHDRAWN.format(of='e')})"
)
STILL_COUNTS = (
    "NOT EXISTS (SELECT 1 FROM said AS t JOIN events AS d ON d.seq = t.seq WHERE t.image = s.image "
    "AND t.seq > s.seq AND d.who = e.who AND d.is_unsure "
    "AND NOT EXISTS (SELECT 1 FROM events AS w WHERE w.undoes = d.seq) "
    f"AND NOT {WITHDRAWN.format(of='d')})"
)


def plain_current(connection):
    rows = connection.execute(
        "SELECT s.image, e.label, e.who, e.at, e.why, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {NOT_UNDONE} AND NOT e.is_unsure AND "
        f"{STILL_COUNTS} GROUP BY s.image ORDER BY s.image"
    )
    return {row[0]: Label(*row) for row in rows if row[1] is not None}


def plain_people(connection):
    rows = connection.execute(
        "SELECT e.who, s.image, e.label, e.is_unsure, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {NOT_UNDONE} AND e.why IS NOT ? "
        "GROUP BY e.who, s.image ORDER BY e.who, s.image",
        (FROM_CLUSTER_NAMES,),
    )
    found = {}
    for who, image, label, is_unsure, _ in rows:
        if label is not None or is_unsure:
            found.setdefault(who, {})[image] = label
    return found


def plain_label_set(connection, current):
    seq, body = connection.execute(
        "SELECT seq, body FROM events WHERE kind = 'define' ORDER BY seq DESC LIMIT 1"
    ).fetchone() or (0, "{}")
    since = connection.execute(
        "SELECT e.label FROM events AS e WHERE e.kind = 'say' AND e.seq > ? "
        f"AND e.label IS NOT NULL AND {NOT_UNDONE} ORDER BY e.seq",
        (seq,),
    ).fetchall()
    body = json.loads(body)
    used = [label.label for label in sorted(current.values(), key=lambda one: one.seq)]
    names = dict.fromkeys([*body.get("labels", []), *used, *(name for (name,) in since)])
    return LabelSet(tuple(names), body.get("is_ordered", False), body.get("overlap", OVERLAP))


def check(store, path, out=frozenset()):
    with closing(sqlite3.connect(path)) as connection:
        current, people = plain_current(connection), plain_people(connection)
        current = {image: label for image, label in current.items() if image not in out}
        wanted = plain_label_set(connection, current)
    people = {who: {i: name for i, name in own.items() if i not in out}
              for who, own in people.items()}  # fmt: skip
    people = {who: own for who, own in people.items() if own}
    found = store.current()
    assert dict(found) == current
    assert dict(found.items()) == current
    assert list(found.values()) == list(current.values())
    assert list(found) == sorted(current)
    assert {image: found.names[code] for image, code in
            zip(found.images, found.codes, strict=True)} == {
        image: label.label for image, label in current.items()
    }  # fmt: skip
    assert found.is_judged.tolist() == [label.is_judged for label in current.values()]
    assert {who: dict(own.items()) for who, own in store.by_person().items()} == people
    assert store.by_person() == people
    assert list(store.by_person()) == sorted(people)
    assert store.label_set() == wanted
    progress = store.progress_by_person()
    assert {who: (one.labelled, one.unsure, one.since) for who, one in progress.items()} == {
        who: (sum(v is not None for v in own.values()), sum(v is None for v in own.values()),
              len(own))
        for who, own in people.items()
    }  # fmt: skip


some = st.sets(st.sampled_from(IMAGES), min_size=1)
who = st.sampled_from(PEOPLE)
name = st.sampled_from(["low", "mid", "high", None])
steps = st.one_of(
    st.tuples(st.just("add"), some, name, who, st.sampled_from(["", "why", FROM_CLUSTER_NAMES])),
    st.tuples(st.just("unsure"), some, who),
    st.tuples(st.just("undo"), who),
    st.tuples(st.just("redo"), who),
    st.tuples(st.just("import"), st.lists(st.tuples(some, name, st.booleans(), who, st.booleans()),
                                          min_size=1, max_size=4)),
    st.tuples(st.just("take back")),
    st.tuples(st.just("define"), st.booleans()),
    st.tuples(st.just("withdraw"), who),
    st.tuples(st.just("withdraw all"), who, who),
    st.tuples(st.just("give back"), who),
    st.tuples(st.just("name")),
)  # fmt: skip


def imported(rows):
    for place, (images, label, is_unsure, person, is_undone) in enumerate(rows):
        order = 2 * place + 1
        yield NewAnnotation(
            tuple(sorted(images)), None if is_unsure else label, is_unsure, person,
            "2020-01-01T00:00:00+00:00", "", order, order + 1 if is_undone else None,
        )  # fmt: skip


def withdraw(path, person):
    """Take back all that one annotator said, in the SQL of somebody else."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO events (kind, who, at, why, undoes) SELECT 'take back', ?, '', '', e.seq "
            "FROM events AS e WHERE e.kind = 'say' AND e.who = ? "
            "AND e.seq NOT IN (SELECT undoes FROM events WHERE undoes IS NOT NULL)",
            (person, person),
        )


def do(store, path, step):
    kind, *given_ = step
    if kind == "add":
        images, label, person, why = given_
        store.add(images, label, person, why)
    elif kind == "unsure":
        store.unsure(*given_)
    elif kind == "undo":
        store.undo(*given_)
    elif kind == "redo":
        store.redo(*given_)
    elif kind == "import":
        body = {"file": "f", "format": "x", "digest": "d", "annotations": 1, "images": 1}
        store.take(imported(given_[0]), "me", body)
    elif kind == "take back":
        known = [one.seq for one in store.imports() if not one.is_undone]
        if known:
            store.take_back_import(known[-1])
    elif kind == "define":
        store.define(["high", "low"], *given_)
    elif kind == "withdraw":
        withdraw(path, *given_)
    elif kind == "withdraw all":
        store.withdraw(*given_)
    elif kind == "give back":
        known = [one.seq for one in store.withdrawals() if not one.is_undone]
        if known:
            store.give_back(known[0], *given_)
    else:
        store.name_cluster("c", 1, "soft")


@pytest.mark.slow
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(history=st.lists(st.tuples(steps, st.booleans()), min_size=1, max_size=14))
def test_any_history_gives_what_the_plain_queries_give(history, tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "labels.sqlite"
    out = frozenset(IMAGES[:2])
    store, other = LabelStore(path), LabelStore(path)
    without = LabelStore(path, lambda: out)
    store.define(["low"])
    for step, is_by_another in history:
        do(other if is_by_another else store, path, step)
        check(store, path)
        check(without, path, out)
    check(other, path)
    for one in (store, other, without):
        one.close()


def test_what_was_given_out_stays_as_it_was(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    store.add(IMAGES[:3], "low")
    before, people = store.current(), store.by_person()
    kept = dict(before)
    for step in range(200):
        store.add([IMAGES[step % 7]], f"label {step}", who=f"person {step}")
        store.current()
    store.undo("me")
    assert dict(before) == kept
    assert people == {"me": dict.fromkeys(IMAGES[:3], "low")}


def test_a_log_that_was_replaced_is_read_anew(tmp_path):
    path, other = tmp_path / "labels.sqlite", tmp_path / "other.sqlite"
    for place, label in ((path, "low"), (other, "high")):
        store = LabelStore(place)
        store.add(IMAGES[:2], label)
        store.add(IMAGES[2:3], label)
        store.close()
    store = LabelStore(path)
    assert store.current().counts == {"low": 3}
    with closing(sqlite3.connect(path)) as to, closing(sqlite3.connect(other)) as source:
        source.backup(to)  # the same file, another content, and the same number of events
    assert store.current().counts == {"high": 3}
    other.replace(path)
    assert store.current().counts == {"high": 3}


def test_codes_of_images_in_any_order(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    assert store.current().codes_of(ImageSet.of(IMAGES)).tolist() == [-1] * 7
    store.add(IMAGES[:2], "low")
    store.add(IMAGES[2:4], "high")
    given = store.current()
    codes = given.codes_of(ImageSet.of(IMAGES))
    labels = {image: given.names[c] for image, c in zip(ImageSet.of(IMAGES), codes, strict=True)
              if c >= 0}  # fmt: skip
    assert labels == {image: label.label for image, label in given.items()}
    label, images = given.last()
    assert (label.label, set(images)) == ("high", set(IMAGES[2:4]))


def test_progress_counts_what_was_said_since_a_time(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    store.add(IMAGES[:2], "low", "ann")
    store.add(IMAGES[:1], "low", "bob")
    store.take(
        [NewAnnotation((IMAGES[3],), "low", False, "ann", "2020-01-01T00:00:00", "")],
        "ann", {"file": "f", "format": "x", "digest": "d", "annotations": 1, "images": 1},
    )  # fmt: skip
    store.unsure(IMAGES[4:5], "ann")
    found = store.progress_by_person("2021-01-01")
    ann = found["ann"]
    assert (ann.labelled, ann.unsure, ann.since) == (3, 1, 3), "one of them was said in 2020"
    assert ann.last_at == store.history()[-1].at
    assert store.progress_by_person(ann.last_at)["ann"].since >= 1
    assert store.progress_by_person("2999-01-01T00:00:00+00:00")["bob"].since == 0
    with pytest.raises(OptionError, match="is no time"):
        store.progress_by_person("yesterday")


def test_one_more_label_costs_the_same_after_many(tmp_path):
    """The images that are looked at again are those of the new event, not all of them."""
    store = LabelStore(tmp_path / "labels.sqlite")
    many = ImageSet(np.random.default_rng(0).integers(0, 2**63, 5_000, dtype=np.uint64))
    store.add(many, "low")
    store.current()
    asked = []
    log = store._memory._log
    said_of = log.said_of
    log.said_of = lambda images: asked.append(len(images)) or said_of(images)
    for image in many[:3]:
        store.add([image], "high", "ann")
        assert store.current()[image].label == "high"
    store.undo("ann")
    assert len(store.current()) == 5_000
    assert asked == [1, 1, 1, 1]
