"""Everything that was said goes out to a file and comes back as it was: who, when, in which order."""

import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contrast_engine.errors import WorkspaceError
from contrast_engine.steps.labels import already_there, export_labels
from contrast_engine.steps.labels.annotator_agreement import annotator_agreement
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.labels.export_labels import write_labels
from contrast_engine.steps.labels.import_labels import (
    planned_import,
    take_back_import,
    take_labels,
)
from contrast_engine.store import label_taking, new_annotations


@pytest.fixture(autouse=True)
def parts(monkeypatch):
    """Rows are taken in parts that even a few of them do not fit into."""
    monkeypatch.setattr(export_labels, "TOGETHER", 3)
    monkeypatch.setattr(already_there, "TOGETHER", 3)
    monkeypatch.setattr(new_annotations, "_AT_ONCE", 3)


PEOPLE = ("ann", "bo@example.org", "simulated A", "Zoë, „Z“; x")
LABELS = ("low", "größer, „high“", "=1+1", "nan", '["low"]', "#N/A", None, "?")
WHY = ("", "from a random sample", 'a "remark"; with, signs', "two\nlines")

deed = st.tuples(
    st.sampled_from(("say", "say", "say", "undo", "redo")),
    st.sampled_from(PEOPLE),
    st.sampled_from(LABELS),
    st.sets(st.integers(0, 4), min_size=1),
    st.sampled_from(WHY),
)


def done(workspace, deeds):
    """Do what annotators do; "?" stands for unsure."""
    ids = workspace.images.ids
    for what, who, label, places, why in deeds:
        images = [ids[k] for k in sorted(places)]
        if what == "undo":
            workspace.labels.undo(who)
        elif what == "redo":
            workspace.labels.redo(who)
        elif label == "?":
            workspace.labels.unsure(images, who, why)
        else:
            workspace.labels.add(images, label, who, why)


def heard(workspace):
    """What the log says, without the numbers of its events."""
    order = {}
    said = [
        (order.setdefault(s.seq, len(order)), s.image, s.label, s.is_unsure, s.who, s.at, s.why,
         s.undone is not None)
        for s in workspace.labels.annotations()
    ]  # fmt: skip
    now = {
        i: (one.label, one.who, one.at, one.why) for i, one in workspace.labels.current().items()
    }
    return said, now, workspace.labels.by_person(), consensus_labels(workspace)


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=st.lists(deed, max_size=14))
def test_nothing_is_lost_on_the_way_out_and_back(fresh, tmp_path, ending, deeds):
    here, there = fresh(), fresh()
    done(here, deeds)
    file = tmp_path / f"labels{ending}"
    rows = write_labels(here, file)
    plan = take_labels(there, planned_import(there, file, who="importer"))
    assert (plan.rows.rows, plan.problems) == (rows, ())
    assert heard(there) == heard(here)
    again = take_labels(there, planned_import(there, file, who="importer"))
    assert (again.new, again.rows.already_there) == ((), rows)
    own = planned_import(here, file)
    assert own.new == (), "the log that it comes from holds all of it"
    if rows:
        take_back_import(there)
        assert (there.labels.current(), there.labels.by_person()) == ({}, {})
        back = take_labels(there, planned_import(there, file))
        assert back.rows.rows == back.rows.labels + back.rows.unsure + back.rows.taken_away + (
            back.rows.already_there
        )
        assert there.labels.by_person() == here.labels.by_person()


def test_agreement_and_the_rows_of_a_batch_are_the_same_elsewhere(fresh, tmp_path):
    here, there = fresh(), fresh()
    ids = here.images.ids
    for who, labels in (("ann", "aabba"), ("bob", "aabab")):
        for image, label in zip(ids, labels, strict=True):
            here.labels.add([image], label, who)
    write_labels(here, tmp_path / "l.csv")
    take_labels(there, planned_import(there, tmp_path / "l.csv"))
    one, other = annotator_agreement(here), annotator_agreement(there)
    assert one == other
    assert (len(one[1]), there.labels.by_person()) == (5, here.labels.by_person())


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_labels_from_low_to_high_keep_their_order_and_agreement(fresh, tmp_path, ending):
    here, there, elsewhere = fresh(), fresh(), fresh()
    scale, file = ("low", "größer", "high, very", "never given"), tmp_path / f"l{ending}"
    here.labels.define(scale, is_ordered=True)
    for who, places in (("ann", (2, 1, 0, 2, 1)), ("bob", (2, 0, 0, 2, 1))):
        for image, place in zip(here.images.ids, places, strict=True):
            here.labels.add([image], scale[place], who)
    write_labels(here, file)
    plan = take_labels(there, planned_import(there, file))
    assert there.labels.label_set() == here.labels.label_set()
    assert annotator_agreement(there) == annotator_agreement(here)
    assert plan.notes[-1].endswith("low < größer < high, very < never given, and so they do here")
    elsewhere.labels.define(("high, very", "low"))
    plan = take_labels(elsewhere, planned_import(elsewhere, file))
    assert not elsewhere.labels.label_set().is_ordered, "what people defined stays"
    assert plan.notes[-1].endswith(
        "--ordered --label low --label 'größer' --label 'high, very' --label 'never given'"
    )


@pytest.mark.parametrize("scale", ["", "[", "5", '["low", "low"]', '[""]', '["low", 1]'])
def test_an_order_that_is_none_leaves_the_labels_as_they_are(fresh, tmp_path, scale):
    row = {"path": "photos/four.jpg", "label": "low", "annotation": 1, "scale": scale}
    (tmp_path / "l.jsonl").write_text(json.dumps(row))
    workspace = fresh()
    assert take_labels(workspace, planned_import(workspace, tmp_path / "l.jsonl")).rows.labels == 1
    assert not workspace.labels.label_set().is_ordered


def test_what_is_undone_here_stays_a_matter_of_its_own(fresh, tmp_path):
    """Undo and redo of a person pass over what was imported under their name."""
    here, there = fresh(), fresh()
    ids = here.images.ids
    here.labels.add(ids[:2], "low", "ann")
    write_labels(here, tmp_path / "l.jsonl")
    there.labels.add([ids[3]], "high", "ann")
    there.labels.undo("ann")
    plan = take_labels(there, planned_import(there, tmp_path / "l.jsonl"))
    assert there.labels.undo("ann") is None
    assert there.labels.redo("ann") == (ids[3],)
    (one,) = there.labels.imports()
    assert (one.seq, one.annotations, one.images, one.is_undone) == (plan.seq, 2, 2, False)
    assert take_back_import(there) == 2
    assert set(there.labels.current()) == {ids[3]}
    assert there.labels.imports()[0].is_undone


def test_a_full_disk_leaves_the_log_as_it_was(fresh, tmp_path, monkeypatch):
    here, there = fresh(), fresh()
    here.labels.add(here.images.ids, "low", "ann")
    here.labels.add(here.images.ids[:1], "high", "ann")
    write_labels(here, tmp_path / "l.csv")
    plan = planned_import(there, tmp_path / "l.csv")
    there.labels.add(there.images.ids[:1], "before", "bob")
    before = heard(there)

    def torn(*what):
        yield from itertools.islice(real(*what), 1)
        raise OSError(28, "No space left on device")

    real = label_taking._events
    monkeypatch.setattr(label_taking, "_events", torn)
    with pytest.raises(OSError, match="No space"):
        take_labels(there, plan)
    assert heard(there) == before
    assert there.labels.imports() == ()


def test_a_file_that_two_people_look_at_is_taken_once(fresh, tmp_path):
    here = fresh()
    rows = "".join(f"{image},low\n" for image in here.images.ids)
    (tmp_path / "l.csv").write_text(f"id,label\n{rows}")
    mine, yours = (planned_import(here, tmp_path / "l.csv", who="ann") for _ in "ab")
    here.labels.add(here.images.ids[:1], "high", "bob")
    first = take_labels(here, mine)
    with pytest.raises(WorkspaceError, match=r"imported since .*nothing was added twice"):
        take_labels(here, yours)
    assert len(here.labels.annotations()) == 6
    take_back_import(here, first.seq)
    assert take_labels(here, yours).seq, "what was taken back may come again"
