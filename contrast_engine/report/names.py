"""The sections and formats of a report by name: known without making one."""

from collections.abc import Mapping

SECTIONS: Mapping[str, str] = {
    "overview": "Overview",
    "map": "Map",
    "clusters": "Clusters",
    "issues": "Contrast issues",
    "labels": "Labels and annotators",
    "model": "Model card",
    "evidence": "Evidence",
    "methods": "Methods and sources",
    "reproduce": "How to make it again",
}
"""Every section with its heading, in the usual order."""

FORMATS = ("html", "md", "pdf")
