"""Attributes: named numbers of images that are not contrast features, with their words.

Complexity and illuminant are measured by their own laboratories and stored in tables of their own.
They colour maps, sort galleries, span axes and are exported beside the features, and are never part
of the space that images are compared in (`steps.attributes`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attribute:
    """What the pages show about a column that is no feature.

    Args:
        name: Its column.
        unit: What one of it is ("degrees", "K").
        low, high: Bounds that no image can cross; None where there is none.
        direction: What a larger value means ("more complex").
        summary: What it gives, one sentence; its first words are its title.
    """

    name: str
    unit: str
    low: float | None
    high: float | None
    direction: str
    summary: str


_ALL: tuple[Attribute, ...] = (
    Attribute("complexity", "of 100", 0, 100, "more complex",
              "Complexity: how many parts a picture has, by no human number."),
    Attribute("complexity_predicted", "score", None, None, "more complex",
              "Predicted complexity: what people would say, learnt from scores of other images."),
    Attribute("predicted_entropy", "bits", 0, None, "more to see",
              "Predicted entropy: mean entropy of hidden patches as an encoder guesses it."),
    Attribute("edge_density", "share", 0, 1, "more edges",
              "Edge density: share of pixels on an edge at a fixed size."),
    Attribute("jpeg_bytes", "bytes", 0, None, "harder to code",
              "JPEG bytes: bytes that the picture takes at fixed size and quality."),
    Attribute("subband_entropy", "bits", 0, None, "more clutter",
              "Subband entropy: bits that its details take over sizes and orientations."),
    Attribute("regions", "regions", 0, None, "more parts",
              "Number of regions: even areas that the picture falls into at a fixed size."),
    Attribute("colour_clutter", "L*a*b*", 0, None, "more clutter",
              "Colour clutter: how far colours vary locally."),
    Attribute(
        "cast_angle", "degrees", 0.0, 54.7357, "stronger colour cast",
        "Colour cast: angle between the estimated illuminant and neutral. White balance was "
        "applied to photographs already: what is left of it, and what the content adds.",
    ),
    Attribute(
        "illuminant_cct", "K", 1000.0, 40000.0, "cooler light",
        "Illuminant, colour temperature: the black body nearest to the estimated light in the "
        "balanced photograph; 6,504 K is neutral.",
    ),
    Attribute(
        "illuminant_duv", "", -0.05, 0.05, "greener light",
        "Illuminant, Duv: distance of the estimated light from black bodies, above 0 towards "
        "green, below 0 towards magenta.",
    ),
    Attribute(
        "illuminant_u", "", 0.0, 0.7, "redder light",
        "Illuminant, u': chromaticity of the estimated light in CIE 1976; 0.198 is neutral.",
    ),
    Attribute(
        "illuminant_v", "", 0.0, 0.6, "yellower light",
        "Illuminant, v': chromaticity of the estimated light in CIE 1976; 0.468 is neutral.",
    ),
    Attribute("veil", "share", 0, 1, "more haze",
              "Veil: how light the darkest tones are beside the lightest around them."),
    Attribute(
        "entropy_error", "bits", 0, None, "harder to foretell",
        "Entropy error: how far an encoder errs on the entropy of hidden patches.",
    ),
)  # fmt: skip
ATTRIBUTES: dict[str, Attribute] = {attribute.name: attribute for attribute in _ALL}
"""Every attribute by its name, in the order of menus and exports."""
