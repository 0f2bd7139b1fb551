"""The documentation that ships with the package, cut into chapters as the app shows it.

Every document is a markdown file of this folder that reads the same on GitHub. A heading is
addressed by its anchor, made the way GitHub makes it.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

DOCUMENTS = (
    "tutorial",
    "methods",
    "validation",
    "data-formats",
    "plugins",
    "in-use",
    "deployment",
    "benchmarks",
    "glossary",
)
"""The documents in the order in which one would read them."""

_HEADING = re.compile(r"^(#{1,4}) (.+)$", re.M)
_LINK = re.compile(r"\]\(([\w-]*)(?:\.md)?(?:#([\w-]+))?\)")


@dataclass(frozen=True)
class Chapter:
    """One chapter of a document.

    Args:
        title: Its heading.
        anchor: What addresses it.
        text: The markdown below the heading, its own headings included.
    """

    title: str
    anchor: str
    text: str

    @property
    def anchors(self) -> tuple[str, ...]:
        """Every address that leads into this chapter, its own first."""
        return (self.anchor, *(anchor(title) for _, title in _HEADING.findall(self.text)))

    def entry(self, at: str) -> tuple[str, str]:
        """The entry of that anchor and the rest of the chapter; "" and all where there is none."""
        parts = re.split(r"^(?=### )", self.text, flags=re.M)
        own = [anchor(part.partition("\n")[0].removeprefix("### ")) == at for part in parts]
        found = "".join(part for part, is_own in zip(parts, own, strict=True) if is_own)
        rest = "".join(part for part, is_own in zip(parts, own, strict=True) if not is_own)
        return found.strip(), rest.strip()


@cache
def text(document: str) -> str:
    """The markdown of one document.

    Raises:
        KeyError: There is no such document.
    """
    if document not in DOCUMENTS:
        raise KeyError(document)
    return (files(__name__) / f"{document}.md").read_text(encoding="utf-8")


@cache
def chapters(document: str) -> tuple[Chapter, ...]:
    """The chapters of a document; what stands before the first is one of the document's title."""
    parts = re.split(r"^##? (.+)\n", text(document), flags=re.M)[1:]
    found = zip(parts[::2], parts[1::2], strict=True)
    return tuple(Chapter(title, anchor(title), body.strip()) for title, body in found)


@cache
def anchors(document: str) -> tuple[str, ...]:
    """The anchor of every heading of a document, in order."""
    return tuple(anchor(title) for _, title in _HEADING.findall(text(document)))


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def in_app(markdown: str, here: str) -> str:
    """Markdown whose links between documents lead to pages of the app.

    Args:
        markdown: As it stands in a file.
        here: The document it is from.
    """

    def turned(link: re.Match[str]) -> str:
        document, heading = link[1] or here, link[2] or ""
        if document not in DOCUMENTS:
            return link[0]
        if document == "glossary":
            return f"](/glossary?term={heading})" if heading else "](/glossary)"
        at = f"&at={heading}" if heading else ""
        return f"](/methods?document={document}{at})"

    return _LINK.sub(turned, markdown)
