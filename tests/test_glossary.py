"""The glossary: whole, one sentence a term, and nothing in it that is not there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contrast_engine import docs
from contrast_engine.errors import UnknownName
from contrast_engine.glossary import Term, matching, parsed, slug_of, term, terms

ROOT = Path(__file__).parents[1]

PROMISED = """
feature rms-contrast dynamic-range entropy gcf local-contrast spectral-slope chroma
band-limited-contrast quantile-scaling workspace image-id collection thumbnail problem issue
projection pca tsne umap trustworthiness continuity false-neighbours missing-neighbours embedding
space principal-axes loadings explained-variance effective-rank clustering k-means
hierarchical-clustering dendrogram hdbscan gaussian-mixture silhouette davies-bouldin
null-reference stability adjusted-rand jaccard representative contingency outlier isolation-forest
mahalanobis-distance duplicate similar-images lasso-selection selection perturbation ladder
decision-boundary trajectory label label-set annotator annotation-queue most-informative
random-sample abstain consensus-label dawid-skene krippendorff-alpha cohen-kappa ranking
bradley-terry pseudo-label classifier live-model accuracy confusion-matrix calibration
conformal-set coverage cross-validation learning-curve encoder vae contrastive-learning vicreg
pretext-task hybrid-encoder augmentation-view reconstruction kl-term checkpoint collapse
sensitivity shortcut validation finding rank-correlation confidence-interval mos export seed drift
"""
"""What headings and metrics of the app link to."""


def test_every_term_that_the_app_links_to_has_an_entry() -> None:
    assert set(PROMISED.split()) <= set(terms())


@pytest.mark.parametrize("one", terms().values(), ids=terms())
def test_a_term_is_one_sentence_that_fits_a_tooltip(one: Term) -> None:
    assert one.sentence.endswith(".")
    assert not re.search(r"[.!?] ", one.sentence)
    assert 20 < len(one.sentence) <= 200
    assert one.sentence[0].isupper()


def test_terms_are_in_alphabetical_order_and_named_once() -> None:
    names = [one.name.casefold() for one in terms().values()]
    assert names == sorted(set(names))
    written = [title.casefold() for title in re.findall(r"^### (.+)$", docs.text("glossary"), re.M)]
    assert written == sorted(written), "the file too, since it is read on GitHub"


def test_no_synonym_is_the_name_of_another_term() -> None:
    names = {one.name.casefold(): one.slug for one in terms().values()}
    for one in terms().values():
        assert all(names.get(other.casefold(), one.slug) == one.slug for other in one.synonyms)


def test_where_names_pages_and_commands_that_exist() -> None:
    shell = (ROOT / "pages" / "_shell.py").read_text(encoding="utf-8")
    pages = set(re.findall(r'title="([^"]+)"', shell))
    listed = subprocess.run(
        [sys.executable, "-m", "contrast_engine", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for one in terms().values():
        named = re.findall(r"\*([^*]+)\*", one.where)
        commands = re.findall(r"`contrast ([\w-]+)`", one.where)
        assert named or commands, one.slug
        assert set(named) <= pages, (one.slug, named)
        for command in commands:
            assert re.search(rf"^  {command} +[A-Z]", listed, re.M), (one.slug, command)


def test_an_unknown_term_is_told_with_one_that_is_spelt_alike() -> None:
    assert term("rms-contrast").name == "RMS contrast"
    with pytest.raises(UnknownName, match="did you mean 'silhouette'"):
        term("silhouete")
    with pytest.raises(UnknownName, match=r"no term 'xyzzy' in the glossary$"):
        term("xyzzy")


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("### A\n\nIt is one.\n", "'A' must be a sentence"),
        ("### A\n\nIt is one\n\n- Where: *Map*\n", "'A' needs one sentence"),
        ("### A\n\nIt is. And more.\n\n- Where: *Map*\n", "'A' needs one sentence"),
        (f"### A\n\n{'x' * 201}.\n\n- Where: *Map*\n", "'A' needs one sentence"),
        ("### A\n\nIt is one.\n\n- Where: *Map*\n" * 2, "'A' stands there twice"),
    ],
)
def test_a_malformed_entry_is_named(entry: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parsed(entry)


def test_an_entry_may_have_no_synonyms() -> None:
    (found,) = parsed("### Two words\n\nIt is one.\n\n- Where: *Map*\n").values()
    assert found == Term("two-words", "Two words", "It is one.", (), "*Map*")


def test_words_find_names_before_synonyms_before_sentences() -> None:
    found = [one.slug for one in matching("Feature")]
    assert found[0] == "feature"
    assert "rank-correlation" not in found
    assert [one.slug for one in matching("t-SNE")] == ["tsne"]
    assert matching("ARI")[0].slug == "adjusted-rand"
    assert matching("") == tuple(terms().values())
    assert matching("no such words at all") == ()
    assert (slug_of("RMS contrast"), slug_of("rms-contrast"), slug_of("x")) == (
        "rms-contrast", "rms-contrast", None,
    )  # fmt: skip
