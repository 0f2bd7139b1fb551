"""The sections of a report in their order, each made by a function of its own file."""

from collections.abc import Mapping

from contrast_engine.report.material import Make
from contrast_engine.report.sections.clusters import clusters
from contrast_engine.report.sections.evidence import evidence
from contrast_engine.report.sections.issues import issues
from contrast_engine.report.sections.labels import labels
from contrast_engine.report.sections.map import the_map
from contrast_engine.report.sections.methods import methods
from contrast_engine.report.sections.model import model
from contrast_engine.report.sections.overview import overview
from contrast_engine.report.sections.reproduce import reproduce

MAKE: Mapping[str, Make] = {
    "overview": overview,
    "map": the_map,
    "clusters": clusters,
    "issues": issues,
    "labels": labels,
    "model": model,
    "evidence": evidence,
    "methods": methods,
    "reproduce": reproduce,
}
"""Every section by its name."""
