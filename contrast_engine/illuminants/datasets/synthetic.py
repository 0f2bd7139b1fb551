"""Photographs relit by illuminants that are known because they were put in: synthetic data."""

from collections.abc import Sequence

import numpy as np

from contrast_engine.arrays import Bools, Floats32
from contrast_engine.illuminants.datasets.illuminant_set import IlluminantSet, Problem
from contrast_engine.illuminants.planckian import sampled
from contrast_engine.illuminants.relighting import is_saturated
from contrast_engine.randomness import generator

SYNTHETIC = (
    "synthetic: photographs that were balanced already, relit by Planckian light of 2,500 to "
    "10,000 K with tint; such numbers say nothing about raw images of a camera"
)


def relit_photographs(
    images: Floats32,
    files: Sequence[str],
    *,
    seed: int = 0,
    title: str = "",
    problems: Sequence[Problem] = (),
) -> IlluminantSet:
    """Photographs as light of a known colour would show them, each by one illuminant.

    What was white before is taken as lit by neutral light, which holds for photographs as far
    as their camera balanced them. The strongest channel stays as it is and the others are dimmed,
    so nothing is clipped; what was saturated before is masked.

    Args:
        images: (n, s, s, 3) linear light of sRGB photographs, each squeezed to a square.
        files: Their names.
        seed: For the illuminants.
        title: Of the set.
        problems: Images that could not be read.
    """
    lights = sampled(len(images), generator(seed, "illuminants", "relit"))
    valid: Bools = (images.sum(axis=3) > 0) & ~is_saturated(images)
    gains = lights / lights.max(axis=1, keepdims=True)
    made = images * gains[:, None, None].astype(np.float32)
    return IlluminantSet(
        images=made.astype(np.float32),
        valid=valid,
        truths=lights,
        files=tuple(files),
        cameras=("",) * len(images),
        title=title,
        is_synthetic=True,
        problems=tuple(problems),
    )
