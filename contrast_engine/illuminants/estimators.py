"""Estimates of the illuminant by statistics of one picture, and their options chosen by truth.

Source: van de Weijer, Gevers & Gijsenij 2007: e ~ (sum |d^n (f * G_s)|^p)^(1/p) gives grey-world
(n = 0, p = 1; Buchsbaum 1980), shades-of-grey (p = 6; Finlayson & Trezzi 2004), white-patch
(p = infinity; Land 1977) and grey-edge (n = 1, 2); docs/methods.md#statistical-estimates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json, Real
from contrast_engine.errors import UnknownName
from contrast_engine.illuminants.angles import NEUTRAL, angular_error, unit
from contrast_engine.illuminants.edges import responses

SMALLEST = 1e-4
"""No channel of an estimate is below this share of its length: it is divided by."""


@dataclass(frozen=True)
class Setting:
    """The options of one estimate.

    Args:
        order: Of the derivative, 0..2.
        sigma: Of the Gaussian before it, in pixels of the working size.
        p: Norm that is taken over pixels.
        percentile: Taken of each channel in place of a norm, where it is above 0.
    """

    order: int = 0
    sigma: float = 0.0
    p: float = 1.0
    percentile: float = 0.0

    def as_json(self) -> Json:
        """The options that count."""
        last: Json = {"percentile": self.percentile} if self.percentile else {"p": self.p}
        return {"order": self.order, "sigma": self.sigma, **last}


@dataclass(frozen=True)
class Estimator:
    """A statistical estimate: its usual options, and those to choose from.

    Args:
        title: What a page calls it.
        usual: Its options where there is nothing to choose by.
        grid: Options to choose from, by the mean error on training images.
    """

    title: str
    usual: Setting
    grid: tuple[Setting, ...]


def _edges(order: int) -> tuple[Setting, ...]:
    return tuple(
        Setting(order, sigma, p) for sigma in (0.5, 1.0, 2.0) for p in (1.0, 2.0, 4.0, 6.0)
    )


ESTIMATORS: dict[str, Estimator] = {
    "grey-world": Estimator("Grey-world", Setting(), (Setting(),)),
    "white-patch": Estimator(
        "White-patch",
        Setting(percentile=99.5),
        tuple(Setting(0, s, percentile=q) for s in (0.0, 1.0) for q in (98.0, 99.0, 99.5, 100.0)),
    ),
    "shades-of-grey": Estimator(
        "Shades-of-grey",
        Setting(p=6.0),
        tuple(Setting(0, s, p) for s in (0.0, 1.0) for p in (2.0, 4.0, 6.0, 8.0, 12.0)),
    ),
    "grey-edge": Estimator("Grey-edge, first order", Setting(1, 1.0, 1.0), _edges(1)),
    "grey-edge-2": Estimator("Grey-edge, second order", Setting(2, 1.0, 1.0), _edges(2)),
}
"""Every statistical estimator by name (own choice of grids, small on purpose)."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """Estimates whose options were chosen on other images.

    Args:
        estimates: (n, 3) unit vectors.
        settings: The options chosen for each fold.
    """

    estimates: Floats
    settings: tuple[Setting, ...]


def estimate(name: str, images: Real, valid: Bools, setting: Setting | None = None) -> Floats:
    """The illuminant of every picture as positive unit vectors, (n, 3).

    A picture without a usable pixel is given neutral light.

    Args:
        name: Of the estimator.
        images: (n, h, w, 3) linear light.
        valid: (n, h, w) the pixels that may be looked at.
        setting: Its options; None for the usual ones.

    Raises:
        UnknownName: There is no such estimator.
    """
    usual = estimator(name).usual
    found: Floats = estimates_of((setting or usual,), images, valid)[0]
    return found


def estimator(name: str) -> Estimator:
    """A statistical estimator by its name.

    Raises:
        UnknownName: There is none.
    """
    if name not in ESTIMATORS:
        raise UnknownName(f"no estimator {name!r}; there are: {', '.join(ESTIMATORS)}")
    return ESTIMATORS[name]


def estimates_of(settings: Sequence[Setting], images: Real, valid: Bools) -> Floats:
    """Estimates by several options, (settings, n, 3); what they share is computed once."""
    found = np.empty((len(settings), len(images), 3))
    shared: dict[tuple[int, float], list[int]] = {}
    for at, setting in enumerate(settings):
        shared.setdefault((setting.order, setting.sigma), []).append(at)
    for (order, sigma), places in shared.items():
        values, usable = responses(images, valid, order, sigma)
        for row, (picture, mask) in enumerate(zip(values, usable, strict=True)):
            pixels = picture[mask].astype(np.float64)  # (usable pixels, 3)
            for at in places:
                found[at, row] = _pooled(pixels, settings[at])
    return found


def best_setting(name: str, images: Real, valid: Bools, truths: Real) -> Setting:
    """The options of an estimator with the lowest mean error on images of known illuminant."""
    grid = estimator(name).grid
    return grid[_best(_errors(estimates_of(grid, images, valid), truths))]


def tuned(name: str, images: Real, valid: Bools, truths: Real, folds: Ints) -> Tuned:
    """Estimates of every picture by options that were chosen on the other folds.

    Args:
        name: Of the estimator.
        images: (n, h, w, 3) linear light.
        valid: (n, h, w) the pixels that may be looked at.
        truths: (n, 3) the illuminants.
        folds: (n,) which fold each picture is in; one fold alone takes the usual options.
    """
    one = estimator(name)
    every = estimates_of(one.grid, images, valid)
    errors = _errors(every, truths)
    made, chosen = np.empty((len(images), 3)), []
    for fold in np.unique(folds):
        here = folds == fold
        at = one.grid.index(one.usual) if here.all() else _best(errors[:, ~here])
        made[here] = every[at, here]
        chosen.append(one.grid[at])
    return Tuned(made, tuple(chosen))


def _errors(estimates: Floats, truths: Real) -> Floats:
    """(settings, n) angular errors of (settings, n, 3) estimates."""
    return np.stack([angular_error(some, truths) for some in estimates])


def _best(errors: Floats) -> int:
    return int(errors.mean(axis=1).argmin())


def _pooled(pixels: Floats, setting: Setting) -> Floats:
    """A positive unit vector of (pixels, 3) values."""
    if not len(pixels):
        return NEUTRAL
    if setting.percentile:
        norms = np.percentile(pixels, setting.percentile, axis=0)
    else:
        most = max(float(pixels.max()), 1e-12)  # powers of small numbers would be lost
        norms = _powers(pixels / most, setting.p).mean(axis=0) ** (1 / setting.p)
    if not norms.any():
        return NEUTRAL
    made = unit(norms)[0]
    positive: Floats = unit(np.maximum(made, SMALLEST))[0]
    return positive


def _powers(values: Floats, p: float) -> Floats:
    """Values to a power above 0; a whole one by products, many times sooner than NumPy does it."""
    if p != int(p):
        return values**p
    made, square, left = np.ones(()), values, int(p)
    while left:
        made = np.asarray(made * square) if left % 2 else made
        square, left = square * square, left // 2
    return made
