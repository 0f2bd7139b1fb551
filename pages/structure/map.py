"""Map: every image a point, near each other where their contrast is alike."""

from pages.common import filter_bar, headings, navigation, workbench
from pages.structure import map_pane

HOME = 60  # share of the map in per cent where the address names none: the map is large

headings.page(
    "Map",
    "projection",
    "Images near each other have similar contrast. Click a point for its image; outline a group "
    "with the lasso.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "see them on a map")
passing = filter_bar.show(workspace)
workbench.show(workspace, passing, home=HOME, draw_map=lambda: map_pane.show(workspace))
