"""The menu: few entries, every page reached, every step of the work leads to a page."""

import re
from pathlib import Path

import pytest

from contrast_engine.store.recent import recent_collections, remember_collection
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.journey import PAGES as OF_STEPS
from contrast_engine.views.collection.running import WORDS
from pages.common import navigation
from pages.frame.keys import KEYS
from pages.frame.menu import MENU, marks

SHELL = (Path(__file__).parents[1] / "pages" / "_shell.py").read_text("utf-8")
SHOWN = dict(re.findall(r'st\.Page\("([^"]+)", title="[^"]+", url_path="([^"]+)"\)', SHELL))
TITLES = dict(re.findall(r'st\.Page\("([^"]+)", title="([^"]+)"', SHELL))
HELP = {navigation.GLOSSARY, navigation.METHODS}
TABS = {navigation.WHATIF}
"""A second address of a page that has both as tabs."""
BY_BUTTON = {navigation.PRESENT}
"""What covers the window, and is begun by a button of the overview."""


def test_ten_entries_at_most_lead_to_every_page_once() -> None:
    assert len(MENU) <= 10
    reached = [name for entry in MENU for name, _ in entry.tabs]
    assert len(reached) == len(set(reached))
    assert set(reached) | HELP | TABS | BY_BUTTON == set(SHOWN)


def test_every_page_has_its_address_and_its_tab_the_name_of_its_title() -> None:
    assert {name: address for address, name in navigation.PAGES.items()} == SHOWN
    assert {name: title for entry in MENU for name, title in entry.tabs} == {
        name: title for name, title in TITLES.items() if name not in HELP | TABS | BY_BUTTON
    }


def test_every_step_and_every_job_leads_to_a_page() -> None:
    assert set(OF_STEPS.values()) <= set(navigation.PAGES)
    assert {page for _, page in WORDS.values()} <= set(navigation.PAGES)
    assert set(KEYS) <= set(navigation.PAGES)


@pytest.mark.parametrize("page", SHOWN)
def test_one_page_and_at_most_its_entry_are_marked(page: str) -> None:
    found = marks(page)
    assert [where for where, how in found.items() if how == "page"] == [SHOWN[page]]
    assert len(found) <= 2


def test_collections_opened_before_are_offered_newest_first_while_they_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    roots = [Workspace(tmp_path / f"{name}.contrast").root for name in ("one", "two", "three")]
    for root in (*roots, roots[0]):
        remember_collection(root)
    assert recent_collections() == (roots[0], roots[2], roots[1])
    (roots[2] / "workspace.json").unlink()
    assert recent_collections() == (roots[0], roots[1])
    (tmp_path / "data" / "contrast" / "recent.json").write_text("damaged", encoding="utf-8")
    assert recent_collections() == ()
