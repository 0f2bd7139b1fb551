"""The model card: what it learnt from, how good it is, and when it may be believed."""

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.calibration import direction, optimism_words
from contrast_engine.pseudo_labels.promise import promise_words
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.report.charts import Row, ranges
from contrast_engine.report.document import Figure, Heading, Paragraph, Part, Section, Table
from contrast_engine.report.material import Material, lacking
from contrast_engine.views.models.model_card import ModelCard, model_card

NAME, TITLE = "model", "Model card"
BELOW = "Share of its answers that are wrong, as promised; in words below."
WORDS = "From a few labels to a label for every image, or none where the model does not know."


def model(material: Material) -> Section:
    """The model in use."""
    workspace = material.workspace
    measured = workspace.current("features")
    ids = set(workspace.load(measured).ids) if measured else set()
    card = model_card(workspace, ids)
    if card.key is None:
        reason = card.needs or "No model is trained yet; `contrast pseudo-label` trains one."
        return lacking(NAME, TITLE, WORDS, reason)
    details = workspace.manifest(card.key).details
    parts: list[Part] = [Paragraph(card.space, "lead")]
    if material.overview.labels and material.overview.labels.is_simulated:
        by = material.overview.labels.by
        parts.append(Paragraph(f"It has learnt from labels by {by}.", "warning"))
    if card.is_stale:
        parts.append(Paragraph("The labels have changed since it was trained.", "warning"))
    if card.badge:
        parts.append(Paragraph(f"{card.badge.capitalize()}: {card.badge_words}", "warning"))
    parts += [_metrics(card), Paragraph(card.baselines), *_believed(details), *_curve(details)]
    return Section(NAME, TITLE, WORDS, tuple(parts))


def _metrics(card: ModelCard) -> Table:
    rows = tuple(
        (one.title, one.value, one.words, BELOW if one.title == "Wrong answers" else one.help)
        for one in card.metrics
    )
    return Table("Metrics of the model", ("Metric", "Value", "Rests on", "Means"), rows)


def _believed(details: Json) -> list[Part]:
    """How far its probabilities can be believed."""
    if "calibration" not in details:
        return []
    found, judged = details["calibration"], details["cross_validated"]
    rows = []
    for one in found["bins"]:
        low, high = wilson(one["accuracy"] * one["n"], one["n"])
        words = f"right {one['accuracy']:.0%} ({low:.0%} to {high:.0%}), n = {one['n']:.2g}"
        rows.append(Row(f"said {one['probability']:.0%}", one["accuracy"], words, low, high,
                        one["probability"], round(one["n"]), "held-out labels"))  # fmt: skip
    title = "How often it is right, by the probability that it states"
    caption = (
        f"{title}; 95% intervals, dashed: the stated probability. On average one is "
        f"{found['ece']:.0%} away from the other (expected calibration error, n = {judged['n']:,} "
        "held-out labels)."
    )
    said = " ".join(filter(None, (direction(found), optimism_words(details.get("optimism")))))
    return [
        Heading("When it may be believed"),
        Paragraph(promise_words(details)),
        Figure(ranges("model.reliability", title, rows, unit="share of right answers"), caption),
        Paragraph(said),
    ]


def _curve(details: Json) -> list[Part]:
    if not details.get("curve"):
        return []
    chance = details["cross_validated"]["chance"]
    rows = [
        Row(f"{one['labels']:,} labels", one["accuracy"],
            f"{one['accuracy']:.0%} ({one['low']:.0%} to {one['high']:.0%})", one["low"],
            one["high"], chance, one["labels"], "the labels not learnt from")
        for one in details["curve"]
    ]  # fmt: skip
    title = "Accuracy by the number of labels learnt from"
    caption = (
        f"{title}: labels drawn at random, tested on the others; 95% intervals. Dashed: always "
        f"saying the most frequent label, {chance:.0%}."
    )
    chart = ranges("model.curve", title, rows, unit="accuracy")
    return [Heading("Do more labels help"), Figure(chart, caption)]
