"""Features: what each is, how it is spread, and when it fails."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.features import features
from contrast_engine.validation.counterexamples import counterexamples, planted_sets
from pages.collection import collection_loaders, feature_card
from pages.common import controls, headings, inspector, navigation, plugins

VIEWS = {
    "cards": "Feature by feature",
    "together": "Correlations",
    "rivals": "Compared with other tools",
}
TERMS = {"together": "rank-correlation"}
FAMILIES = {
    "global": "Whole picture",
    "multiscale": "Several scales",
    "local": "Small windows",
    "frequency": "Frequencies",
    "colour": "Colour",
}
ADDED = "added"  # the family of the features of other packages, once there are any


if st.query_params.get("view") == "issues":  # where they were before they had a page of their own
    asked = {"issue": st.query_params["issue"]} if "issue" in st.query_params else {}
    st.switch_page("collection/issues.py", query_params=navigation.address(**asked))

headings.page(
    "Features",
    TERMS.get(st.query_params.get("view", ""), "feature"),
    "What is measured of every image: formula, unit, range, what it ignores and when not to trust "
    "it, with the images at both ends of your own collection.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "see what each feature says of them")

navigation.link("collection/issues.py", "What they find wrong: Issues")
view = controls.in_address(
    st.segmented_control,
    "View",
    list(VIEWS),
    "view",
    "cards",
    required=True,
    format_func=VIEWS.get,
    label_visibility="collapsed",
)
if view == "cards":
    added = collection_loaders.added(workspace)
    families = FAMILIES | ({ADDED: "Other packages"} if added else {})
    family = controls.in_address(
        st.segmented_control,
        "Features of",
        list(families),
        "family",
        "global",
        required=True,
        format_func=families.get,
    )
    plugins.left_out(features)
    if family == ADDED:
        cards = list(collection_loaders.added_cards(workspace))
        for one in added:
            st.caption(markdown(one.words))
    else:
        cards = [c for c in collection_loaders.cards(workspace) if c.feature.family == family]
        st.caption(f"Spread over the {state.measured:,} measured images, 1st to 99th percentile.")
    opened = None
    for first in range(0, len(cards), 2):
        for column, card in zip(st.columns(2), cards[first : first + 2], strict=False):
            with column:
                opened = feature_card.card(workspace, card) or opened
    if opened:
        inspector.dialog(workspace, opened)
elif view == "together":
    found = collection_loaders.correlations(workspace)
    st.caption(
        f"Spearman rank correlation of the {len(found.names)} features over {found.n:,} images, "
        "each as it was measured, before any scaling. Blue: same order; brown: opposite order."
    )
    feature_card.together(found)
else:
    st.caption(
        "Two pictures in which nothing differs, measured now. Contrast should be 0 or next to it; "
        "a single simple formula calls the first one extreme and the second one strong."
    )
    feature_card.rivals(counterexamples())
    st.caption(
        "Sets that flatter: rank correlation with the known factor by which contrast was changed. "
        "Where all references fill the range of code values, the range alone gives the factor away "
        "and beats every feature; where they do not, or one black and one white pixel "
        "are there, it does not. A high score on such a set proves nothing by itself."
    )
    feature_card.rivals(planted_sets())
