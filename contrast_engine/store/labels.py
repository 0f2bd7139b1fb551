"""Labels of images in an append-only log, so that none is ever lost."""

import json
from collections.abc import Iterable

from contrast_engine.access import Act, need
from contrast_engine.errors import OptionError
from contrast_engine.several import several
from contrast_engine.store import label_queries as sql
from contrast_engine.store.cluster_names import ClusterNames
from contrast_engine.store.label_sayings import LabelSayings
from contrast_engine.store.label_types import OVERLAP, Annotation, Label, LabelSet, label_name
from contrast_engine.store.labels_as_a_whole import LabelsAsAWhole

__all__ = ["Annotation", "Label", "LabelSet", "LabelStore", "Saying", "label_name"]

Saying = Annotation
"""The name of before, for scripts that have it."""


class LabelStore(LabelSayings, LabelsAsAWhole, ClusterNames):
    """The labels of one workspace, in an append-only SQLite log.

    Any number of threads and processes may use it at once. When a method that writes returns,
    the change is on the disk.

    Args:
        path: The file.
        left_out: Gives the images whose labels do not count now, as they are not in the
            collection; the log keeps them.
        strangers: Gives those of some images that were never in the collection.
    """

    def define(
        self,
        labels: Iterable[str],
        is_ordered: bool = False,
        who: str = "me",
        overlap: float = OVERLAP,
        is_blind: bool = False,
    ) -> int:
        """Number of the event that sets the labels to choose from; labels in use stay available.

        Args:
            labels: Their names.
            is_ordered: They go from low to high.
            who: The annotator.
            overlap: Share, 0..1, of randomly drawn images that every annotator is shown.
            is_blind: Nobody but owners sees what others said, or what a model learnt from it.

        Raises:
            OptionError: A name stands twice or cannot be a label, or the share is none.
        """
        if not 0 <= overlap <= 1:
            raise OptionError(f"the overlap is a share from 0 to 1, got {overlap:g}")
        names = [label_name(label) for label in several(labels, "labels")]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise OptionError(f"label {twice[0]!r} stands twice in the set; name each once")
        body = json.dumps(
            {"labels": names, "is_ordered": bool(is_ordered), "overlap": float(overlap)}
            | ({"is_blind": True} if is_blind else {})
        )
        need(Act.CHANGE, who)
        with self._database.writing() as connection:
            return sql.append(connection, "define", who, body=body)
