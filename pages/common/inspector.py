"""One image, large: what it is, where it stands in the collection, and its labels."""

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from contrast_engine.as_written import html, markdown
from contrast_engine.server import Urls
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_overview import number, profile
from contrast_engine.views.labels.annotator_agreement import consensus_words
from contrast_engine.views.structure.cluster_marks import cluster_marks
from contrast_engine.views.structure.placing import placed_as
from pages.common import faults, label_buttons, loaders, navigation, taking_out
from pages.components import feature_values

TABLE_HEIGHT = 330


@st.dialog("Image", width="large")
@faults.boundary
def dialog(workspace: Workspace, image: ImageId) -> None:
    """Draw an image with all that is known about it, over the page."""
    show(workspace, image, on_gone=lambda: None)  # drawn again, the page would close it


def show(
    workspace: Workspace,
    image: ImageId,
    *,
    on_close: Callable[[], None] | None = None,
    on_label: Callable[[], None] = lambda: None,
    on_gone: Callable[[], None] = st.rerun,
    is_on_map: bool = False,
    takes_back: bool = True,
) -> None:
    """Draw an image with its name, its values beside the collection's, and its labels.

    Args:
        workspace: The open workspace.
        image: The image; one that is no longer in the collection is said to be gone.
        on_close: What a button that closes it does; None draws no such button.
        on_label: Called when it was labelled here.
        on_gone: Called when it was taken out of the collection here, or put back.
        is_on_map: The map is beside it already.
        takes_back: Whether labels are taken back here too.
    """
    if image not in workspace.images:
        taking_out.gone(workspace, image, "inspector.back", on_gone)
        if on_close:
            st.button("Close", key="inspector.close", type="tertiary", on_click=on_close)
        return
    picture(workspace, image)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        navigation.link(navigation.INSPECT, "Look closely", image=image)
        navigation.link(navigation.WHATIF, "What if", image=image)
        if not is_on_map:
            navigation.link(navigation.MAP, "On the map", image=image)
        navigation.link(navigation.SIMILAR, "Similar", view="like", image=image)
        if on_close:
            st.button("Close", key="inspector.close", type="tertiary", on_click=on_close)
    facts(workspace, image)
    judged(workspace, image)
    label_buttons.bar(workspace, (image,), "inspector.label", on_label, takes_back=takes_back)
    features(workspace, image)
    taking_out.button(workspace, image, "inspector.out", on_gone)


def picture(workspace: Workspace, image: ImageId) -> None:
    """Draw an image large, as a link to its full size."""
    address = Urls(workspace.id).image.replace("{id}", image)
    name = file_name(workspace.images.facts(image).path)
    full = html("image?" + urlencode(navigation.address(image=image, full="1")))
    st.html(
        f'<a href="{full}" target="_blank" title="Open at full size in a new tab">'
        f"{_framed(address, name)}</a>"
    )


def drawn(png: bytes, alt: str) -> None:
    """Draw a PNG as large as `picture` draws the image itself, so that they lie side by side."""
    st.html(_framed(f"data:image/png;base64,{b64encode(png).decode()}", alt))


def _framed(address: str, alt: str) -> str:
    return (
        f'<img src="{address}" alt="{html(alt)}" '
        'style="width:100%;height:38vh;object-fit:contain;background:var(--surround);display:block;">'
    )


def facts(workspace: Workspace, image: ImageId) -> None:
    """Say the name, the size and the folder of an image."""
    row = workspace.images.facts(image)
    name = file_name(row.path)
    folder = row.path.removesuffix(name).rstrip("/\\")
    missing = " · the file is no longer there" if row.missing else ""
    st.markdown(f"**{markdown(name)}**")
    st.caption(
        f"{row.width:,} × {row.height:,} pixels · {row.bytes / 1024:,.0f} kB{missing}  \n"
        f"{markdown(folder)}"
    )


def judged(workspace: Workspace, image: ImageId) -> None:
    """Say its cluster, its label and its prediction in one line each, where there is one."""
    lines = []
    clustered, predicted = workspace.current("clusterings"), workspace.current("predictions")
    if clustered:
        cluster = loaders.clustering(workspace, clustered).of.get(image)
        mark = None if cluster is None else cluster_marks(workspace, clustered).get(cluster)
        if mark is not None:
            name = markdown(mark.name)
            lines.append(f"Cluster: {name}" if mark.is_named else name)
    label = workspace.labels.current().get(image)
    if label:
        why = f" ({markdown(label.why)})" if label.why else ""
        lines.append(f"Label: {markdown(label.label)}, given by {markdown(label.who)}{why}")
        lines += [markdown(words) for words in consensus_words(workspace, image)]
    if predicted:
        lines += _predicted(workspace, predicted, image)
    for kind, what in (("maps", "On the map"), ("clusterings", "Among the clusters")):
        used = workspace.current(kind)
        if used and (said := placed_as(workspace, used, image)):
            lines.append(f"{what}: {said}")
    st.markdown("  \n".join(lines) or "No cluster, label or prediction yet.")


def _predicted(workspace: Workspace, key: str, image: ImageId) -> list[str]:
    predictions = loaders.predictions(workspace, key)
    row = predictions.rows.get(image)
    if row is None:
        return []
    doubt = ", but the model abstains" if predictions.abstains[row] else ""
    chance = f"{predictions.confidence[row]:.0%} probability"
    return [f"Predicted: {markdown(predictions.label[row])}, {chance}{doubt}"]


def features(workspace: Workspace, image: ImageId, height: int = TABLE_HEIGHT) -> None:
    """Draw every feature of an image with its percentile in the collection."""
    vectors = loaders.measured(workspace)
    if vectors is None or image not in vectors.rows:
        st.caption("This image is not measured yet.")
        return
    known = [vectors, *(loaders.vectors(workspace, key) for key in loaders.attributes(workspace))]
    rows = [
        (r.title, number(r.value, r.unit), r.percentile)
        for table in known
        if image in table.rows
        for r in profile(table, image)
    ]
    name = file_name(workspace.images.facts(image).path)
    feature_values.show(rows, key="inspector.features", height=height, n=len(vectors), of=name)
