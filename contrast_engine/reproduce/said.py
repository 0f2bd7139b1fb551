"""Labels, comparisons and selections: files of the record, and the commands that read them."""

import json

from contrast_engine.reproduce.command import WS, Option, Place
from contrast_engine.reproduce.planner import Planner
from contrast_engine.reproduce.structure import who_option
from contrast_engine.steps.labels.comparison_files import comparison_lines
from contrast_engine.steps.labels.export_labels import COLUMNS, OF_THE_LOG, every_annotation
from contrast_engine.store import Workspace
from contrast_engine.store.label_types import LabelSet

LABELS, COMPARISONS = "labels.jsonl", "comparisons.jsonl"


def add_labels(planner: Planner) -> None:
    """Add the label set, every annotation and every comparison."""
    labels = planner.workspace.labels
    known = labels.label_set()
    if known != LabelSet():
        names: list[Option] = [("--label", name) for name in known.labels]
        ordered: list[Option] = [("--ordered", None)] if known.is_ordered else []
        overlap: list[Option] = []
        if known.overlap != LabelSet().overlap:
            overlap = [("--overlap", repr(known.overlap))]
        blind: list[Option] = [("--blind", None)] if known.is_blind else []
        if names:
            planner.add("label define", WS, options=[*names, *ordered, *overlap, *blind])
    if data := label_lines(planner.workspace):
        planner.add_file(LABELS, data)
        planner.add("label import", WS, Place(LABELS))
    if data := comparison_lines(planner.workspace):
        planner.add_file(COMPARISONS, data)
        planner.add("rank import", WS, Place(COMPARISONS))


def label_lines(workspace: Workspace) -> bytes:
    """The whole log of labels, a line each, only ASCII; `label import` takes it without loss."""
    columns = (*COLUMNS, *OF_THE_LOG)
    rows = ({name: row.get(name) for name in columns} for row in every_annotation(workspace))
    return b"".join(f"{json.dumps(row, allow_nan=False)}\n".encode() for row in rows)


def add_selections(planner: Planner) -> None:
    """Add every saved selection, oldest first."""
    selections = planner.workspace.selections
    for number, saved in enumerate(reversed(selections.saved()), 1):
        file = f"selection-{number}.txt"
        images = selections.images(saved.key)
        planner.add_file(file, "".join(f"{image}\n" for image in images).encode())
        planner.add("selection save", WS, saved.name,
                    options=[("--from", Place(file)), *who_option(saved.who)])  # fmt: skip
