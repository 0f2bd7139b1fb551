"""Every page at every stage of a collection: it says what it is for and what to do next.

Where everything is there, it also writes nothing and leads to the glossary.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import glossary

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"
# every page of the navigation, so that a new one is tested without being listed here
CALLED = dict(
    re.findall(r'st\.Page\("([a-z_/]+\.py)", title="([^"]+)"', SHELL.read_text(encoding="utf-8"))
)
PAGES = tuple(CALLED)
TITLES = CALLED | {"image/what_if.py": "Image"}
"""Of each page what the navigation calls it; What if is a tab of the page of one image."""
OF_A_COLLECTION = tuple(page for page in PAGES if not page.startswith("help/"))
STAGES = ("empty", "scanned", "measured", "clustered", "labelled", "trained", "validated")


def words(app: AppTest) -> str:
    """Everything a person can read on a page."""
    parts = [*app.markdown, *app.caption, *app.info, *app.error, *app.success, *app.subheader]
    return "\n".join(str(part.value) for part in parts)


ON_THE_WAY = [
    (page, stage) for page in OF_A_COLLECTION for stage in STAGES[:-1]
    if page == OF_A_COLLECTION[0] or stage not in ("empty", "scanned")
]  # fmt: skip
"""The rest leads to where it starts, and is opened by the test of that; help is of no collection."""

LINK = re.compile(r"\[Glossary:\xa0[^\]]+\]\(/glossary\?term=([a-z0-9-]+)\)$")


@pytest.mark.slow
@pytest.mark.parametrize(("page", "stage"), ON_THE_WAY)
def test_a_page_never_fails_and_says_what_it_is_for(page, stage, at_stage, visit) -> None:
    at_stage(stage)
    says_what_it_is_for(visit(page), page)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_all_there_is_never_fails_writes_nothing_and_leads_to_the_glossary(
    page, at_stage, visit
) -> None:
    workspace = at_stage(STAGES[-1])
    before = on_disk(workspace.root)
    app = visit(page)
    says_what_it_is_for(app, page)
    assert changed(before, on_disk(workspace.root)) == []
    if page in OF_A_COLLECTION:
        every_heading_and_number_leads_to_its_glossary_entry(app)


def on_disk(root: Path) -> dict[str, object]:
    """The bytes of every file of a workspace, and the rows of its databases.

    Who is at a page now is told to others, and is no part of what is kept.
    """
    found: dict[str, object] = {}
    kept = (p for p in root.rglob("*") if p.is_file() and not p.name.startswith("team.sqlite"))
    for path in sorted(kept):
        if path.suffix == ".sqlite":
            with closing(sqlite3.connect(path)) as connection:
                found[path.name] = list(connection.iterdump())
        elif not path.name.endswith(("-wal", "-shm")):
            found[str(path.relative_to(root))] = path.read_bytes()
    return found


def changed(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """What was written since, by its name."""
    return [name for name in after if after[name] != before.get(name)]


def every_heading_and_number_leads_to_its_glossary_entry(app: AppTest) -> None:
    linked = [found[1] for c in app.caption if (found := LINK.search(c.value))]
    assert len(linked) >= len(app.title) + len(app.subheader)
    assert set(linked) <= set(glossary.terms())
    sentences = [one.sentence for one in glossary.terms().values()]
    for number in app.metric:
        explained = any(sentence in number.proto.help for sentence in sentences)
        assert not explained or LINK.search(number.proto.help), number.label
        assert explained or number.label == "Missing", number.label


def says_what_it_is_for(app: AppTest, page: str) -> None:
    assert not app.exception, [e.message for e in app.exception]
    assert [title.value for title in app.title] == [TITLES[page]]
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
    assert app.title[0].value == "Collection"


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
