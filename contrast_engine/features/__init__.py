"""Contrast features: named numbers, each one decorated function of a `LinearImage`.

A file in this package is enough to add one: it gets its column, its tooltip and the contract tests.
Definitions: docs/methods.md. One of another package, by an entry point in
`contrast_engine.features`, is kept in a column of its own beside them: docs/plugins.md.
"""

import math
from collections.abc import Iterable

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.features.feature import Feature, feature, features
from contrast_engine.features.shared_results import shared
from contrast_engine.images import ANALYSIS_SIZE, LinearImage
from contrast_engine.plugins import said
from contrast_engine.several import several

__all__ = [
    "ANALYSIS_SIZE",
    "FEATURE_VERSION",
    "Feature",
    "added_names",
    "core_names",
    "feature",
    "feature_names",
    "features",
    "measure_image",
]

FEATURE_VERSION = 4
"""Part of every key that depends on features: raise it when any value would change."""

_ORDER = (
    "c_rms", "u_dr", "entropy", "mean_y", "std_y", "skew", "kurt", "e_low", "e_high", "hl_ratio",
    "spectral_slope", "lc_mean", "lc_std", "lc_p99", "lum_contrast", "chroma_contrast",
    "chroma_mean", "hue_diversity", "gcf", "dr_stops", "sigma_l", "rammg", "rsc", "peli_1",
    "peli_2", "peli_3", "peli_4", "peli_5", "peli_6", "peli_7", "c_hp", "michelson",
    "colourfulness", "clip_shadows", "clip_highlights", "noise_sigma", "sharpness", "amount",
)  # fmt: skip


def feature_names() -> tuple[str, ...]:
    """Name every feature of this program: the core, then the panel."""
    place = {name: position for position, name in enumerate(_ORDER)}
    ours = (name for name in features if features.plugin(name) is None)
    return tuple(sorted(ours, key=lambda name: place.get(name, len(_ORDER))))


def added_names() -> tuple[str, ...]:
    """Name the features of other packages, each kept in a column of its own."""
    return tuple(sorted(name for name in features if features.plugin(name) is not None))


def core_names() -> tuple[str, ...]:
    """Name the features that span the space images are clustered and mapped in."""
    return tuple(name for name in feature_names() if features[name].core)


def measure_image(image: LinearImage, names: Iterable[str] | None = None) -> dict[str, float]:
    """Features of one image by name, all of them in the order of `feature_names` unless named.

    Each is measured once for as long as the picture lives, also if several models ask for it, and
    has the same value whichever others were asked for before.

    Args:
        image: The picture.
        names: Which features, in which order; what they share is worked out for them alone.

    Raises:
        ImageError: A feature is not finite on this image; the message names the feature.
        OptionError: One name instead of a list.
        UnknownName: There is no feature of that name.
    """
    wanted = feature_names() if names is None else tuple(several(names, "names"))
    known = _known(image)
    for name in wanted:
        if name not in known:
            known[name] = _measured(image, name)
    return {name: known[name] for name in wanted}


@shared
def _known(_: LinearImage) -> dict[str, float]:
    """What was measured of a picture so far."""
    return {}


def _measured(image: LinearImage, name: str) -> float:
    plugin = features.plugin(name)
    if plugin is not None:
        return _measured_by(plugin.package, image, name)
    value = float(features[name].measure(image))
    if not math.isfinite(value):
        raise ImageError(f"{name} came out as {value} on this image; please report the file")
    return value


def _measured_by(package: str, image: LinearImage, name: str) -> float:
    """What a feature of another package gives; whatever else it does is that image's problem."""
    try:
        value = features[name].measure(image)
    except Exception as error:
        raise ImageError(f"{name} of {package} failed: {said(error)}") from error
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ImageError(f"{name} of {package} gave {type(value).__name__}, not a number")
    if not math.isfinite(value):
        raise ImageError(f"{name} of {package} came out as {value}")
    return float(value)
