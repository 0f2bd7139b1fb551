"""Headings and numbers of every page: each leads to its entry in the glossary."""

import re

import pytest

from contrast_engine import glossary
from tests.pages.test_every_page import PAGES

LINK = re.compile(r"\[Glossary:\xa0[^\]]+\]\(/glossary\?term=([a-z0-9-]+)\)$")
OURS = [page for page in PAGES if not page.startswith("help/")]


@pytest.mark.parametrize("page", OURS)
def test_every_heading_and_number_leads_to_its_glossary_entry(page, at_stage, visit) -> None:
    at_stage("validated")
    app = visit(page)
    linked = [found[1] for c in app.caption if (found := LINK.search(c.value))]
    assert len(linked) >= len(app.title) + len(app.subheader)
    assert set(linked) <= set(glossary.terms())
    sentences = [one.sentence for one in glossary.terms().values()]
    for number in app.metric:
        explained = any(sentence in number.proto.help for sentence in sentences)
        assert not explained or LINK.search(number.proto.help), number.label
        assert explained or number.label == "Missing", number.label
