"""What each role may change in a workspace, asked at the bottom where it is written."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contrast_engine import access
from contrast_engine.access import Act, Person, Role, as_name
from contrast_engine.errors import ContrastError, NotAllowed, OptionError
from contrast_engine.jobs import JobRunner
from contrast_engine.steps.collection.keep_dropped import keep_dropped
from contrast_engine.steps.models.live_model import record_update
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.folder_browser import look_into
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.views.input_checks import typed_path

ONE, OTHER = "0123456789abcdef", "fedcba9876543210"

VIEWER, ANNOTATOR, OWNER, GONE = (
    Person("Ada", role, is_known=True)
    for role in (Role.VIEWER, Role.ANNOTATOR, Role.OWNER, Role.NOBODY)
)

Try = Callable[[Workspace], object]

LABELLING: dict[str, Try] = {
    "label": lambda w: w.labels.add([ONE], "high", "Ada"),
    "unsure": lambda w: w.labels.unsure([ONE], "Ada"),
    "undo": lambda w: w.labels.undo("Ada"),
    "redo": lambda w: w.labels.redo("Ada"),
    "compare": lambda w: w.comparisons.add(ONE, OTHER, "left", "Ada"),
    "undo a comparison": lambda w: w.comparisons.undo("Ada"),
    "update of the live model": lambda w: record_update(w, {"labels": 1}, "state"),
}
OWNING: dict[str, Try] = {
    "run a step": lambda w: JobRunner(w).submit("measure"),
    "cancel a job": lambda w: JobRunner(w).cancel("0123456789abcdef"),
    "define labels": lambda w: w.labels.define(["a", "b"], who="Ada"),
    "import labels": lambda w: w.labels.take([], "Ada", {}),
    "take back an import": lambda w: w.labels.take_back_import(1, "Ada"),
    "import comparisons": lambda w: w.comparisons.take([]),
    "withdraw comparisons": lambda w: w.comparisons.withdraw("Bob", "Ada"),
    "give comparisons back": lambda w: w.comparisons.give_back("Bob", "Ada"),
    "forget a model": lambda w: w.models.forget("0123456789abcdef"),
    "pause a training": lambda w: TrainingRun(w.root, "0123456789abcdef").ask("pause"),
    "let a training go on": lambda w: TrainingRun(w.root, "0123456789abcdef").ask("go"),
    "name a cluster": lambda w: w.labels.name_cluster("k", 1, "dark", "Ada"),
    "take back a name": lambda w: w.labels.undo_name("k", "Ada"),
    "edit clusters": lambda w: w.edits.append("clusters", "Ada", {}),
    "save a selection": lambda w: w.selections.save("mine", [ONE], "Ada"),
    "delete a selection": lambda w: w.selections.delete("mine", "Ada"),
    "save files": lambda w: w.save_files([]),
    "open places that a stranger names": lambda w: w.trust_roots(["/photographs"]),
    "add a source": lambda w: w.add_roots(["/photographs"]),
    "write a file": lambda w: write_bytes(w.root / "anything", b""),
    "keep dropped files": lambda w: keep_dropped(w, []),
    "look through folders": lambda w: look_into(w.root, [w.root]),
    "name a path": lambda w: typed_path("/etc/passwd"),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    home = Workspace(tmp_path / "one.contrast")
    home.labels.define(["low", "high"])
    yield home
    home.close()


def state(workspace: Workspace) -> dict[str, bytes]:
    """Everything on the disk."""
    workspace.close()
    files = (path for path in workspace.root.rglob("*") if path.is_file())
    return {str(path.relative_to(workspace.root)): path.read_bytes() for path in files}


@pytest.mark.parametrize("person", [VIEWER, GONE], ids=["viewer", "nobody"])
@pytest.mark.parametrize("what", [*LABELLING, *OWNING])
def test_a_viewer_and_nobody_change_nothing(
    workspace: Workspace, person: Person, what: str
) -> None:
    before = state(workspace)
    with access.on_behalf_of(person), pytest.raises(NotAllowed):
        (LABELLING | OWNING)[what](workspace)
    assert state(workspace) == before


@pytest.mark.parametrize("what", OWNING)
def test_an_annotator_changes_nothing_that_is_everybodys(workspace: Workspace, what: str) -> None:
    before = state(workspace)
    with access.on_behalf_of(ANNOTATOR), pytest.raises(NotAllowed, match="as an annotator"):
        OWNING[what](workspace)
    assert state(workspace) == before


@pytest.mark.parametrize("person", [ANNOTATOR, OWNER], ids=["annotator", "owner"])
@pytest.mark.parametrize("what", LABELLING)
def test_annotators_and_owners_label(workspace: Workspace, person: Person, what: str) -> None:
    with access.on_behalf_of(person):
        LABELLING[what](workspace)


@pytest.mark.parametrize("what", [what for what in OWNING if what != "run a step"])
def test_an_owner_is_refused_by_nothing_but_what_is_wrong(workspace: Workspace, what: str) -> None:
    with access.on_behalf_of(OWNER):
        try:
            OWNING[what](workspace)
        except NotAllowed:
            pytest.fail("an owner may do all")
        except ContrastError:
            pass  # there is no such job, selection or import


def test_an_annotator_gives_the_labels_there_are_and_no_other(workspace: Workspace) -> None:
    with access.on_behalf_of(ANNOTATOR):
        with pytest.raises(NotAllowed, match="'higher' is no label of this collection"):
            workspace.labels.add([ONE], "higher", "Ada")
        workspace.labels.add([ONE], "high", "Ada")
    with access.on_behalf_of(OWNER):
        workspace.labels.add([ONE], "higher", "Ada")


@pytest.mark.parametrize("person", [ANNOTATOR, OWNER], ids=["annotator", "owner"])
def test_nobody_labels_under_the_name_of_another(workspace: Workspace, person: Person) -> None:
    with access.on_behalf_of(person):
        for act in (
            lambda: workspace.labels.add([ONE], "high", "Bob"),
            lambda: workspace.labels.unsure([ONE], "Bob"),
            lambda: workspace.labels.undo("Bob"),
            lambda: workspace.comparisons.add(ONE, OTHER, "tie", "Bob"),
        ):
            with pytest.raises(NotAllowed, match="their own name"):
                act()
    assert not workspace.labels.history()


def test_who_looks_may_keep_what_is_selected_for_the_address(workspace: Workspace) -> None:
    with access.on_behalf_of(VIEWER):
        key = workspace.selections.put([ONE])
        assert ONE in workspace.selections.images(key)


def test_a_command_is_asked_nothing(workspace: Workspace) -> None:
    assert access.acting() is None
    workspace.labels.add([ONE], "high", "anybody")
    assert not workspace.is_read_only


def test_what_only_labels_are_saved_in_is_read_only_to_who_labels(workspace: Workspace) -> None:
    for person, is_read_only in ((VIEWER, True), (ANNOTATOR, True), (OWNER, False)):
        with access.on_behalf_of(person):
            assert workspace.is_read_only is is_read_only


def test_one_act_may_write_more_than_one_file_and_no_more_after_it(workspace: Workspace) -> None:
    with access.on_behalf_of(ANNOTATOR):
        with access.doing(Act.LABEL):
            write_bytes(workspace.root / "beside", b"1")
        with pytest.raises(NotAllowed):
            write_bytes(workspace.root / "beside", b"2")
        with pytest.raises(NotAllowed), access.doing(Act.CHANGE):
            write_bytes(workspace.root / "beside", b"3")
    assert (workspace.root / "beside").read_bytes() == b"1"


def test_every_act_takes_a_role_and_owners_may_do_all() -> None:
    assert all(OWNER.may(act) and not GONE.may(act) for act in Act)
    assert [act for act in Act if VIEWER.may(act)] == [Act.LOOK]
    assert [act for act in Act if ANNOTATOR.may(act)] == [Act.LOOK, Act.LABEL]


@pytest.mark.parametrize(
    "name", ["", "  ", "a" * 61, "a\x00b", "a\u202eb", "a\u200bb", "\ud800", "simulated A"]
)
def test_a_name_is_text_that_is_seen(name: str) -> None:
    with pytest.raises(OptionError):
        as_name(name)


@pytest.mark.parametrize(
    "sign", ["\ufe0f", "\U000e0100", "\u034f", "\u115f", "\u3164", "\uffa0", "\u2800", "\u180b"]
)
def test_no_name_has_signs_that_leave_no_trace(sign: str) -> None:
    for name in (sign, f"Ada{sign}", f"A{sign}da"):
        with pytest.raises(OptionError, match="seen"):
            as_name(name)


def test_a_name_is_one_line_and_stays_as_it_is_written() -> None:
    assert as_name("  Ada\n Lovelace ") == "Ada Lovelace"
    assert as_name("<b>**Ada**</b>") == "<b>**Ada**</b>"


def test_a_role_has_a_word() -> None:
    assert [Role.of(word) for word in ("viewer", " Annotator ", "OWNER")] == [1, 2, 3]
    for word in ("nobody", "admin", ""):
        with pytest.raises(OptionError, match="viewer, annotator, owner"):
            Role.of(word)
