"""Map: every image a point, near each other where their contrast is alike."""

from pages.common import filter_bar, headings, navigation, workbench
from pages.structure import map_pane

HOME = 60  # share of the map in per cent where the address names none: the map is large

headings.page(
    "Map",
    "projection",
    "Every point is one image; images near each other have similar contrast. "
    "Click a point to see its image, or select a region with the lasso to see all of its images.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "see them on a map")
passing = filter_bar.show(workspace)
workbench.show(workspace, passing, home=HOME, draw_map=lambda: map_pane.show(workspace))
