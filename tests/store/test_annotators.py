import pytest

from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.store import Workspace
from contrast_engine.views.labels.annotator_names import known_names, spelled


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "one.contrast")


@pytest.mark.parametrize("again", ["anna", "Anna", " ANNA ", "anna "])
def test_a_name_of_one_browser_is_another_one_only_once_they_say_so(workspace, again) -> None:
    names = workspace.annotators
    assert names.take("anna", "first browser")
    assert not names.take(again, "second browser"), "that would be two people under one name"
    assert (names.name_of("first browser"), names.name_of("second browser")) == ("anna", "")
    assert names.take(spelled(workspace, again), "second browser", is_sure=True)
    assert names.name_of("second browser") == "anna"
    assert Workspace(workspace.root).annotators.name_of("second browser") == "anna"


def test_a_browser_changes_its_name_and_back_unasked(workspace) -> None:
    names = workspace.annotators
    assert all(names.take(name, "first") for name in ("anna", "Bob", "anna"))
    assert names.name_of("first") == "anna"
    assert not names.take("bob", "second"), "he labelled in the first browser"


def test_the_names_of_before_are_known_and_free(workspace) -> None:
    image = "0123456789abcdef"
    workspace.labels.define(["low", "high"])
    workspace.labels.add([image], "low", "me")
    workspace.comparisons.add(image, "f" * 16, "left", "Zoë")
    workspace.annotators.take("anna", "first")
    assert known_names(workspace) == ("anna", "me", "Zoë")
    assert spelled(workspace, "zoe\u0308 ") == "Zoë"
    assert workspace.annotators.take("me", "second")
    assert not workspace.annotators.take("me", "third")


@pytest.mark.parametrize("name", ["", "  \n", "x" * 61])
def test_no_name_and_a_very_long_one_are_refused(workspace, name) -> None:
    with pytest.raises(OptionError):
        workspace.annotators.take(name, "first")
    assert workspace.annotators.names() == ()


def test_the_number_of_a_browser_is_not_in_the_folder(workspace) -> None:
    workspace.annotators.take("anna", "c0ffee" * 6)
    assert "c0ffee" not in workspace.annotators.path.read_text("utf-8")


def test_a_damaged_file_is_said_and_not_begun_anew(workspace) -> None:
    workspace.annotators.path.write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="damaged"):
        workspace.annotators.take("anna", "first")


def test_no_person_takes_the_name_of_a_simulated_annotator(workspace) -> None:
    workspace.labels.add(["0123456789abcdef"], "low", "simulated A")
    assert known_names(workspace) == (), "nobody is offered a name that they cannot take"
    with pytest.raises(OptionError, match="say another name"):
        spelled(workspace, "Simulated A")
    with pytest.raises(OptionError, match="say another name"):
        workspace.annotators.take("simulated A", "first")
    assert workspace.annotators.names() == ()
