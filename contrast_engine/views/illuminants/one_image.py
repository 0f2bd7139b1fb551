"""One photograph: its light by every method, the picture corrected, and the picture relit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import figures
from contrast_engine.arrays import Bools, Floats, Real
from contrast_engine.figures.illuminants import SYMBOLS, Lights, plane
from contrast_engine.illuminants.angles import NEUTRAL, angular_error, reproduction_error
from contrast_engine.illuminants.casts import cast_angle
from contrast_engine.illuminants.estimators import ESTIMATORS, estimate
from contrast_engine.illuminants.planckian import light, temperature
from contrast_engine.illuminants.relighting import corrected, is_saturated, relit
from contrast_engine.steps.illuminants.one_photograph import Photograph
from contrast_engine.views.illuminants.chromaticity import cie_1976, places, swatch

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Estimate:
    """One light in numbers.

    Args:
        title: The method, or what light it is.
        rgb: Unit vector in linear sRGB.
        colour: Of its swatch, CSS.
        cct: Correlated colour temperature in kelvin, or None.
        duv: Distance from the Planckian locus, or None.
        angle: Degrees from neutral.
        reason: Why there is no temperature, or "".
    """

    title: str
    rgb: tuple[float, float, float]
    colour: str
    cct: float | None
    duv: float | None
    angle: float
    reason: str = ""

    @property
    def light(self) -> Floats:
        """(3,) the unit vector."""
        return np.array(self.rgb)


@dataclass(frozen=True)
class RelitEstimate:
    """One method on a relit picture.

    Args:
        estimate: What it gives.
        recovery: Degrees between that and the light put in.
        reproduction: Degrees between white as it corrects it and neutral.
        before: Reproduction error on the picture as it is, whose light counts as neutral.
    """

    estimate: Estimate
    recovery: float
    reproduction: float
    before: float


@dataclass(frozen=True, eq=False)
class Relit:
    """A photograph under another light.

    Args:
        applied: The light put in.
        picture: (h, w, 3) linear light.
        methods: By name.
        pixels: That an estimate sees, at its small size.
        masked: How many of them were left out before: black or saturated.
        clipped: How many of the others the new light saturates; left out as well.
    """

    applied: Estimate
    picture: Real
    methods: dict[str, RelitEstimate]
    pixels: int
    masked: int
    clipped: int


def described(title: str, rgb: Real) -> Estimate:
    """A light in linear sRGB, in numbers."""
    warmth = temperature(rgb)
    r, g, b = np.asarray(rgb, np.float64).tolist()
    angle = float(cast_angle(rgb)[0])
    return Estimate(title, (r, g, b), swatch(rgb), warmth.cct, warmth.duv, angle, warmth.reason)


def estimates(photo: Photograph) -> dict[str, Estimate]:
    """The light of a photograph by every statistical method with its usual options."""
    return _estimates(photo.small, photo.valid)


def corrected_png(picture: Real, rgb: Sequence[float]) -> bytes:
    """PNG of a picture as neutral light would show it if `rgb` were its light (von Kries)."""
    return figures.picture_png(corrected(picture, np.asarray(rgb)))


def relight(photo: Photograph, cct: float, duv: float) -> Relit:
    """A photograph as another light would show it, taken as lit by neutral light before.

    Raises:
        OptionError: SRGB has no such light.
    """
    new = light(cct, duv)
    made, kept = _under(photo.small, photo.valid, new)
    usable = kept & ~is_saturated(made)
    found = _estimates(made, usable)
    was = estimates(photo)
    methods = {
        name: RelitEstimate(
            one,
            float(angular_error(one.light, new)[0]),
            float(reproduction_error(one.light, new)[0]),
            float(reproduction_error(was[name].light, NEUTRAL)[0]),
        )
        for name, one in found.items()
    }
    everywhere = np.ones(photo.picture.shape[:2], np.bool_)
    picture, _ = _under(photo.picture, everywhere, new)
    applied = described("Light put in", new)
    masked, clipped = int((~kept).sum()), int((kept & ~usable).sum())
    return Relit(applied, picture, methods, kept.size, masked, clipped)


def drawn(
    methods: dict[str, Estimate], others: Sequence[Estimate] = (), *, is_whole: bool = False
) -> "Figure":
    """Estimates on the plane of CIE 1976, each in its own colour, and true lights as stars.

    Args:
        methods: By name.
        others: Lights that are known.
        is_whole: Whether all colours of the screen are shown.
    """
    symbols = [*SYMBOLS, *["circle"] * len(methods)]
    groups = [_group(one, "star", 18) for one in others]
    groups += [
        _group(one, symbol, 13) for one, symbol in zip(methods.values(), symbols, strict=False)
    ]
    return plane(groups, cie_1976(), is_whole=is_whole)


def typed_number(text: str | None, low: float, high: float, otherwise: float) -> float:
    """The number that an address names, where it is one from `low` to `high`."""
    try:
        value = float(text or "")
    except ValueError:
        return otherwise
    return value if low <= value <= high else otherwise


def temperature_words(one: Estimate) -> str:
    """The colour temperature and Duv of a light, or why there is none."""
    if one.cct is None or one.duv is None:
        return f"no colour temperature: {one.reason}"
    return f"{one.cct:,.0f} K, Duv {one.duv:+.4f}"


def temperature_cells(one: Estimate) -> tuple[str, str]:
    """The colour temperature and Duv of a light for a table; "none" where there is none."""
    cct = "none" if one.cct is None else f"{one.cct:,.0f}"
    return cct, "" if one.duv is None else f"{one.duv:+.4f}"


def clipping_words(found: Relit) -> str:
    """How many pixels were left out of the estimates, and what follows from that."""
    said = (
        f"Of the {found.pixels:,} pixels that an estimate sees, {found.masked:,} are black or "
        "saturated and are left out"
    )
    if not found.clipped:
        return f"{said}; this light saturates no other, so grey-world's reproduction error stays."
    return (
        f"{said}; this light saturates {found.clipped:,} more, which are left out too: grey-world "
        "then sees less of the picture, and its reproduction error may move."
    )


def _group(one: Estimate, symbol: str, size: int) -> Lights:
    said = f"{one.title}: {temperature_words(one)}, {one.angle:.1f}° from neutral"
    return Lights(one.title, places(one.light), [one.colour], [said], symbol=symbol, size=size)


def _estimates(small: Real, valid: Bools) -> dict[str, Estimate]:
    return {
        name: described(one.title, estimate(name, small[None], valid[None])[0])
        for name, one in ESTIMATORS.items()
    }


def _under(picture: Real, valid: Bools, new: Floats) -> tuple[Real, Bools]:
    made, kept = relit(picture[None], valid[None], NEUTRAL[None], new[None])
    return made[0], kept[0]
