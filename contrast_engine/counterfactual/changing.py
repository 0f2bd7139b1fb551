"""What if this image had been taken otherwise? Changed, measured again, judged again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import OptionError
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage, read_image
from contrast_engine.neighbours import nearest
from contrast_engine.perturb import perturbations
from contrast_engine.predict import NearestCluster, Prediction, Predictor
from contrast_engine.projections.pca import PCA
from contrast_engine.selection import standing
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

Subject = Literal["cluster", "label"]
Strengths = Mapping[str, float]


@dataclass(frozen=True)
class Knob:
    """How far one change can be turned: within what its perturbation accepts (own choice).

    Args:
        title: What it is called.
        low, high, step: Its range; beyond, pictures hardly change or are not pictures any more.
        is_loss: Whether people turn what is lost, 1 - strength, so that more is to the right.
    """

    title: str
    low: float
    high: float
    step: float
    is_loss: bool = False

    @property
    def limits(self) -> tuple[float, float]:
        """Its range as people turn it."""
        low, high = sorted((self.turned(self.low), self.turned(self.high)))
        return low, high

    def turned(self, strength: float) -> float:
        """How far a strength is turned; of how far it is turned, the strength."""
        return round(1 - strength, 9) if self.is_loss else strength


KNOBS: dict[str, Knob] = {
    "haze": Knob("Haze: share of light lost", 0.1, 1.0, 0.01, is_loss=True),
    "blur": Knob("Blur, pixels", 0.0, 8.0, 0.1),
    "exposure": Knob("Exposure, ×", 0.1, 4.0, 0.05),
    "scale": Knob("Contrast, ×", 0.0, 2.5, 0.05),
    "gamma": Knob("Gamma, exponent", 0.3, 3.0, 0.05),
    "s_curve": Knob("S-curve, slope", -6.0, 8.0, 0.1),
    "clahe": Knob("Local equalisation (CLAHE), limit", 1.0, 8.0, 0.1),
    "chroma": Knob("Chroma, ×", 0.0, 3.0, 0.05),
}
"""The changes in the order in which they are made: the air, the lens, the camera, the darkroom."""

NEIGHBOURS = 5
"""Images whose places are averaged to put a changed image on a map without axes (own choice)."""

LOOKS = 6
"""Strengths tried on either side before halving; a flip and flip back between two is missed."""

KEPT = 12
"""Changed pictures that are kept: those along one way, so that a step back costs nothing."""

FINE = 1e-3
"""A flip is found to this share of the knob's range."""


@dataclass(frozen=True)
class Reading:
    """What is measured and judged of an image that was changed.

    Args:
        features: Every feature by name.
        ranks: Percentile of each in the collection, 0 to 100.
        cluster: The cluster with the nearest centre; None without a clustering.
        prediction: What the current model says; None without one.
    """

    features: dict[str, float]
    ranks: dict[str, float]
    cluster: int | None
    prediction: Prediction | None

    def judged(self, subject: Subject) -> str | None:
        """The cluster, or the predicted label, as text; None where there is none."""
        if subject == "label":
            return self.prediction.label if self.prediction else None
        return None if self.cluster is None else str(self.cluster)


@dataclass(frozen=True)
class Flip:
    """The strength at which a judgement changes.

    Args:
        knob: Name of the change.
        kept, flipped: The last strength with the old judgement, the first with the new one.
        before, after: The judgements.
        is_verified: True where the file, read again and changed again, gave both once more.
    """

    knob: str
    kept: float
    flipped: float
    before: str
    after: str
    is_verified: bool


def neutral() -> dict[str, float]:
    """The strengths that change nothing."""
    return {name: perturbations[name].neutral for name in KNOBS}


def changed(image: LinearImage, strengths: Strengths) -> LinearImage:
    """Change a picture by all knobs, in their order; the very same picture if all are neutral.

    Args:
        image: The picture, at the size it is measured at.
        strengths: By name; a knob that is not named is neutral.

    Raises:
        OptionError: There is no such knob, or a strength is outside its range.
    """
    unknown = sorted(set(strengths) - set(KNOBS))
    if unknown:
        raise OptionError(f"there is no change {unknown[0]!r}; there are: {', '.join(KNOBS)}")
    moved = {n: strengths[n] for n in KNOBS if n in strengths and not _is_neutral(n, strengths[n])}
    if not moved:
        return image
    rgb = image.rgb.astype(np.float64)  # rounded once, at the end
    for name, strength in moved.items():
        rgb = perturbations[name](rgb, strength)
    return LinearImage(rgb, image.width, image.height, image.notes, image.how)


class WhatIf:
    """One image of a workspace, to be changed and judged as the collection was.

    Args:
        workspace: Where it and the results are.
        image: The image.

    Raises:
        WorkspaceError: Its file is gone or was changed.
        ImageError: It cannot be read.
        NotEnoughData: Nothing is measured yet.
    """

    def __init__(self, workspace: Workspace, image: ImageId) -> None:
        self._workspace, self._id = workspace, image
        self.image = self._read()
        key = workspace.current("features")
        self._measured: Vectors | None = workspace.load(key) if key else None
        self._clusters = NearestCluster.of(workspace)
        self._predictor = Predictor(workspace) if workspace.current("predictions") else None
        self._known: dict[tuple[float, ...], Reading] = {}
        self._pictures: dict[tuple[float, ...], LinearImage] = {}

    def picture(self, strengths: Strengths) -> LinearImage:
        """The changed picture; the last few are kept, with all that was measured of them."""
        known = _all(strengths)
        if known not in self._pictures:
            self._pictures[known] = changed(self.image, strengths)
            if len(self._pictures) > KEPT:
                del self._pictures[next(iter(self._pictures))]
        return self._pictures[known]

    def read(self, strengths: Strengths) -> Reading:
        """Features and judgement of the changed picture; asked again, it is not measured again."""
        known = _all(strengths)
        if known not in self._known:
            self._known[known] = self._judge(self.picture(strengths))
        return self._known[known]

    def trajectory(self, strengths: Strengths, steps: int = 4) -> list[dict[str, float]]:
        """Strengths from neutral to these, all knobs turned together, `steps` + 1 of them."""
        ends = {**neutral(), **strengths}
        shares = np.linspace(0, 1, steps + 1).tolist()
        return [{n: v + s * (ends[n] - v) for n, v in neutral().items()} for s in shares]

    def flips(self, strengths: Strengths, knob: str, subject: Subject) -> tuple[Flip, ...]:
        """The nearest strength, on either side, at which the judgement becomes another.

        A few strengths are tried towards each end, then the first interval in which the judgement
        changes is halved. The two strengths found are measured again from the file.

        Args:
            strengths: Where all knobs are now; the others stay there.
            knob: The one that is turned.
            subject: Which judgement: that of the clusters or of the model.
        """
        now = float({**neutral(), **strengths}[knob])
        before = self.read(strengths).judged(subject)
        if before is None:
            return ()
        found = []
        for end in (KNOBS[knob].low, KNOBS[knob].high):
            kept = now
            for strength in _towards(now, end):
                if self._turned(strengths, knob, strength).judged(subject) != before:
                    found.append(self._halved(strengths, knob, subject, kept, strength))
                    break
                kept = strength
        return tuple(found)

    def _halved(
        self, strengths: Strengths, knob: str, subject: Subject, kept: float, flipped: float
    ) -> Flip:
        before = self._turned(strengths, knob, kept).judged(subject) or ""
        least = FINE * (KNOBS[knob].high - KNOBS[knob].low)
        while abs(flipped - kept) > least:
            middle = (kept + flipped) / 2
            if self._turned(strengths, knob, middle).judged(subject) == before:
                kept = middle
            else:
                flipped = middle
        after = self._turned(strengths, knob, flipped).judged(subject) or ""
        again = self._read()
        seen = [
            self._judge(changed(again, {**strengths, knob: s})).judged(subject)
            for s in (kept, flipped)
        ]
        return Flip(knob, kept, flipped, before, after, seen == [before, after])

    def _turned(self, strengths: Strengths, knob: str, strength: float) -> Reading:
        return self.read({**strengths, knob: strength})

    def _judge(self, image: LinearImage) -> Reading:
        features = measure_image(image)
        ranks = {}
        if self._measured is not None:
            ranks = standing(self._measured, features)
        cluster = None
        if self._clusters:
            cluster = self._clusters.nearest(self._clusters.placer.place(image))
        prediction = self._predictor.judge(image) if self._predictor else None
        return Reading(features, ranks, cluster, prediction)

    def _read(self) -> LinearImage:
        data, options = self._workspace.original_bytes(self._id), self._workspace.reading_options
        return read_image(data, options=options)


@dataclass(frozen=True, eq=False)
class WhatIfReport:
    """One image as it is and as it would be.

    Args:
        before, after: What is measured and judged of it, unchanged and changed.
        flips: The nearest strengths at which the judgement becomes another.
        picture: The changed picture.
    """

    before: Reading
    after: Reading
    flips: tuple[Flip, ...]
    picture: LinearImage


def what_if(
    workspace: Workspace,
    image: ImageId,
    changes: Strengths,
    *,
    flip: str | None = None,
    until: Subject = "cluster",
) -> WhatIfReport:
    """One image changed by known amounts, measured and judged again; nothing is saved.

    Args:
        workspace: Where it and the results are.
        image: The image.
        changes: Strengths by name, {"haze": 0.5}; `neutral()` names them all.
        flip: A change along which the decision boundary is looked for, if any.
        until: Whose boundary: that of the "cluster" or of the "label".

    Raises:
        OptionError: There is no such change, or a strength is outside its range.
        UnknownName: The image is not in this workspace.
        WorkspaceError: Its file is gone or was changed.
    """
    if flip is not None and flip not in KNOBS:
        raise OptionError(f"there is no change {flip!r}; there are: {', '.join(KNOBS)}")
    what = WhatIf(workspace, image)
    before, after = what.read({}), what.read(changes)
    flips = what.flips(changes, flip, until) if flip is not None else ()
    return WhatIfReport(before, after, flips, what.picture(changes))


class Placing:
    """Puts pictures that are not in the collection on one of its maps.

    Args:
        workspace: Where the map is.
        key: The map.

    A PCA map has axes, so a new picture has one right place. Other maps have none: there it
    stands at the mean of its nearest neighbours' places, weighted by 1 / distance².
    """

    def __init__(self, workspace: Workspace, key: str) -> None:
        manifest = workspace.manifest(key)
        self.map: Vectors = workspace.load(key)
        self.has_axes = manifest.recipe["method"] == "pca"
        self._encoder = SpaceEncoder(workspace, manifest.inputs[0])

    @cached_property
    def _space(self) -> Vectors:
        return self._encoder.known()

    def place(self, image: LinearImage) -> tuple[float, float]:
        """The place of one picture in map units."""
        row = self._encoder.place(image)
        if self.has_axes:
            x, y = PCA().place(self._space, row).values[0]
        else:
            x, y = self._between(row.values[0])
        return float(x), float(y)

    def trajectory(self, what: WhatIf, strengths: Strengths) -> Floats:
        """(n, 2) places of an image as all knobs are turned together, the unchanged one first.

        One row where it never moves.
        """
        start, *rest = [self.place(what.picture(s)) for s in what.trajectory(strengths)]
        is_moved = any(place != start for place in rest)
        return np.array([start, *rest] if is_moved else [start])

    def _between(self, row: Floats) -> Floats:
        near = nearest(self._space, row, NEIGHBOURS)
        places = self.map.take([image for image, _ in near]).values[:, :2]
        distances = np.array([distance for _, distance in near])
        if distances[0] == 0:  # the very image, or its double
            here: Floats = places[distances == 0].mean(axis=0)
            return here
        weights = 1 / np.square(distances)
        between: Floats = weights @ places / weights.sum()
        return between


def _all(strengths: Strengths) -> tuple[float, ...]:
    """The strength of every knob, in their order."""
    return tuple(float(strengths.get(name, v)) for name, v in neutral().items())


def _is_neutral(name: str, strength: float) -> bool:
    # A slider counts in steps, so that its neutral value may be a rounding away from ours.
    return abs(strength - perturbations[name].neutral) < KNOBS[name].step / 100


def _towards(now: float, end: float) -> Iterator[float]:
    """Strengths from now to an end, without now; none where it is there already."""
    if now != end:
        yield from np.linspace(now, end, LOOKS + 1)[1:].tolist()
