"""Labels: which, by whom, and whether those who gave them mean the same."""

from collections import Counter

from contrast_engine.report.charts import Row, bars
from contrast_engine.report.document import (
    Figure,
    Heading,
    Paragraph,
    Part,
    Pictures,
    Section,
    Table,
)
from contrast_engine.report.material import Material, lacking, number_words
from contrast_engine.simulated import is_simulated
from contrast_engine.views.labels.annotator_agreement import agreement_card
from contrast_engine.views.overview import GivenLabel, Labels

NAME, TITLE = "labels", "Labels and annotators"
WORDS = "What people said of images, who said it, and how far they agree."

MOST_DISPUTED = 12


def labels(material: Material) -> Section:
    """The labels and their annotators."""
    found = material.overview.labels
    if found is None:
        return lacking(NAME, TITLE, WORDS, material.overview.absent["labels"].reason)
    parts: list[Part] = [Paragraph(found.sentence, "lead")]
    if found.is_simulated:
        parts.append(Paragraph(
            f"The labels are by {found.by}: a simulated annotator is a program that labels by what "
            "is known of the sample photographs. No number below says anything of people.",
            "warning",
        ))  # fmt: skip
    parts += [_given(found), Heading("Annotators"), _annotators(material), *_agreement(material)]
    return Section(NAME, TITLE, WORDS, tuple(parts))


def _given(found: Labels) -> Figure:
    rows = [
        Row(one.label, float(one.given), _carried(one, is_model=found.learnt > 0),
            n=found.labelled, space="labelled images")
        for one in found.kinds
    ]  # fmt: skip
    title = "Labels given"
    more = f" Carried on by the model: coverage {number_words(found.coverage)}."
    caption = (
        f"{title}: {found.labelled:,} images by {found.by}"
        + (f"; {found.disputed:,} of them are disputed and in no bar" if found.disputed else "")
        + "."
        + (more if found.coverage else "")
    )
    return Figure(bars("labels.given", title, rows, unit="labelled images"), caption)


def _carried(one: GivenLabel, *, is_model: bool) -> str:
    return f"{one.given:,}, carried to {one.carried:,}" if is_model else f"{one.given:,}"


def _annotators(material: Material) -> Table:
    rows = []
    known = {label: k for k, label in enumerate(material.workspace.labels.label_set().labels)}

    def place(label: str) -> tuple[int, str]:
        return known.get(label, len(known)), label

    for who, said in material.workspace.labels.by_person().items():
        counts = Counter(label or "could not tell" for label in said.values())
        told = ", ".join(f"{label} {counts[label]:,}" for label in sorted(counts, key=place))
        kind = "a program" if is_simulated(who) else "a person"
        rows.append((who, kind, f"{len(said):,}", told))
    given = material.workspace.labels.current().values()
    names = Counter(label.label for label in given if not label.is_judged)
    if names:
        told = ", ".join(f"{label} {n:,}" for label, n in sorted(names.items()))
        rows.append(("names of clusters", "a rule", f"{names.total():,}", told))
    columns = ("Annotator", "Is", "Images", "Labels")
    return Table("Annotators", columns, tuple(sorted(rows)), frozenset({2}))


def _agreement(material: Material) -> list[Part]:
    card = agreement_card(material.workspace)
    parts: list[Part] = [Heading("Agreement"), Paragraph(card.verdict)]
    if card.alpha:
        rows: list[tuple[str, str, str]] = [
            ("Krippendorff's alpha", card.alpha, f"{card.interval}; 1 is perfect, 0 is chance")
        ]
        if card.kappa_name:
            rests = "95% interval in brackets, on the images that all of them labelled"
            name = f"Kappa ({card.kappa_name})"
            rows.append((name, card.kappa, f"{rests}; 1 is perfect, 0 is chance"))
        parts.append(Table("Agreement", ("Measure", "Value", "Rests on"), tuple(rows)))
    if card.consensus_rule:
        parts.append(Paragraph(f"What a model learns from: {card.consensus_rule}"))
    if card.unsure:
        parts.append(Paragraph(f"{card.unsure}."))
    if card.disputed:
        said = dict(card.disputed)
        pictures = material.pictures(list(said)[:MOST_DISPUTED], lambda image: said[image])
        caption = (
            f"{len(pictures):,} of {len(said):,} images that annotators label differently, the "
            "most disputed first."
        )
        parts.append(Pictures("labels.disputed", pictures, caption))
    return parts
