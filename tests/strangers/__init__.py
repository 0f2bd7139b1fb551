"""Workspaces as a stranger could make them: each says something untrue, or leads out of its folder.

Each maker changes one thing in a folder that was a good workspace.
"""

from tests.strangers import beside, databases, files, jobs, links, marks, results
from tests.strangers.making import MAKERS, MARKUP, SQLITE, Maker
from tests.strangers.results import HARMED, LYING_ARRAYS

__all__ = [
    "HARMED",
    "LYING_ARRAYS",
    "MAKERS",
    "MARKUP",
    "SQLITE",
    "Maker",
    "beside",
    "databases",
    "files",
    "jobs",
    "links",
    "marks",
    "results",
]
