"""Help: every term and every chapter, found by address, with or without a collection."""

import re

import pytest

from contrast_engine import docs
from contrast_engine.glossary import terms

GLOSSARY, METHODS = "help/glossary.py", "help/methods.py"


@pytest.fixture(autouse=True)
def _without_a_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTRAST_WORKSPACE", raising=False)


def names(app) -> list[str]:
    """The terms on the page, from top to bottom."""
    text = "\n".join(str(part.value) for part in app.markdown)
    return re.findall(r"^### (.+)$", text, re.M)


def test_the_glossary_shows_every_term_in_order(visit) -> None:
    app = visit(GLOSSARY)
    assert not app.exception
    assert names(app) == [one.name for one in terms().values()]
    assert "term" not in app.query_params


def test_an_address_leads_to_its_term_first_and_keeps_the_others(visit) -> None:
    app = visit(GLOSSARY, term="silhouette")
    assert not app.exception
    assert names(app)[0] == "Silhouette"
    assert sorted(names(app)) == sorted(one.name for one in terms().values())
    assert app.query_params["term"] in ("silhouette", ["silhouette"])
    assert "/methods?document=methods&at=silhouette" in app.markdown[0].value


def test_a_search_filters_and_says_where_nothing_is_found(visit) -> None:
    app = visit(GLOSSARY)
    app.text_input[0].set_value("ARI").run()
    assert names(app)[0] == "Adjusted Rand"
    assert app.query_params["term"] in ("ARI", ["ARI"])
    app.text_input[0].set_value("xyzzy").run()
    assert "xyzzy" in app.info[0].value
    assert len(names(app)) == len(terms())
    app.text_input[0].set_value("").run()
    assert "term" not in app.query_params


@pytest.mark.slow
@pytest.mark.parametrize("document", ["methods", "validation", "data-formats", "benchmarks"])
def test_every_chapter_of_a_document_can_be_chosen(document, visit) -> None:
    app = visit(METHODS, document=document)
    assert not app.exception
    found = docs.chapters(document)
    assert list(app.selectbox[0].options) == [one.title for one in found]
    app.selectbox[0].set_value(found[-1].anchor).run()
    assert app.header[0].value == found[-1].title
    assert app.query_params["chapter"] in (found[-1].anchor, [found[-1].anchor])


@pytest.mark.slow
def test_an_address_of_an_entry_opens_its_chapter(visit) -> None:
    app = visit(METHODS, document="methods", at="silhouette")
    assert app.header[0].value == "Clusterings"
    assert app.markdown[0].value.startswith("### Silhouette"), "the entry itself comes first"
    assert "### k-means" in app.markdown[1].value
    app.selectbox[0].set_value("projections").run()
    assert app.header[0].value == "Projections"
    assert "at" not in app.query_params


@pytest.mark.slow
def test_links_on_help_pages_lead_to_pages_of_the_app(visit) -> None:
    for document in ("methods", "validation"):
        written = [docs.in_app(one.entry("")[1], document) for one in docs.chapters(document)]
        second = docs.chapters(document)[1].anchor
        app = visit(METHODS, document=document, chapter=second)
        shown = [str(part.value) for part in app.markdown]
        assert written[1] in shown, "the page shows what is looked at here"
        for text in (*written, *shown):
            for target in re.findall(r"\]\(([^)]+)\)", text):
                assert re.match(r"https://|/glossary|/methods\?document=", target), target
