"""Do the labels mean contrast, or something simpler that goes with it?"""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels.baselines import association
from contrast_engine.pseudo_labels.cuts import cut
from contrast_engine.randomness import drawn, generator
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.association import Association, partial, strongest
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.shortcuts import CONTRAST, STRONG, amount
from contrast_engine.vectors import ImageId, Vectors

CHECK = "label_shortcuts"

LEAST = 20
"""Labels from which the confounders of labels can be told apart (own choice, by simulation)."""

FEWEST = 10
"""Labels from which anything is said at all."""

OTHERS = 6
"""Labels besides the commonest kind from which a cut can be told from luck,"""

SURE = 15
"""and from which a cut is a fault and not a suspicion."""

NEARLY = 0.95
"""Share of the labels besides the commonest that a cut must get right (own choice)."""

MOST = 2000
"""Images it is computed on at most."""


@checks.add(CHECK)
def label_shortcuts(context: Context) -> list[Finding]:
    """Whether labels follow brightness, size and the like, or are a cut of one single feature."""
    features, others = context.features, context.confounders
    if features is None or others is None:
        return unknown(CHECK, "Whether labels follow brightness, size or the like is not known "
                       "before images are measured and labelled.")  # fmt: skip
    said = _counted(context, features, others)
    kinds = len(set(said.values()))
    if len(said) < FEWEST or kinds < 2:
        return unknown(CHECK, f"Shortcuts in labels can be told from {LEAST} labelled images of "
                       f"two kinds on, there are {len(said)}; label more.",
                       then=f"Label at least {LEAST} images.")  # fmt: skip
    labels = _Labels.of(said, features, others, f"{len(said):,} labels")
    rng = generator(context.seed, "validation", CHECK)
    findings = [*_confounded(labels, rng, "labels"), *_circular(context, labels)]
    learnt = _learnt(context, features, others)
    return [*findings, *(_confounded(learnt, rng, "learnt order") if learnt else [])]


@dataclass(frozen=True, eq=False)
class _Labels:
    """Labels as codes, with what is measured of the same images."""

    codes: Ints
    features: Vectors
    others: Vectors
    words: str

    @classmethod
    def of(
        cls, said: dict[ImageId, str], features: Vectors, others: Vectors, words: str
    ) -> "_Labels":
        ids = sorted(said)
        place = {label: code for code, label in enumerate(sorted(set(said.values())))}
        codes = np.array([place[said[image]] for image in ids], dtype=np.int64)
        return cls(codes, features.take(ids), others.take(ids), words)

    @property
    def contrast(self) -> Floats:
        """(n, q) the measured amounts of contrast."""
        found = [self.features.column(c) for c in CONTRAST if c in self.features.columns]
        return np.column_stack(found) if found else np.zeros((len(self.codes), 0))

    @property
    def numbers(self) -> dict[str, Floats]:
        return {name: self.others.column(name) for name in self.others.columns}

    @property
    def rest(self) -> int:
        """How many labels are not of the commonest kind."""
        return len(self.codes) - int(np.bincount(self.codes).max())


def _counted(context: Context, features: Vectors, others: Vectors) -> dict[ImageId, str]:
    """The label of each measured image, of nearly one picture one; a part drawn of very many."""
    again = {image for group in context.alike for image in sorted(group)[1:]}
    said = {i: label for i, label in context.labels.items()
            if i in features.images and i in others.images and i not in again}  # fmt: skip
    return {image: said[image] for image in _part(ImageSet.of(said), context.seed)}


def _part(images: ImageSet, seed: int) -> ImageSet:
    return ImageSet(images.numbers[drawn(len(images), MOST, seed, "validation", CHECK, "part")])


def _learnt(context: Context, features: Vectors, others: Vectors) -> _Labels | None:
    """What the model says of images that nobody labelled; None where it says too little."""
    found = context.predictions
    if found is None or not context.is_current:
        return None
    images = found.ids.images & features.images & others.images
    images -= ImageSet.of(image for image in context.labels if image in images)
    asked = _part(images, context.seed)
    codes = found.at_rows(found.ids.places(asked)).argmax(axis=1)
    said = {image: found.labels[code] for image, code in zip(asked, codes.tolist(), strict=True)}
    if len(said) < LEAST or len(set(said.values())) < 2:
        return None
    part = "" if len(said) == len(images) else f" drawn from {len(images):,}"
    return _Labels.of(said, features, others, f"the model on {len(said):,} other images{part}")


def _confounded(labels: _Labels, rng: np.random.Generator, what: str) -> list[Finding]:
    """Whether labels go with a confounder, the measured contrast held constant."""
    n, space = len(labels.codes), f"{labels.words}, measured contrast held constant"
    if n < LEAST or not labels.contrast.shape[1]:
        return unknown(CHECK, f"{n} labels are too few to tell contrast from brightness, size and "
                       f"the like; label at least {LEAST}.", space=space,
                       then=f"Label at least {LEAST} images.")  # fmt: skip
    found = strongest(labels.codes, labels.numbers, labels.contrast, rng)
    if found is None:
        return unknown(CHECK, "Brightness, size and the like are the same for all labelled images: "
                       "nothing can be told.", space=space)  # fmt: skip
    own = partial(labels.codes, amount(labels.contrast), labels.others.values)
    verdict, note = _verdict(found, own, n, what)
    to_do = (
        f"Label images again that differ in {found.name} but not in contrast; if they "
        "keep their labels, the labels do not mean contrast."
        if verdict != "pass"
        else ""
    )
    return [Finding(CHECK, found.r, n, space, verdict, note, found.low, found.high,
                    found.by_chance, "lower", to_do)]  # fmt: skip


def _verdict(found: Association, own: float, n: int, what: str) -> tuple[Verdict, str]:
    named = {"labels": "The labels", "learnt order": "What the model learnt"}[what]
    verb = "follow" if what == "labels" else "follows"
    numbers = f"{found.r:.2f}, {found.low:.2f} to {found.high:.2f}"
    is_strong, is_more = found.r >= STRONG, found.r > own
    if found.r <= found.by_chance or not (is_strong or is_more):
        return "pass", (
            f"{named} {verb} none of brightness, size, bytes, sharpness, noise and saturation "
            f"strongly at equal contrast; {found.name} most ({numbers})."
        )
    if not is_more:
        return "warn", (
            f"{named} {verb} {found.name} strongly at equal contrast ({numbers}), but contrast "
            f"at equal {found.name} and the like no less ({own:.2f})."
        )
    return "fail" if is_strong and what == "labels" else "warn", (
        f"{named} {verb} {found.name} at equal contrast ({numbers}), more than contrast at equal "
        f"{found.name} and the like ({own:.2f}): a shortcut, if contrast was meant."
    )


def _circular(context: Context, labels: _Labels) -> list[Finding]:
    """Whether one feature, cut into as many stretches as there are labels, gives the labels."""
    n, k = len(labels.codes), int(labels.codes.max()) + 1
    space = f"{labels.words}, best of all features cut into {k} at most"
    if labels.rest < OTHERS:
        return unknown(CHECK, f"Only {labels.rest} labels are not of the commonest kind: any "
                       f"feature may part those; {OTHERS} are needed.", space=space)  # fmt: skip
    names, values = _candidates(context, labels)
    wrong = (cut(values, labels.codes, k)[:, 0] != labels.codes).sum(axis=1)  # (d,)
    every = np.ones((1, n), dtype=np.bool_)
    best = int((association(values, labels.codes, every)[0] * 0.5 - wrong).argmax())
    right, avoided = 1 - float(wrong[best]) / n, 1 - float(wrong[best]) / labels.rest
    inputs = context.space.columns if context.space is not None else ()
    chance = 1 - labels.rest / n
    if avoided < NEARLY:
        note = (
            f"No single feature cut into {k} gives the labels; {names[best]} is nearest, right in "
            f"{right:.0%}."
        )
        return [Finding(CHECK, right, n, space, "pass", note, null=chance, better="lower")]
    verdict: Verdict = "fail" if labels.rest >= SURE else "warn"
    among = (
        "which is among the inputs: the accuracy says the model can read its own input"
        if names[best] in inputs
        else "so that number alone does what a model would"
    )
    note = f"The labels nearly equal a cut of {names[best]} ({right:.0%} of {n:,}), {among}."
    if verdict == "warn":
        note += " With so few labels honest ones may look so too."
    to_do = (
        f"Label more images by eye, or learn without {names[best]} and see what is left."
        if names[best] in inputs
        else f"Label more images by eye, best some that {names[best]} orders otherwise."
    )
    return [Finding(CHECK, right, n, space, verdict, note, null=chance, better="lower",
                    next=to_do)]  # fmt: skip


def _candidates(context: Context, labels: _Labels) -> tuple[tuple[str, ...], Floats]:
    """(n, d) of every feature, of size and bytes, and of inputs that are no features."""
    ids, space, others = labels.features.ids, context.space, labels.others
    tables = [(labels.features, labels.features.columns), (others, ("size", "bytes"))]
    if space is not None and all(image in space.images for image in ids):
        tables.append((space.take(ids), space.columns))
    named = {name: table.column(name) for table, names in reversed(tables)
             for name in names if name in table.columns}  # fmt: skip
    names = tuple(sorted(named, key=lambda name: (name in others.columns, name)))
    return names, np.column_stack([named[name] for name in names])
