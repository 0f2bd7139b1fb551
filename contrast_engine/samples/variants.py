"""What was done to a sample photograph: one perturbation, by a strength that is drawn."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.images.colour import LUMINANCE_WEIGHTS, encode_srgb
from contrast_engine.perturb import perturbations

AS_IS = "as is"


@dataclass(frozen=True)
class Variant:
    """One way to change a photograph.

    Args:
        perturbation: Name of the perturbation.
        low, high: The strength is drawn between these, evenly.
        weight: How often it is chosen, against the others.
        summary: What a person sees.
    """

    perturbation: str
    low: float
    high: float
    weight: float
    summary: str


VARIANTS: dict[str, Variant] = {
    "haze": Variant("haze", 0.3, 0.75, 3, "a light veil, as on a misty day"),
    "low range": Variant("scale", 0.25, 0.65, 3, "everything closer to the mean luminance"),
    "harsh": Variant("s_curve", 4.0, 8.0, 3, "blocked shadows and bright lights"),
    "flat": Variant("s_curve", -7.0, -4.0, 2, "shadows and lights pulled to middle grey"),
    "dark": Variant("exposure", 0.12, 0.45, 2.5, "underexposed"),
    "bright": Variant("exposure", 1.7, 3.2, 2.5, "overexposed"),
    "muted": Variant("chroma", 0.15, 0.5, 3, "pale colours, luminance unchanged"),
    "vivid": Variant("chroma", 1.35, 2.0, 3, "strong colours, luminance unchanged"),
    "black and white": Variant("chroma", 0.0, 0.0, 1.5, "no colour, luminance unchanged"),
    "colour cast": Variant("chroma_rotation", -25.0, 25.0, 1.5, "hues turned, luminance unchanged"),
    "soft": Variant("blur", 0.8, 2.2, 2, "out of focus; strength in pixels of the sample"),
    "local": Variant("clahe", 2.0, 4.0, 1.5, "local equalisation, as phones do it"),
}


def draw(
    rng: np.random.Generator, rgb: Floats, share_as_is: float, besides: str = ""
) -> tuple[str, float]:
    """A variant and a strength that can be seen in this picture and do not ruin it.

    Args:
        rng: Where the choice comes from.
        rgb: (h, w, 3) linear light.
        share_as_is: How often the picture stays as it is.
        besides: A variant not to choose.

    Returns:
        The name of the variant and the strength; 0 for `AS_IS`.
    """
    if rng.random() < share_as_is:
        return AS_IS, 0.0
    names = [name for name in VARIANTS if name != besides]
    weights = np.array([VARIANTS[name].weight for name in names])
    for _ in range(TRIES):
        name = str(rng.choice(names, p=weights / weights.sum()))
        variant = VARIANTS[name]
        strength = round(float(rng.uniform(variant.low, variant.high)), 3)
        if _is_plausible(rgb, change(rgb, name, strength)):
            return name, strength
    return AS_IS, 0.0


def change(rgb: Floats, variant: str, strength: float) -> Floats:
    """The picture of a variant."""
    if variant == AS_IS:
        return rgb
    return perturbations[VARIANTS[variant].perturbation](rgb, strength)


TRIES = 24
VISIBLE = 0.025  # RMS difference of code values, 0..1
SPREAD = 0.03  # standard deviation of the luminance's code values
LIGHTNESS = (0.07, 0.93)  # mean of the luminance's code values


def _is_plausible(before: Floats, after: Floats) -> bool:
    """Whether the change shows and what is left is a picture that somebody would keep."""
    difference = encode_srgb(after) - encode_srgb(before)
    code = encode_srgb(after @ LUMINANCE_WEIGHTS)
    return bool(
        np.sqrt(np.mean(difference**2)) >= VISIBLE
        and code.std() >= SPREAD
        and LIGHTNESS[0] <= code.mean() <= LIGHTNESS[1]
    )
