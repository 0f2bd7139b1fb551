"""The documents: links and anchors that lead somewhere, and code that cites nothing else."""

import re
from pathlib import Path

import pytest

from contrast_engine import docs
from contrast_engine.clusterings import clusterings
from contrast_engine.encoders import encoders
from contrast_engine.features import features
from contrast_engine.projections import projections
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.validation import checks

ROOT = Path(__file__).parents[1]
HOUSE = ("contrast_engine", "pages", "tests")
WRITTEN = (
    *(ROOT / "contrast_engine" / "docs").glob("*.md"),
    *ROOT.glob("*.md"),
    *ROOT.glob(".github/**/*.md"),
)
MISSING_FILE = "SCIENCE"  # a working paper that is no part of the repository


def sources(*endings: str) -> list[Path]:
    """Every file of the house with one of these endings, this one left out."""
    found = [path for part in HOUSE for ending in endings for path in (ROOT / part).rglob(ending)]
    return [path for path in found if path != Path(__file__)]


def anchors_of(markdown: str) -> list[str]:
    return [docs.anchor(title) for title in re.findall(r"^#{1,4} (.+)$", markdown, re.M)]


def test_no_file_cites_a_paper_that_is_not_in_the_repository() -> None:
    for path in [*sources("*.py", "*.js", "*.csv", "*.md"), *WRITTEN]:
        assert MISSING_FILE not in path.read_text(encoding="utf-8"), path.relative_to(ROOT)


def test_every_anchor_that_code_cites_is_a_heading() -> None:
    cited = 0
    for path in sources("*.py"):
        for document, at in re.findall(
            r"docs/([\w-]+)\.md(?:#([\w-]+))?", path.read_text(encoding="utf-8")
        ):
            cited += 1
            where = f"{path.relative_to(ROOT)}: docs/{document}.md#{at}"
            assert document in docs.DOCUMENTS, where
            assert not at or at in docs.anchors(document), where
    assert cited > 60


@pytest.mark.parametrize(
    "methods", [projections, clusterings, classifiers, encoders], ids=lambda found: found.noun
)
def test_every_method_cites_its_entry(methods) -> None:
    for name, method in methods.items():
        assert re.search(r"docs/methods\.md#[\w-]+", method.__doc__ or ""), name


def test_every_feature_and_every_check_has_an_entry() -> None:
    written = docs.text("methods")
    assert all(f"`{name}`" in written for name in features if not name.startswith("peli_"))
    assert all(f"Check `{name}`" in docs.text("validation") for name in checks)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        file, _, at = target.partition("#")
        where = (path.parent / file).resolve() if file else path
        assert where.exists(), f"{path.name}: {target}"
        if at:
            assert at in anchors_of(where.read_text(encoding="utf-8")), f"{path.name}: {target}"


@pytest.mark.parametrize("document", docs.DOCUMENTS)
def test_no_two_headings_of_a_document_share_an_anchor(document: str) -> None:
    known = docs.anchors(document)
    assert len(known) == len(set(known)), sorted(one for one in known if known.count(one) > 1)


@pytest.mark.parametrize("document", docs.DOCUMENTS)
def test_chapters_hold_all_of_a_document(document: str) -> None:
    found = docs.chapters(document)
    whole = re.sub(r"\s+", "", docs.text(document))
    parts = "".join(re.sub(r"\s+", "", one.title + one.text) for one in found)
    assert len(whole) - len(parts) <= 2 * len(found), "only the marks of headings are left out"
    assert {at for one in found for at in one.anchors} == set(docs.anchors(document))


def test_an_entry_is_cut_out_of_its_chapter() -> None:
    found = next(one for one in docs.chapters("methods") if one.anchor == "clusterings")
    entry, rest = found.entry("silhouette")
    assert entry.startswith("### Silhouette\n")
    assert entry.count("### ") == 1
    assert "### Silhouette" not in rest
    assert len(entry) + len(rest) > len(found.text) - 5
    assert found.entry("clusterings") == ("", found.text)


def test_anchors_are_those_of_github() -> None:
    assert docs.anchor("t-SNE map") == "t-sne-map"
    assert docs.anchor("What is not here?") == "what-is-not-here"
    assert docs.anchor("Bradley-Terry") == "bradley-terry"


def test_links_between_documents_become_links_of_the_app() -> None:
    def turned(markdown: str) -> str:
        return docs.in_app(markdown, "methods")

    assert turned("[a](validation.md)") == "[a](/methods?document=validation)"
    assert turned("[a](#silhouette)") == "[a](/methods?document=methods&at=silhouette)"
    assert turned("[a](validation.md#checks)") == "[a](/methods?document=validation&at=checks)"
    assert turned("[a](glossary.md#pca)") == "[a](/glossary?term=pca)"
    assert turned("[a](glossary.md)") == "[a](/glossary)"
    assert turned("[a](https://doi.org/10.1/x)") == "[a](https://doi.org/10.1/x)"


def test_an_unknown_document_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        docs.text("nothing")


def test_the_index_names_every_document() -> None:
    index = (ROOT / "contrast_engine" / "docs" / "README.md").read_text(encoding="utf-8")
    assert all(f"]({document}.md)" in index for document in docs.DOCUMENTS)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_doi_in_words_is_the_doi_of_its_link(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for said, linked in re.findall(r"\[(10\.[^\]]+)\]\(https://doi\.org/([^)]+)\)", text):
        assert linked.replace("%28", "(").replace("%29", ")") == said
