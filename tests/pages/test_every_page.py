"""Every page at every stage of a collection: it says what it is for and what to do next."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"
# every page of the navigation, so that a new one is tested without being listed here
CALLED = dict(
    re.findall(r'st\.Page\("([a-z_/]+\.py)", title="([^"]+)"', SHELL.read_text(encoding="utf-8"))
)
PAGES = tuple(CALLED)
OF_A_COLLECTION = tuple(page for page in PAGES if not page.startswith("help/"))
STAGES = ("empty", "scanned", "measured", "clustered", "labelled", "trained", "validated")


def words(app: AppTest) -> str:
    """Everything a person can read on a page."""
    parts = [*app.markdown, *app.caption, *app.info, *app.error, *app.success, *app.subheader]
    return "\n".join(str(part.value) for part in parts)


WITH_SOMETHING_TO_SHOW = [
    (page, stage) for page in PAGES for stage in STAGES
    if page not in OF_A_COLLECTION[1:] or stage not in ("empty", "scanned")
]  # fmt: skip
"""The rest leads to where it starts, and is opened by the test of that."""


@pytest.mark.parametrize(
    ("page", "stage"),
    [
        pytest.param(page, stage, marks=[] if stage == STAGES[-1] else pytest.mark.slow)
        for page, stage in WITH_SOMETHING_TO_SHOW
    ],
)
def test_a_page_never_fails_and_says_what_it_is_for(page, stage, at_stage, visit) -> None:
    at_stage(stage)
    says_what_it_is_for(visit(page), page)


def says_what_it_is_for(app: AppTest, page: str) -> None:
    assert not app.exception, [e.message for e in app.exception]
    assert [title.value for title in app.title] == [CALLED[page]], "what the navigation calls it"
    assert len(app.caption[0].value) > 60, "the first line under the title says what it is for"
    assert not app.error, [e.value for e in app.error]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "stage", "next_thing"),
    [
        (page, stage, next_thing)
        for page in OF_A_COLLECTION[1:]
        for stage, next_thing in (("empty", "Add"), ("scanned", "Measure"))
        if (page, stage) != ("collection/gallery.py", "scanned")  # it shows the images already
    ],
)
def test_a_page_that_has_nothing_to_show_leads_to_where_it_starts(
    page, stage, next_thing, at_stage, visit
) -> None:
    at_stage(stage)
    app = visit(page)
    says_what_it_is_for(app, page)
    (button,) = app.button
    assert button.label.startswith(next_thing)
    app = button.click().run()
    assert app.title[0].value == "Images"


@pytest.mark.slow
@pytest.mark.parametrize("page", OF_A_COLLECTION)
def test_without_a_workspace_every_page_says_how_to_open_one(page, monkeypatch, visit) -> None:
    monkeypatch.delenv("CONTRAST_WORKSPACE", raising=False)
    app = visit(page)
    assert not app.exception
    assert "collection" in words(app).lower()
    assert app.button


def test_every_part_that_is_drawn_by_itself_says_in_its_place_what_cannot_be_read() -> None:
    found = 0
    for file in SHELL.parent.rglob("*.py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if line.startswith(("@st.fragment", "@st.dialog")):
                found += 1
                assert lines[number + 1] == "@faults.boundary", f"{file.name}:{number + 1}"
    assert found > 5
