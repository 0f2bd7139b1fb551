"""A model trained again, in words and tables: what would change, and what is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.results import Predictions
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.monitoring.candidates import Candidate, looked_at
from contrast_engine.steps.monitoring.compare import Change, changes
from contrast_engine.steps.monitoring.retrain import old_predictions
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

KINDS = {
    "features": "the features", "embeddings": "the embedding", "maps": "the map",
    "clusterings": "the clusters", "edits": "edited clusters",
}  # fmt: skip


@dataclass(frozen=True)
class ChangedLabel:
    """An image whose predicted label would be another one, with its file."""

    change: Change
    path: str

    @property
    def words(self) -> str:
        """Both labels with their probabilities."""
        one = self.change
        return (
            f"{one.before} {one.probability_before:.0%} \N{RIGHTWARDS ARROW} "
            f"{one.after} {one.probability_after:.0%}"
        )

    @property
    def name(self) -> str:
        """The name of its file."""
        return Path(self.path).name


def changed_labels(workspace: Workspace, candidate: Candidate) -> tuple[ChangedLabel, ...]:
    """Every image whose predicted label the candidate would change, the surest changes first."""
    record = candidate.record
    with looked_at(workspace, candidate.id) as view:
        before = old_predictions(workspace, view, record)
        after: Predictions = view.load(record["after"]["predictions"])
        paths, old = view.images.paths, frozenset(workspace.load(record["before"]["features"]).ids)
        new = [image for image in before.ids if image not in old]
        found = changes(before, after, consensus_labels(workspace).of, new)
    return tuple(ChangedLabel(one, paths.get(one.id, one.id)) for one in found)


def change_rows(found: Iterable[ChangedLabel]) -> list[Json]:
    """The changes as rows of a JSON document or a table."""
    names = (
        "before", "probability_before", "after", "probability_after", "abstained", "abstains",
        "given", "is_new",
    )  # fmt: skip
    return [
        {"id": one.change.id, "path": one.path, **{n: getattr(one.change, n) for n in names}}
        for one in found
    ]


def new_images(workspace: Workspace, candidate: Candidate) -> tuple[ImageId, ...]:
    """The images that a candidate would add to the collection."""
    with looked_at(workspace, candidate.id) as view:
        made = view.load(candidate.record["after"]["features"])
    old = frozenset(workspace.load(candidate.record["before"]["features"]).ids)
    return tuple(image for image in made.ids if image not in old)


def score_words(record: Json) -> list[str]:
    """Accuracy and kappa on held-out labels, before and after, with intervals and n."""
    before, after = record["scores"]["before"], record["scores"]["after"]
    kappa = "kappa, quadratic weights" if record["is_ordered"] else "kappa"
    return [
        f"{title}: before {_with_ends(before, name)}, after {_with_ends(after, name)}; "
        f"n = {before['n']:,} and {after['n']:,} held-out labels of different pictures"
        for name, title in (("accuracy", "Accuracy"), ("kappa", kappa.capitalize()))
    ]


def label_words(record: Json) -> str:
    """Which labels both models learnt from, and whether any is on a new image."""
    labels, before = record["labels"], record["scores"]["before"]["labels"]
    learnt = (
        f"Both models learnt from the same {labels['n']:,} labels"
        if before == labels["n"]
        else f"The old model learnt from {before:,} labels, the new one from {labels['n']:,}"
    )
    if labels["new"]:
        return f"{learnt}, {labels['new']:,} of them on new images."
    return (
        f"{learnt}. None of them is on a new image, so these scores say how the models do on "
        "images like the old ones. Once it is accepted, label a few of the new images to know how "
        "it does on those."
    )


def score_rows(record: Json) -> list[dict[str, str]]:
    """The same as a table: a row for each score."""
    before, after = record["scores"]["before"], record["scores"]["after"]
    kappa = "Kappa (quadratic weights)" if record["is_ordered"] else "Kappa"
    rows = [
        {"Held-out labels": title, "Before": _with_ends(before, name),
         "After": _with_ends(after, name)}
        for name, title in (("accuracy", "Accuracy"), ("kappa", kappa))
    ]  # fmt: skip
    n = {"Held-out labels": "n, of different pictures"}
    return [*rows, {**n, "Before": f"{before['n']:,}", "After": f"{after['n']:,}"}]


def agreement_rows(record: Json) -> list[dict[str, str]]:
    """How far the two models say the same, as a table: a column for old and for new images."""
    said, silent = record["agreement"], record["abstaining"]
    titles = {"old": "Old images", "new": "New images"}
    rows = (
        ("Same label", {n: _percent(said[n], "share", "share_low", "share_high") for n in titles}),
        ("Kappa", {n: _with_ends(said[n], "kappa") for n in titles}),
        ("Abstains before", {n: _percent(silent[n]["before"]) for n in titles}),
        ("Abstains after", {n: _percent(silent[n]["after"]) for n in titles}),
        ("n", {n: f"{said[n]['n']:,}" for n in titles}),
    )
    return [
        {"Of the images": name, **{title: cells[n] for n, title in titles.items()}}
        for name, cells in rows
    ]


def agreement_words(record: Json) -> list[str]:
    """How far the two models say the same, of the old images and of the new ones."""
    lines = []
    for name in ("old", "new"):
        found, n = record["agreement"][name], record["agreement"][name]["n"]
        if not n:
            continue
        kappa = "no kappa, as only one label occurs" if found["kappa"] is None else (
            f"kappa {_with_ends(found, 'kappa')}")  # fmt: skip
        lines.append(
            f"Of {n:,} {name} images both say the same label of {found['share']:.0%} "
            f"({found['share_low']:.0%} to {found['share_high']:.0%}; {kappa})"
        )
    return lines


def silence_words(record: Json) -> list[str]:
    """How often either model abstains, of the old images and of the new ones."""
    return [
        f"Abstains on {found['before']['share']:.0%} of the {name} images before, on "
        f"{found['after']['share']:.0%} after (95% intervals {_ends(found['before'])} and "
        f"{_ends(found['after'])}, n = {found['after']['n']:,})"
        for name in ("old", "new")
        if (found := record["abstaining"][name])["after"]["n"]
    ]


def changed_words(record: Json) -> str:
    """How many predicted labels would change."""
    found = record["changed"]
    return (
        f"{found['old']:,} of {found['of_old']:,} old images and {found['new']:,} of "
        f"{found['of_new']:,} new ones would get another predicted label. "
        "Labels that people gave stay as they are."
    )


def cluster_words(record: Json) -> str:
    """How many clusters are kept, new and retired."""
    found = record["clusters"]
    if found is None:
        return "The clusters are not made again."
    kept, new, retired = (len(found[name]) for name in ("kept", "new", "retired"))
    return (
        f"{kept:,} clusters keep their number and name, {new:,} are new and {retired:,} are "
        "retired. A cluster keeps them if it shares at least half its images with one of before "
        "(Jaccard index at least 0.5). The number of a retired one is never given again."
    )


def map_words(record: Json) -> str:
    """How far the images that are on both maps moved."""
    found = record["map"]
    if found is None:
        return "The map is not made again."
    return (
        f"The new map is turned, mirrored and scaled onto the old one by the {found['shared']:,} "
        f"images of both (Procrustes). Their disparity is {found['disparity']:.2f}, on a scale "
        "from 0 (nothing moved) to 1 (nothing is where it was)."
    )


def image_words(record: Json) -> str:
    """How many images, and from where."""
    images = record["images"]
    parts = [f"{images['new']:,} new images beside {images['old']:,} old ones."]
    if images["already_known"]:
        parts.append(f"{images['already_known']:,} were in the collection already.")
    if images["unusable"]:
        parts.append(f"{images['unusable']:,} files cannot be used.")
    return " ".join([*parts, record["source"]["words"]])


def left_words(record: Json) -> list[str]:
    """What is not made again, and why; and what has to be asked again."""
    lines = [f"Not made again: {KINDS.get(kind, kind)}, because {why}."
             for kind, why in record["left"].items()]  # fmt: skip
    if record["before"]["reports"]:
        lines.append("The evidence is of the old images; check it again after accepting.")
    return lines


def accepted_words(workspace: Workspace, accepted: Candidate) -> str:
    """That a retrained model was accepted, by whom and when, and whether it is still current."""
    images = accepted.record["images"]
    when = f"{accepted.who} accepted it on {accepted.at[:10]} at {accepted.at[11:16]} UTC"
    if workspace.current("predictions") != accepted.record["after"]["predictions"]:
        return (
            f"Another model became current after the retrained one ({when}). Rolling back restores "
            "what was current before that."
        )
    return (
        f"The retrained model is current: {when}. {images['new']:,} new images joined the "
        f"collection beside {images['old']:,} old ones; what was current before can be restored."
    )


def comparison_words(record: Json) -> list[str]:
    """Everything that is known of a candidate, a line each."""
    return [
        image_words(record),
        *score_words(record),
        label_words(record),
        *agreement_words(record),
        *silence_words(record),
        changed_words(record),
        cluster_words(record),
        map_words(record),
        *left_words(record),
    ]


def _with_ends(found: Json, name: str) -> str:
    value, low, high = (found[f"{name}{end}"] for end in ("", "_low", "_high"))
    if value is None:
        return "not measured"
    ends = "" if low is None else f" ({low:.2f} to {high:.2f})"
    return f"{value:.2f}{ends}"


def _percent(found: Json, name: str = "share", low: str = "low", high: str = "high") -> str:
    if found[name] is None:
        return "not measured"
    return f"{found[name]:.0%} ({found[low]:.0%} to {found[high]:.0%})"


def _ends(found: Json) -> str:
    return f"{found['low']:.0%} to {found['high']:.0%}"
