"""Every page as a viewer and as an annotator sees it: whole, and nothing written by looking."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contrast_engine import access
from contrast_engine.access import Person, Role
from pages.common import navigation
from tests.pages.conftest import ADDRESSES, Open, Visit

Log = Callable[[Role], None]


@pytest.fixture
def log_in() -> Iterator[Log]:
    """Have every page be that of somebody of a role."""

    def begin(role: Role) -> None:
        access.judge(lambda: Person("Vera", role, is_known=True))

    yield begin
    access.judge(None)


def content(root: Path) -> dict[str, bytes]:
    """Every file but the locks and what belongs to the logs of SQLite."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in (".lock",) and "-wal" not in path.name
        and "-shm" not in path.name and path.name != "team.sqlite"
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR], ids=["viewer", "annotator"])
@pytest.mark.parametrize("page", sorted(ADDRESSES))
def test_a_page_is_whole_and_nothing_is_written_by_looking(
    at_stage: Open, visit: Visit, log_in: Log, page: str, role: Role
) -> None:
    workspace = at_stage("validated")
    workspace.close()
    before = content(workspace.root)
    log_in(role)
    app = visit(page, who="")
    assert not app.exception, app.exception
    assert not [error.value for error in app.error if "logged in" in error.value]
    assert content(workspace.root) == before


@pytest.mark.parametrize(
    "page",
    [
        navigation.COLLECTION, navigation.CLUSTERS, navigation.MODEL, navigation.ENCODERS,
        navigation.VALIDATE,
    ],
)  # fmt: skip
def test_what_a_viewer_may_not_do_is_closed_and_says_why(
    at_stage: Open, visit: Visit, log_in: Log, page: str
) -> None:
    at_stage("validated")
    log_in(Role.VIEWER)
    app = visit(page, who="")
    closed = [one for one in app.button if one.disabled and "Only an owner" in (one.help or "")]
    said = [one.value for one in app.caption if "Only an owner" in one.value]
    assert closed or said


def test_a_viewer_is_not_asked_for_a_name_and_is_told_who_labels(
    at_stage: Open, visit: Visit, log_in: Log
) -> None:
    at_stage("labelled")
    log_in(Role.VIEWER)
    app = visit(navigation.LABEL, who="")
    assert not app.text_input
    assert any("Only annotators and owners can label" in one.value for one in app.caption)


def test_an_address_gives_nobody_the_name_of_another(
    at_stage: Open, visit: Visit, log_in: Log
) -> None:
    workspace = at_stage("labelled")
    log_in(Role.ANNOTATOR)
    image = next(iter(workspace.images.ids))
    app = visit(navigation.INSPECT, who="Mallory", image=str(image))
    next(one for one in app.button if one.label == "high").click().run()
    assert workspace.labels.history()[-1].who == "Vera"
    assert not app.exception


def test_a_viewer_is_led_to_no_work_that_is_not_theirs(
    at_stage: Open, visit: Visit, log_in: Log
) -> None:
    at_stage("clustered")
    log_in(Role.VIEWER)
    app = visit(navigation.MODEL, who="")
    assert "Label images" not in [one.label for one in app.button]
    assert any("Next for annotators: label images" in one.value for one in app.caption)
    app = visit(navigation.AGREEMENT, who="")
    assert not any("You labelled" in one.value for one in app.markdown)
    app = visit(navigation.LABEL, who="")
    assert any("Next for an owner: name the labels" in one.value for one in app.caption)


def test_what_is_closed_can_be_read_and_has_a_lock(
    at_stage: Open, visit: Visit, log_in: Log
) -> None:
    at_stage("clustered")
    log_in(Role.VIEWER)
    app = visit(navigation.VALIDATE, who="")
    closed = [one for one in app.button if "Only an owner" in (one.help or "")]
    assert closed
    assert {one.proto.icon for one in closed} == {":material/lock:"}
