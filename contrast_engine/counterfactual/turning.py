"""One change of an image at many strengths, and where its judgement flips."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from contrast_engine.counterfactual.changing import KNOBS, Flip, Reading, Subject, WhatIf, neutral
from contrast_engine.errors import ContrastError
from contrast_engine.images import LinearImage
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

STOPS = 19
"""Strengths from nothing to the end of the slider, both counted (own choice)."""

TRIES = 8
"""Images in which a flip is looked for (own choice)."""


@dataclass(frozen=True, eq=False)
class Stop:
    """An image at one strength.

    Args:
        turned: How far the slider is turned.
        picture: The changed picture.
        reading: What is measured and judged of it.
    """

    turned: float
    picture: LinearImage
    reading: Reading


@dataclass(frozen=True, eq=False)
class Turned:
    """One image changed more and more.

    Args:
        image: Which.
        knob: Name of the change.
        subject: Whose judgement is watched: that of the model or of the clusters.
        stops: From nothing to the most.
        flip: The first strength at which the judgement becomes another; None where it never does.
        tried: How many images were looked at to find one that flips.
    """

    image: ImageId
    knob: str
    subject: Subject
    stops: tuple[Stop, ...]
    flip: Flip | None
    tried: int


def turn(workspace: Workspace, images: Iterable[ImageId], knob: str = "haze") -> Turned | None:
    """The first of some images whose judgement flips, else the first; None where none can be read.

    Images that the model abstains on are passed over.

    Args:
        workspace: Where they and the results are.
        images: Candidates, the most typical first; the first `TRIES` that can be read are tried.
        knob: The change.
    """
    subject: Subject = "label" if workspace.current("predictions") else "cluster"
    first: tuple[ImageId, WhatIf] | None = None
    tried = 0
    for image in images:
        what = _read(workspace, image)
        if what is None or not _is_judged(what.read({}), subject):
            continue
        tried += 1
        first = first or (image, what)
        flips = what.flips(neutral(), knob, subject)
        if flips:
            return Turned(image, knob, subject, _stops(what, knob, flips[0]), flips[0], tried)
        if tried == TRIES:
            break
    if first is None:
        return None
    return Turned(first[0], knob, subject, _stops(first[1], knob, None), None, tried)


def _read(workspace: Workspace, image: ImageId) -> WhatIf | None:
    try:
        return WhatIf(workspace, image)
    except ContrastError:
        return None  # gone or changed since: another image stands for it


def _is_judged(reading: Reading, subject: Subject) -> bool:
    if subject == "label":
        return reading.prediction is not None and not reading.prediction.abstains
    return reading.cluster is not None


def _stops(what: WhatIf, knob: str, flip: Flip | None) -> tuple[Stop, ...]:
    """The strengths of the slider, and the two between which the judgement flips."""
    range_of = KNOBS[knob]
    start = neutral()[knob]
    end = range_of.low if abs(range_of.low - start) > abs(range_of.high - start) else range_of.high
    strengths = {*np.linspace(start, end, STOPS).tolist()}
    strengths |= {flip.kept, flip.flipped} if flip else set()
    ordered = sorted(strengths, key=lambda strength: abs(strength - start))
    return tuple(
        Stop(range_of.turned(s), what.picture({knob: s}), what.read({knob: s})) for s in ordered
    )
