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


_ALL: tuple[Attribute, ...] = ()
ATTRIBUTES: dict[str, Attribute] = {attribute.name: attribute for attribute in _ALL}
"""Every attribute by its name, in the order of menus and exports."""
