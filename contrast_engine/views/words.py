"""Metrics of clusterings and maps in words, always with their sample and their null reference."""

from contrast_engine.arrays import Json
from contrast_engine.validation.separation import DRAWS, TOO_FEW
from contrast_engine.views.collection.feature_overview import SPELT_OUT, feature_title
from contrast_engine.views.input_checks import sentence

LONGEST_X, LONGEST_Y = 80, 58
NO_UNIT = "no unit"
"""Characters that fit along the sides of the map."""


def separation_words(details: Json) -> tuple[str, str]:
    """How separate clusters are: the verdict, and the numbers that it rests on.

    Args:
        details: As stored with a clustering; the silhouette stands beside its null.
    """
    found = details["silhouette"]
    meaning = (
        "1 would be perfectly separate, 0 not at all."
        if details["is_grouped"]
        else "Nothing is proven either way: more images, or fewer clusters, would tell."
        if details.get("reading") == TOO_FEW
        else "The images form a continuum, and the clusters cut it into regions that help to sort "
        "and label, but are no natural kinds."
    )
    return (
        sentence(details["verdict"]),
        f"Silhouette {found['value']:.3f}; the null reference, data of the same shape without "
        f"groups drawn {found.get('draws', DRAWS)} times, gives {found['null_mean']:.3f} ± "
        f"{found['null_sd']:.3f} (n = {found['n']:,}; {details['space']}). "
        f"{_valley(details.get('gaps'))}{meaning}",
    )


def fit_words(details: Json, n: int) -> str:
    """What clusters of `n` images were made from, where that is not every one; else nothing.

    Args:
        details: As stored with a clustering.
        n: How many images are clustered.
    """
    said = details.get("method")
    if not isinstance(said, dict):
        return ""
    if note := said.get("note"):
        return sentence(str(note))
    fitted_on = int(said.get("fitted_on", n))
    if fitted_on >= n:
        return ""
    return (
        f"Fitted on {fitted_on:,} of {n:,} images, drawn at random; the others were assigned to the"
        " cluster that is nearest by the same rule."
    )


def _valley(gaps: Json | None) -> str:
    """The deciding valley in words; clusters of before valleys were looked for say so."""
    if gaps is None:
        return "Valleys between these clusters were not looked for: cluster again. "
    of = f"{gaps['n']:,} images" + ("" if gaps["n"] == gaps["total"] else f" of {gaps['total']:,}")
    return (
        f"Density in the deciding valley: {gaps['valley']:.0%} of that of the lower hill beside "
        f"it, chance {gaps['chance']:.2g}, counted on images that did not place it ({of}). "
    )


def axis_words(details: Json, longest: tuple[int, int] = (LONGEST_X, LONGEST_Y)) -> tuple[str, str]:
    """What right and up mean on a map, where its axes mean something.

    Args:
        details: As stored with a map; `ends` holds the low and high end of each axis in words,
            `measures` the name and unit of each axis that is a feature.
        longest: Characters that fit along either side.
    """
    if "measures" in details:
        x, y = (_feature(name, unit) for name, unit in details["measures"])
        return x, y
    ends = details.get("ends") or []
    if len(ends) < 2:
        return "", ""
    x, y = (_axis(low, high, most) for (low, high), most in zip(ends, longest, strict=False))
    return f"{x} ({NO_UNIT})", f"{y} ({NO_UNIT})"


def axis_words_in_depth(details: Json) -> tuple[str, str, str]:
    """Where the three directions of a map lead, where they mean something.

    Args:
        details: As stored with a map; `ends` holds the low and high end of each axis in words, of
            which there is room for one.
    """
    ends = details.get("ends") or []
    if len(ends) < 3:
        return "", "", ""
    x, y, z = (f"\N{RIGHTWARDS ARROW} {high.partition(', ')[0]}" for _, high in ends[:3])
    return x, y, z


def _feature(name: str, unit: str) -> str:
    said = SPELT_OUT.get(unit, unit)
    return f"{feature_title(name)} ({said or NO_UNIT})"


def _axis(low: str, high: str, longest: int) -> str:
    """Both ends of an axis, named by as many of their words as fit beside it."""
    arrows = "  \N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}  "
    parts = low.split(", "), high.split(", ")
    names = [
        arrows.join(", ".join(part[:most]) for part in parts)
        for most in range(len(parts[0]), 0, -1)
    ]
    return next((name for name in names if len(name) <= longest), names[-1])


def map_words(details: Json) -> str:
    """How far neighbours on a map can be believed.

    Args:
        details: As stored with a map; `trustworthiness` and `continuity` each hold `value`, `n`
            and `n_neighbors`.
    """
    trustworthiness, continuity = details["trustworthiness"], details["continuity"]["value"]
    value = trustworthiness["value"]
    nearby = (
        "images that are near each other here are nearly always alike"
        if value >= 0.95
        else "images that are near each other here are mostly alike"
        if value >= 0.85
        else "images that are near each other here may still differ; check them in the gallery"
    )
    together = (
        "nearly all images that are alike are near each other here"
        if continuity >= 0.95
        else "some images that are alike are far apart here; ask for similar images "
        "instead of looking beside a point"
    )
    return (
        f"Trustworthiness {value:.3f} on {trustworthiness['n']:,} images and their "
        f"{trustworthiness['n_neighbors']} nearest neighbours (1 is perfect): {nearby}. "
        f"Continuity {continuity:.3f}: {together}.{_left_out(details)}"
    )


def _left_out(details: Json) -> str:
    """What to say of images without the attribute that spans an axis."""
    count = int(details.get("left_out", 0))
    if not count:
        return ""
    are = "1 image is" if count == 1 else f"{count:,} images are"
    return f" {are} left out: without a value for these axes."
