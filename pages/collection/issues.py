"""Issues: pictures in which something is wrong with the contrast, and why."""

from pages.collection import issue_table
from pages.common import headings, navigation

headings.page(
    "Issues",
    "issue",
    "Pictures in which something may be wrong with the contrast, kind by kind, the worst first.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "see what may be wrong with them")
issue_table.show(workspace)
