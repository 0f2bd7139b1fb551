"""Known changes to a picture, each with one strength and a neutral value that changes nothing.

One declaration serves the sliders of the counterfactual page, the views that encoders are
trained on, the ladders that validation climbs and the variants in the sample collection. All of
them work on linear-light rgb, shape (h, w, 3), float64, 0..1 and give the same back.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import OptionError
from contrast_engine.registry import Registry

Effect = Literal["more", "less", "same", "unsettled"]
"""What a greater strength does to contrast; unsettled: accepted features disagree."""


@dataclass(frozen=True)
class Perturbation:
    """One change of a picture that can be made a little or a lot.

    Args:
        name: Its name in the registry.
        apply: The change itself, called with pixels that are checked and a strength that is not
            neutral.
        neutral: The strength that gives back the very same values.
        low, high: The strengths it accepts.
        unit: What the strength is measured in.
        contrast: What a greater strength does to luminance contrast.
        doc: What it does and where it comes from.
    """

    name: str
    apply: Callable[..., Floats]
    neutral: float
    low: float
    high: float
    unit: str
    contrast: Effect
    doc: str

    @property
    def summary(self) -> str:
        """What it does, in one sentence."""
        return self.doc.partition("\n")[0]

    def __call__(self, rgb: Floats, strength: float, **settings: Any) -> Floats:
        """Change a picture; the neutral strength gives an exact copy.

        Computed in float64, given back in the precision it came in.

        Args:
            rgb: (h, w, 3) linear light, 0..1, float32 or float64.
            strength: How much, from `low` to `high`.
            settings: Further settings of this perturbation, if it has any.

        Raises:
            OptionError: The strength is outside the range.
        """
        self.check(strength)
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype not in (np.float32, np.float64):
            raise ValueError(
                f"pixels must be float32 or float64 (h, w, 3), got {rgb.dtype} {rgb.shape}"
            )
        if strength == self.neutral:
            return rgb.copy()
        changed = self.apply(rgb.astype(np.float64), strength, **settings)
        return np.clip(changed, 0.0, 1.0).astype(rgb.dtype)

    def check(self, strength: float) -> None:
        """Refuse a strength outside the range.

        Raises:
            OptionError: It is outside.
        """
        if not self.low <= strength <= self.high:
            raise OptionError(
                f"{self.name} must be from {self.low:g} to {self.high:g} {self.unit}, "
                f"got {strength:g}"
            )


def _fault(name: str, thing: Any) -> str:
    if not isinstance(thing, Perturbation):
        return "is no Perturbation: declare it by @perturbation"
    return "" if thing.summary else "has no docstring that says what it does"


perturbations: Registry[Perturbation] = Registry("contrast_engine.perturb", "perturbation", _fault)


def perturbation(
    *, neutral: float, low: float, high: float, unit: str, contrast: Effect
) -> Callable[[Callable[..., Floats]], Perturbation]:
    """Declare the decorated function a perturbation, named like the function."""

    def declare(apply: Callable[..., Floats]) -> Perturbation:
        name, doc = apply.__name__, apply.__doc__ or ""
        declared = Perturbation(name, apply, neutral, low, high, unit, contrast, doc)
        return perturbations.add(name)(declared)

    return declare


@dataclass(frozen=True)
class Ladder:
    """One perturbation at increasing strengths: a ranking whose right order is known.

    Args:
        perturbation: Name of the perturbation.
        strengths: Strengths, strictly increasing.
    """

    perturbation: str
    strengths: tuple[float, ...]

    def climb(self, rgb: Floats) -> Iterator[Floats]:
        """The picture at every strength, lowest first; made one at a time."""
        change = perturbations[self.perturbation]
        return (change(rgb, strength) for strength in self.strengths)


def ladder(name: str, strengths: Sequence[float]) -> Ladder:
    """A ladder of a perturbation.

    Raises:
        UnknownName: There is no such perturbation.
        OptionError: Fewer than two strengths, not increasing, or one outside the range.
    """
    change = perturbations[name]
    for strength in strengths:
        change.check(strength)
    if len(strengths) < 2 or any(b <= a for a, b in pairwise(strengths)):
        given = ", ".join(f"{s:g}" for s in strengths) or "none"
        raise OptionError(f"a ladder needs two or more increasing strengths, got {given}")
    return Ladder(name, tuple(float(s) for s in strengths))


def contrast_ladders(steps: int = 6) -> tuple[Ladder, ...]:
    """The three ladders that a contrast score must follow upwards (docs/methods.md#ladders).

    On scale and haze every step is more contrast. An S-curve spreads the tones around middle grey:
    on a very light or dark picture single steps may be less, over many pictures they are more.
    Gamma, equalisation and CLAHE are not among them: they have no agreed direction.
    """
    spans = {"scale": (0.3, 1.0), "haze": (0.3, 1.0), "s_curve": (1.0, 8.0)}
    return tuple(
        ladder(name, np.linspace(low, high, steps).tolist()) for name, (low, high) in spans.items()
    )
