"""What each feature is and says: its card, and how far it agrees with the others."""

import streamlit as st

from contrast_engine.as_written import html, markdown
from contrast_engine.figures.correlations import heat_map
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.counterexamples import Counterexample, PlantedSet
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_cards import TWINS, FeatureCard, FeatureCorrelations
from contrast_engine.views.collection.feature_overview import feature_title, number
from pages.common import thumbnails
from pages.components import figure

STYLE = """<style>
.spread { display: flex; align-items: flex-end; gap: 1px; height: 46px; }
.spread i { flex: 1; background: currentColor; opacity: 0.5; min-height: 1px; }
.ends { display: flex; justify-content: space-between; font-size: 0.78rem; opacity: 0.75; }
.ends, .facts { font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: 7.2rem 1fr; gap: 0.15rem 0.6rem; }
.facts { font-size: 0.86rem; margin: 0 !important; padding: 0 !important; }
.facts dt { opacity: 0.65; padding: 0; } .facts dd { margin: 0; padding: 0; }
</style>"""
SIZE = 50
"""Eight fit side by side in a card on a window 1280 pixels wide."""


def card(workspace: Workspace, found: FeatureCard) -> ImageId | None:
    """Draw one feature; gives the image that was clicked, once."""
    known, spread = found.feature, found.overview
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{markdown(feature_title(known.name))}**")
        st.caption(markdown(found.what))
        if known.formula:
            st.latex(known.formula)
        st.html(f"{STYLE}{_facts(found)}")
        st.html(_spread(found))
        opened = None
        for end, images in (("Lowest", found.lowest), ("Highest", found.highest)):
            if images:
                st.caption(f"{end}, the most extreme first")
                events = thumbnails.show(
                    workspace,
                    key=f"{end}.{known.name}",
                    ids=[image for image, _ in images],
                    captions=dict(images),
                    size=SIZE,
                )
                opened = events.opened or opened
        if spread.low == spread.high:
            st.caption("It hardly varies in this collection.")
    return opened


def together(found: FeatureCorrelations) -> None:
    """Draw the rank correlations of all features, and name those that say the same."""
    titles = [feature_title(name) for name in found.names]
    figure.show(
        heat_map(found.rho, found.names, titles),
        key="features.together",
        height=760,
        label=f"Rank correlations of {len(titles)} features on {found.n} images",
    )
    if found.twins:
        pairs = markdown(", ".join(f"{a} and {b} ({rho:+.2f})" for a, b, rho in found.twins))
        st.caption(f"These order the images nearly alike (at least {TWINS:g} either way): {pairs}.")


def rivals(found: tuple[Counterexample, ...] | tuple[PlantedSet, ...]) -> None:
    """Draw what others' formulas and ours say, a column for each counterexample."""
    names = {**found[0].theirs, **found[0].ours}
    rows = []
    for name in names:
        is_ours = name in found[0].ours
        values = {one.name: {**one.theirs, **one.ours}[name] for one in found}
        rows.append(
            {"Feature": feature_title(name) if is_ours else name}
            | {"Whose": "this engine" if is_ours else "other tools"}
            | {picture: number(value) for picture, value in values.items()}
        )
    st.dataframe(rows, hide_index=True, height="content")


def _facts(found: FeatureCard) -> str:
    known = found.feature
    facts = {
        "Unit": found.overview.unit,
        "Range": found.range,
        "More means": known.direction,
        "Unchanged by": found.unchanged_by,
        "Fails": known.fails,
        "Source": found.source,
        "Differs": known.deviates,
        "Used for": found.used_for,
    }
    rows = "".join(f"<dt>{k}</dt><dd>{html(v)}</dd>" for k, v in facts.items() if v)
    return f"<dl class='facts'>{rows}</dl>"


def _spread(found: FeatureCard) -> str:
    spread = found.overview
    most = max(spread.counts)
    bars = "".join(f"<i style='height:{100 * n / most:.0f}%'></i>" for n in spread.counts)
    ends = (("5%", spread.low), ("median", spread.median), ("95%", spread.high))
    words = "".join(f"<span>{name} {number(value)}</span>" for name, value in ends)
    label = html(f"Spread of {spread.title} over {spread.n} images")
    return (
        f"<div class='spread' role='img' aria-label=\"{label}\">{bars}</div>"
        f"<div class='ends'>{words}</div>"
    )
