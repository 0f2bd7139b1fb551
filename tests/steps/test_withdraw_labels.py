"""All labels of one person withdrawn as a whole, and given back as a whole."""

from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.errors import UnknownName
from contrast_engine.store import Workspace
from contrast_engine.store.label_imports import NewAnnotation
from contrast_engine.vectors import ImageId

IDS = [ImageId(f"{n:016x}") for n in range(8)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Ada labelled six images and Bob some of them, before and after her."""
    made = Workspace(tmp_path / "w.contrast")
    labels = made.labels
    labels.define(["low", "high"])
    labels.add(IDS[:1], "high", "bob")
    labels.add(IDS[:4], "low", "ada", "chosen by hand")
    labels.unsure(IDS[4:5], "ada")
    labels.add(IDS[5:6], "low", "ada")
    labels.undo("ada")
    labels.add(IDS[1:2], "high", "bob")
    made.comparisons.add(IDS[0], IDS[1], "left", "ada")
    made.comparisons.add(IDS[0], IDS[2], "left", "bob")
    return made


def state(workspace: Workspace) -> tuple[object, ...]:
    """All that reads of the labels and comparisons give, by a reader that knows nothing yet."""
    fresh = Workspace(workspace.root)
    found = [
        (
            {image: (one.label, one.who) for image, one in reader.labels.current().items()},
            {who: dict(own) for who, own in reader.labels.by_person().items()},
            reader.labels.label_set(),
            [(one.who, one.left, one.right) for one in reader.comparisons.all()],
        )
        for reader in (workspace, fresh)
    ]
    assert found[0] == found[1], "what is kept in memory is what is on the disk"
    return found[0]


def test_nothing_of_the_person_counts_and_all_of_the_others_does(workspace: Workspace) -> None:
    rows = len(workspace.labels.history())
    done = steps.withdraw_labels(workspace, "ada", who="olga")
    assert done.labels is not None
    assert (done.labels.annotations, done.labels.images, done.comparisons) == (2, 5, 1)
    assert workspace.labels.by_person() == {"bob": {IDS[0]: "high", IDS[1]: "high"}}
    current = {image: label.who for image, label in workspace.labels.current().items()}
    assert current == {IDS[0]: "bob", IDS[1]: "bob"}, "what Ada had said over Bob counts no more"
    assert [one.who for one in workspace.comparisons.all()] == ["bob"]
    history = workspace.labels.history()
    assert len(history) == rows, "nothing is deleted"
    assert all(one.is_undone for one in history if one.who == "ada")
    (kept,) = workspace.labels.withdrawals()
    assert (kept.person, kept.who, kept.is_undone) == ("ada", "olga", False)


def test_given_back_it_is_as_if_it_had_never_been(workspace: Workspace) -> None:
    before = state(workspace)
    for _ in range(3):
        steps.withdraw_labels(workspace, "ada")
        assert state(workspace) != before
        back = steps.give_back_labels(workspace, "ada")
        assert (back.counting, back.comparisons) == (2, 1)
        assert state(workspace) == before
    assert [one.is_undone for one in workspace.labels.withdrawals()] == [True] * 3
    with pytest.raises(UnknownName, match="nothing of 'ada' is withdrawn"):
        steps.give_back_labels(workspace, "ada")


def test_withdrawn_twice_is_withdrawn_once(workspace: Workspace) -> None:
    steps.withdraw_labels(workspace, "ada")
    version = workspace.labels.version()
    again = steps.withdraw_labels(workspace, "ada")
    assert (again.labels, again.comparisons) == (None, 0)
    assert workspace.labels.version() == version
    assert len(workspace.labels.withdrawals()) == 1


def test_what_is_said_after_it_counts_and_stays_apart(workspace: Workspace) -> None:
    steps.withdraw_labels(workspace, "ada")
    assert workspace.labels.undo("ada") is None, "what was withdrawn is not undone once more"
    assert workspace.labels.redo("ada") == (IDS[5],), "what she had undone before comes again"
    workspace.labels.add(IDS[7:], "high", "ada")
    assert workspace.labels.by_person()["ada"] == {IDS[5]: "low", IDS[7]: "high"}
    steps.give_back_labels(workspace, "ada")
    assert set(workspace.labels.by_person()["ada"]) == {*IDS[:6], IDS[7]}


def test_imported_labels_are_withdrawn_too_and_an_import_taken_back_stays_so(
    workspace: Workspace,
) -> None:
    before = workspace.labels.by_person()["ada"]
    new = [NewAnnotation((IDS[6],), "low", False, "ada", "2026-01-01T00:00:00+00:00", "")]
    body = {"file": "a.csv", "format": "table", "digest": "d", "annotations": 1, "images": 1}
    seq = workspace.labels.take(new, "olga", body)
    plan = steps.planned_withdrawal(workspace, "ada")
    assert (plan.annotations, plan.imported) == (3, 1)
    steps.withdraw_labels(workspace, "ada")
    assert "ada" not in workspace.labels.by_person()
    assert workspace.labels.take_back_import(seq) == 0
    assert steps.give_back_labels(workspace, "ada").counting == 2
    assert workspace.labels.by_person()["ada"] == before, "without the import"


def test_what_it_would_do_is_told_before(workspace: Workspace) -> None:
    plan = steps.planned_withdrawal(workspace, "ada")
    assert (plan.annotations, plan.images, plan.comparisons) == (2, 5, 1)
    assert plan.left == 2, "two images that only Ada labelled"
    assert plan.changed == 2, "two that were disputed between the two are not any more"
    assert not plan.learnt
    assert not plan.is_nothing
    version = workspace.labels.version()
    steps.withdraw_labels(workspace, "ada")
    assert steps.planned_withdrawal(workspace, "ada").is_nothing
    assert version < workspace.labels.version()


def test_a_name_that_nobody_has_is_refused_with_those_there_are(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match=r"nobody called 'adda' .* there are: ada, bob"):
        steps.withdraw_labels(workspace, "adda")
