"""The methods behind the results in use, each in plain words and with its source."""

import re
from collections.abc import Iterator

from contrast_engine import docs, glossary
from contrast_engine.clusterings import clusterings
from contrast_engine.features import features
from contrast_engine.projections import projections
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.report.document import Heading, Link, Paragraph, Part, Section, Table, Words
from contrast_engine.report.material import Material, linked
from contrast_engine.store.workspace import Workspace

NAME, TITLE = "methods", "Methods and sources"
WORDS = "Which methods made these results, and who found them."

BEHIND = {
    "features": ("linear-light", "analysis-size", "core-features", "quantile-scaling"),
    "maps": ("trustworthiness-and-continuity",),
    "clusterings": ("silhouette", "null-reference", "valleys-between-clusters", "representatives",
                    "describing-a-group"),
    "predictions": ("cross-validation", "accuracy-and-kappa", "abstaining", "promise",
                    "reliability", "learning-curve"),
    "reports": ("cluster-stability", "shortcuts-of-labels", "wilson-interval", "cluster-bootstrap",
                "random-numbers"),
}  # fmt: skip
"""What is used wherever there is a result of a kind, by its anchor in the document of methods."""

_ANCHOR = re.compile(r"docs/methods\.md#([\w-]+)")
_SOURCE = re.compile(r"\*Sources?\.\*\s*(.+?)(?=\n\n|\s\*[A-Z][a-z ]+\.\*|\Z)", re.DOTALL)
_DOI = re.compile(r"https://doi\.org/[^)\s]+")


def methods(material: Material) -> Section:
    """The methods of the results in use."""
    parts: list[Part] = [
        Paragraph(
            "Definitions, formulae and deviations are in the document of methods that comes with "
            "the program (the page Methods, or docs/methods.md)."
        )
    ]
    for title, anchors in _groups(material.workspace):
        rows = tuple(row for row in map(_row, dict.fromkeys(anchors)) if row)
        if rows:
            parts += [Heading(title), Table(title, ("Method", "In plain words", "Source"), rows)]
    return Section(NAME, TITLE, WORDS, tuple(parts))


def _groups(workspace: Workspace) -> Iterator[tuple[str, list[str]]]:
    measured = workspace.current("features")
    if measured:
        yield "Reading and spaces", list(BEHIND["features"])
        columns = workspace.load(measured).columns
        known = (features.get(name) for name in columns)
        yield "Features", [a for one in known if one for a in _ANCHOR.findall(one.doc)]
    yield "Results", [*_of_results(workspace)]
    if workspace.current("reports"):
        yield "Evidence", list(BEHIND["reports"])


def _of_results(workspace: Workspace) -> Iterator[str]:
    for kind, registry in (
        ("maps", projections), ("clusterings", clusterings), ("predictions", classifiers),
    ):  # fmt: skip
        key = workspace.current(kind)
        if key is None:
            continue
        method = registry.get(str(workspace.manifest(key).recipe.get("method")))
        yield from _ANCHOR.findall((method.__doc__ if method else "") or "")
        yield from BEHIND[kind]


def _row(anchor: str) -> tuple[Words, ...] | None:
    """A method's name, its plain sentence, and who found it; None for one that has no entry."""
    for chapter in docs.chapters("methods"):
        text, _ = chapter.entry(anchor)
        if text:
            title, _, body = text.removeprefix("### ").partition("\n")
            return title, _plain(anchor, body), _source(body)
    return None


def _plain(anchor: str, body: str) -> str:
    """The sentence of the glossary, which needs no formula; else the first without one."""
    known = glossary.terms().get(anchor)
    if known:
        return known.sentence
    sentences = re.split(r"(?<=\.)\s+", " ".join(body.strip().split()))
    return next((one for one in sentences if "$" not in one and len(one) > 20), "")


def _source(body: str) -> tuple[str | Link, ...] | str:
    found = _SOURCE.search(body)
    if found is None:
        return "Own form" if "Own " in body or "own choice" in body else "See the methods"
    return linked(found[1].strip())


def dois(document_rows: tuple[tuple[Words, ...], ...]) -> set[str]:
    """Every DOI that rows of methods lead to."""
    return {
        part.to
        for row in document_rows
        for cell in row
        if isinstance(cell, tuple)
        for part in cell
        if isinstance(part, Link) and _DOI.match(part.to)
    }
