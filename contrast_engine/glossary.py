"""The terms of the program, read from the glossary that ships with it."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from contrast_engine import docs
from contrast_engine.errors import UnknownName

_LONGEST = 200
"""Characters of a sentence at most: it is also a tooltip."""

_ENTRY = re.compile(
    r"\A(?P<sentence>[^\n]+)\n\n(?:- Also: (?P<also>[^\n]+)\n)?- Where: (?P<where>[^\n]+)\Z"
)


@dataclass(frozen=True)
class Term:
    """One entry of the glossary.

    Args:
        slug: What addresses it, such as "rms-contrast".
        name: How it is written.
        sentence: What it is, in one plain sentence.
        synonyms: Other names for the same thing.
        where: Where it is met, as markdown: pages in *italics*, commands as `code`.
    """

    slug: str
    name: str
    sentence: str
    synonyms: tuple[str, ...]
    where: str


@cache
def terms() -> Mapping[str, Term]:
    """Every term by its slug, in alphabetical order of the names.

    Raises:
        ValueError: An entry of the glossary is malformed; the message names it.
    """
    return parsed(docs.text("glossary"))


def term(slug: str) -> Term:
    """The entry of one term.

    Raises:
        UnknownName: There is no such term; the message names one that is spelt alike.
    """
    known = terms()
    if slug not in known:
        near = difflib.get_close_matches(slug, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnknownName(f"no term {slug!r} in the glossary{hint}")
    return known[slug]


def slug_of(words: str) -> str | None:
    """The slug of the term that these words name, by its name or slug; None for any others."""
    slug = docs.anchor(words)
    return slug if slug in terms() else None


def matching(words: str) -> tuple[Term, ...]:
    """The terms that some words name or describe, the closest first; all for no words.

    A term of that very name comes before those that have it as a synonym, in their name, and in
    their sentence.
    """
    sought = words.strip().casefold()
    if not sought:
        return tuple(terms().values())
    ranked = ((_closeness(one, sought), one) for one in terms().values())
    found = sorted(((rank, one) for rank, one in ranked if rank is not None), key=lambda f: f[0])
    return tuple(one for _, one in found)


def _closeness(one: Term, sought: str) -> int | None:
    synonyms = [other.casefold() for other in one.synonyms]
    tests = (
        sought in (one.name.casefold(), one.slug),
        sought in synonyms,
        sought in one.name.casefold(),
        any(sought in other for other in synonyms),
        sought in one.sentence.casefold(),
    )
    return next((rank for rank, is_so in enumerate(tests) if is_so), None)


def parsed(markdown: str) -> Mapping[str, Term]:
    """The terms of a glossary's markdown by slug.

    Raises:
        ValueError: An entry is malformed, or two have one name.
    """
    parts = re.split(r"^### (.+)\n", markdown, flags=re.M)[1:]
    found: dict[str, Term] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        one = _entry(name.strip(), body.strip())
        if one.slug in found:
            raise ValueError(f"glossary: {name!r} stands there twice")
        found[one.slug] = one
    by_name = sorted(found.values(), key=lambda one: one.name.casefold())
    return MappingProxyType({one.slug: one for one in by_name})


def _entry(name: str, body: str) -> Term:
    match = _ENTRY.match(body)
    if match is None:
        raise ValueError(
            f"glossary: {name!r} must be a sentence, a line '- Also: ...' if it has synonyms, and"
            " a line '- Where: ...'"
        )
    sentence, also = match["sentence"], match["also"] or ""
    if not sentence.endswith(".") or ". " in sentence or len(sentence) > _LONGEST:
        raise ValueError(
            f"glossary: {name!r} needs one sentence of at most {_LONGEST} characters, ending in '.'"
        )
    synonyms = tuple(part.strip() for part in also.split(",") if part.strip())
    return Term(docs.anchor(name), name, sentence, synonyms, match["where"])
