"""Contrast features: named numbers, each one decorated function of a `LinearImage`.

A file in this package, or an entry point in `contrast_engine.features`, is enough to add one: it
gets its column, its tooltip and the contract tests. Definitions: docs/methods.md.
"""

import math
from collections.abc import Iterable

from contrast_engine.errors import ImageError
from contrast_engine.features.feature import Feature, feature, features
from contrast_engine.features.shared_results import shared
from contrast_engine.images import ANALYSIS_SIZE, LinearImage
from contrast_engine.several import several

__all__ = [
    "ANALYSIS_SIZE",
    "FEATURE_VERSION",
    "Feature",
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
    """Name every feature: the core, the panel, then additions."""
    place = {name: position for position, name in enumerate(_ORDER)}
    return tuple(sorted(features, key=lambda name: place.get(name, len(_ORDER))))


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
    value = float(features[name].measure(image))
    if not math.isfinite(value):
        raise ImageError(f"{name} came out as {value} on this image; please report the file")
    return value
