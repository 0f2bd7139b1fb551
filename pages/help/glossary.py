"""Glossary: the words of this program, found by name, synonym or sentence."""

import streamlit as st

from contrast_engine import docs, glossary
from contrast_engine.as_written import markdown
from pages.common import address, open_workspace

WORDS = "glossary.words"
TERM = "term"

st.title("Glossary")
st.caption(
    "The words of this program in the sense the field gives them: one sentence each, other names "
    "for the same thing, and where it is met."
)
open_workspace.opened()  # keeps the collection in the address, where there is one


def entries(terms: tuple[glossary.Term, ...]) -> str:
    """The terms as markdown, each with a link to its method where there is one."""
    return "\n\n".join(f"### {one.name}\n\n{one.sentence}\n\n{facts(one)}" for one in terms)


def facts(one: glossary.Term) -> str:
    """Other names, where it is met, and how it is computed, as a list."""
    lines = [f"- Also: {', '.join(one.synonyms)}"] if one.synonyms else []
    lines.append(f"- Where: {one.where}")
    if one.slug in docs.anchors("methods"):
        lines.append(docs.in_app(f"- Computed: [Methods](methods.md#{one.slug})", "glossary"))
    return "\n".join(lines)


if address.follows(TERM) or WORDS not in st.session_state:
    asked = st.query_params.get(TERM, "")
    st.session_state[WORDS] = glossary.terms()[asked].name if asked in glossary.terms() else asked
words = st.text_input(
    "Find a term", key=WORDS, placeholder="a name, another name, or a word of the sentence",
    width=480,
).strip()  # fmt: skip
found = glossary.matching(words)
address.say(TERM, (glossary.slug_of(words) or words) if words else None)

with st.container(key="reading", width=760):
    if words and found:
        with st.container(border=True):
            st.markdown(entries(found[:1]))
        st.markdown(entries(found[1:]))
    elif words:
        st.info(f"No term is called or described by “{markdown(words)}”. All terms are below.")
    rest = tuple(one for one in glossary.terms().values() if not words or one not in found)
    st.header(f"{'Other' if found and words else 'All'} terms ({len(rest)})")
    st.markdown(entries(rest))
