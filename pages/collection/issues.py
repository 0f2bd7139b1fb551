"""Issues: what may be wrong with the contrast or the light of which image, and from where on."""

from pages.collection import issue_table
from pages.common import headings, navigation

headings.page(
    "Issues",
    "issue",
    "What may be wrong with contrast and light: kind by kind, with the images that have it, the "
    "worst first. Click to look at one; tick several to label, save or download them.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "look for issues")
issue_table.show(workspace)
