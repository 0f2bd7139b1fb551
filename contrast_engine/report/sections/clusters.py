"""The clusters in use: whether they are groups, and each with its pictures and differences."""

from collections.abc import Mapping

from contrast_engine.report.charts import Row, bars
from contrast_engine.report.document import Figure, Heading, Paragraph, Part, Pictures, Section
from contrast_engine.report.material import Material, lacking, number_words
from contrast_engine.views.input_checks import sentence
from contrast_engine.views.overview import Clusters, OverviewCluster
from contrast_engine.views.structure.cluster_card import ClusterCard, cluster_cards

NAME, TITLE = "clusters", "Clusters"
WORDS = "Images of similar contrast, and whether they are separate groups or regions of one whole."

MOST = 12
"""So many clusters are shown with pictures, the largest first."""

MOST_DIFFERENCES = 5


def clusters(material: Material) -> Section:
    """The clusters in use."""
    found = material.overview.clusters
    if found is None:
        return lacking(NAME, TITLE, WORDS, material.overview.absent["clusters"].reason)
    _, is_said, why = found.verdict.partition(": ")
    said = f"{found.headline}: {why}" if is_said and found.headline else found.verdict
    parts: list[Part] = [Paragraph(sentence(said), "lead")]
    if found.outdated:
        parts.append(Paragraph(found.outdated, "warning"))
    parts.append(Paragraph(f"Silhouette: {number_words(found.separation)}."))
    cards = {card.cluster: card for card in cluster_cards(material.workspace, found.key)}
    parts.append(_sizes(found, {number: card.mark.name for number, card in cards.items()}))
    for one in found.clusters[:MOST]:
        parts += _one(material, one, cards[one.cluster])
    if len(found.clusters) > MOST:
        rest = f"Shown with pictures: the {MOST} largest of {len(found.clusters):,} clusters."
        parts.append(Paragraph(rest, "note"))
    return Section(NAME, TITLE, WORDS, tuple(parts))


def _sizes(found: Clusters, names: Mapping[int, str]) -> Figure:
    rows = [
        Row(names[one.cluster], float(one.size), f"{one.size:,} ({one.share:.0%})", n=found.n,
            space=found.space, colour=one.colour)
        for one in found.clusters
    ]  # fmt: skip
    title = f"Images in each of {len(rows):,} clusters"
    left = f" {found.unassigned:,} belong to no cluster." if found.unassigned else ""
    caption = f"{title}; n = {found.n:,} images, clustered in {found.space}.{left}"
    return Figure(bars("clusters.sizes", title, rows, unit="images"), caption)


def _one(material: Material, one: OverviewCluster, card: ClusterCard) -> list[Part]:
    said = f"{one.words[:1].upper()}{one.words[1:]}".rstrip(".")
    parts: list[Part] = [
        Heading(card.mark.name),
        Paragraph(f"{said}. {one.size:,} images, {one.share:.0%} of the clustered. "
                  f"{card.stability}".strip()),
    ]  # fmt: skip
    if card.differences:
        told = "; ".join(f"{d.title} {d.words}" for d in card.differences[:MOST_DIFFERENCES])
        parts.append(Paragraph(f"Against all other images: {told}."))
    if card.inside:
        parts.append(Paragraph(f"Finer groups inside: {card.inside}."))
    pictures = material.pictures(one.medoids)
    if pictures:
        caption = f"{len(pictures)} of {one.size:,} images: the most typical first (medoids)."
        parts.append(Pictures(f"clusters.{one.cluster}", pictures, caption))
    return parts
