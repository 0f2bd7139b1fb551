"""What was made again held against what there was: the same, another, or not there."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.errors import UnknownName
from contrast_engine.reproduce.plan import Plan
from contrast_engine.reproduce.planner import named
from contrast_engine.reproduce.said import label_lines
from contrast_engine.steps.labels.comparison_files import comparison_lines
from contrast_engine.steps.structure.name_clustering import clustering_names
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors

SAME, DIFFERS, NOT_REBUILT = "same", "differs", "not rebuilt"

OF_THE_FILE = ("columns", "left_out", "read_as")
"""What the details of vectors of one's own say of the file they came in, which is another now."""

OF_THE_LOG = ("annotation", "undone", "path")
"""What the log of labels numbers anew."""


@dataclass(frozen=True)
class Compared:
    """One row of the table.

    Args:
        what: What was compared.
        verdict: "same", "differs" or "not rebuilt".
        why: How it differs, or why it is not there.
        is_known: Whether it was said before that it cannot be made.
        key: The key of a result, "" where it is none.
    """

    what: str
    verdict: str
    why: str = ""
    is_known: bool = False
    key: str = ""

    @property
    def is_fault(self) -> bool:
        """True where it should have been the same."""
        return self.verdict != SAME and not self.is_known


def compared(then: Workspace, again: Workspace, plan: Plan) -> tuple[Compared, ...]:
    """Every result and everything people said, then and again."""
    rows = [*_said(then, again)]
    rows += [_result(then, again, one.kind, one.key) for one in plan.expected]
    for kind, key in plan.in_use.items():
        now = again.current(kind)
        if now != key:
            rows.append(Compared(f"{kind} in use", DIFFERS, f"{now or 'none'} and not {key}"))
    rows += [Compared(one.what, NOT_REBUILT, one.why, True, one.key) for one in plan.cannot]
    return tuple(rows)


def _result(then: Workspace, again: Workspace, kind: str, key: str) -> Compared:
    if kind == "models":
        return _model(then, again, key, f"encoder {key}")
    what = named(then, key)
    try:
        made = again.manifest(key)
    except UnknownName:
        return Compared(what, *_another(then, again, kind, key), key=key)
    before = then.manifest(key)
    why = _contents(then, again, kind, key)
    differing = _details(before.details, made.details)
    if before.step.startswith("bring-vectors"):
        differing = [name for name in differing if name not in OF_THE_FILE]
    if not why and differing:
        why = f"the same rows, but its details differ: {', '.join(differing)}"
    if not why and then.models.recipe(key) is not None:
        return _model(then, again, key, what)
    return Compared(what, DIFFERS if why else SAME, why, key=key)


def _contents(then: Workspace, again: Workspace, kind: str, key: str) -> str:
    """How the rows differ, "" where they do not."""
    if _data(then, kind, key) == _data(again, kind, key):
        return ""
    one, other = then.load(key), again.load(key)
    if getattr(one, "ids", None) != getattr(other, "ids", None):
        return "it is of other images"
    if isinstance(one, Vectors) and one.values.shape == other.values.shape:
        far = float(np.nanmax(np.abs(one.values - other.values), initial=0.0))
        return f"the same images, but numbers differ by up to {far:.3g}"
    return "the same question has another answer"


def _data(workspace: Workspace, kind: str, key: str) -> bytes:
    suffix = "findings" if kind == "reports" else "parquet"
    return (workspace.root / kind / f"{key}.{suffix}").read_bytes()


def _details(one: object, other: object, name: str = "") -> list[str]:
    """The names of what differs, by their path in the document."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = []
        for key in sorted({*one, *other}):
            place = f"{name}.{key}" if name else str(key)
            found += _details(one.get(key), other.get(key), place)
        return found
    return [] if one == other else [name]


def _another(then: Workspace, again: Workspace, kind: str, key: str) -> tuple[str, str]:
    """Whether another result of its step is there, and how its question differs."""
    before = then.manifest(key)
    known = {made.key for made in then.artifacts(kind)}
    for made in again.artifacts(kind):
        if made.step == before.step and made.key not in known:
            parts = [name for name in ("recipe", "inputs", "seed")
                     if getattr(made, name) != getattr(before, name)]  # fmt: skip
            return DIFFERS, f"{made.key} was made: another {' and '.join(parts)}"
    return NOT_REBUILT, "no command made it"


def _model(then: Workspace, again: Workspace, key: str, what: str) -> Compared:
    if again.models.recipe(key) is None:
        return Compared(what, NOT_REBUILT, "no command made its model", key=key)
    one, other = (_weights(workspace.root, key) for workspace in (then, again))
    why = "" if one == other else "the numbers of its model differ"
    return Compared(what, DIFFERS if why else SAME, why, key=key)


def _weights(root: Path, key: str) -> bytes:
    return (root / "models" / key / "weights.safetensors").read_bytes()


def _said(then: Workspace, again: Workspace) -> Iterator[Compared]:
    """The images and what people said of them."""
    yield _compared_lists("images", _images(then), _images(again))
    labels = [_rows(label_lines(workspace)) for workspace in (then, again)]
    yield _compared_lists("annotations", *labels)
    one, other = then.labels.label_set(), again.labels.label_set()
    yield Compared("label set", *_same(one == other, "it is another one"))
    yield _compared_lists("comparisons", *(
        comparison_lines(workspace).splitlines() for workspace in (then, again)
    ))  # fmt: skip
    yield _compared_lists("selections", *(
        sorted((s.name, s.key) for s in workspace.selections.saved()) for workspace in (then, again)
    ))  # fmt: skip
    yield _compared_lists("names of clusters", *(_names(w) for w in (then, again)))


def _same(is_same: bool, why: str) -> tuple[str, str]:
    return (SAME, "") if is_same else (DIFFERS, why)


def _compared_lists(what: str, one: Sequence[object], other: Sequence[object]) -> Compared:
    if one == other:
        return Compared(f"{what} ({len(one):,})", SAME)
    lost = sum(row not in other for row in one)
    new = sum(row not in one for row in other)
    why = f"{lost:,} of {len(one):,} are not there, {new:,} others are"
    return Compared(f"{what} ({len(one):,})", DIFFERS, why if lost or new else "in another order")


def _images(workspace: Workspace) -> list[object]:
    images = workspace.images
    return [(image, images.paths.get(image)) for image in sorted(images.ids)
            if image not in images.missing]  # fmt: skip


def _rows(lines: bytes) -> list[object]:
    found: list[object] = []
    for line in lines.splitlines():
        row = json.loads(line)
        found.append({**{name: value for name, value in row.items() if name not in OF_THE_LOG},
                      "is_undone": row["undone"] is not None})  # fmt: skip
    return found


def _names(workspace: Workspace) -> list[object]:
    key = workspace.current("clusterings")
    found: list[object] = []
    found += sorted(workspace.labels.cluster_names(key).items()) if key else []
    names = clustering_names(workspace)
    return found + sorted((of, name) for of, name in names.items() if name)
