"""retrain: clusters, map and model made again on old and new images, as a candidate."""

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.results import Predictions
from contrast_engine.several import several
from contrast_engine.steps.collection.gather import GatherReport, gather
from contrast_engine.steps.collection.measured_rows import STEP as MEASURED
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.steps.monitoring import candidates as kept
from contrast_engine.steps.monitoring.as_before import AsBefore
from contrast_engine.steps.monitoring.compare import (
    abstaining,
    agreement,
    aligned,
    changes,
    cluster_fates,
    joined_predictions,
)
from contrast_engine.steps.monitoring.judge import judged
from contrast_engine.steps.monitoring.new_files import NewFiles, new_files
from contrast_engine.store import Artifact, Workspace, shown
from contrast_engine.store.artifacts import HAVE_CURRENT
from contrast_engine.store.atomic_files import write_json
from contrast_engine.store.candidate import CandidateWorkspace
from contrast_engine.store.decisions import TOPIC
from contrast_engine.vectors import ImageId

PARTS = 5
OLD_MODEL = "old-model@1"
SCORES = (
    "accuracy", "accuracy_low", "accuracy_high", "kappa", "kappa_low", "kappa_high", "n",
)  # fmt: skip


@dataclass(frozen=True)
class RetrainReport:
    """A candidate: a model trained again, and how it compares with the current one.

    Args:
        id: Its name.
        record: As `contrast retrain --json` prints it.
    """

    id: str
    record: Json


def retrain(
    workspace: Workspace,
    paths: Sequence[str | Path] = (),
    *,
    log: str | Path | None = None,
    who: str = "me",
    workers: int | None = None,
    progress: Progress = SILENT,
) -> RetrainReport:
    """Train the current model again on the old images and new ones, and compare the two.

    The clustering is made again by the same method and follows the old one, then the map, then
    the model: same methods, options, order of the labels and kind of space. Nothing of it is
    current before it is accepted, and no label is touched: labels hang on the content of images.
    A candidate that nobody had decided about is set aside.

    Args:
        workspace: With a model, and a log of scored batches where no paths are given.
        paths: Files and folders of new images; without any, those of the reservoir.
        log: The folder of the log, where it is that of a model file or another one.
        who: Who asked for it.
        workers: Images measured at a time; as many as there are cores by default.
        progress: Told on the way; cancelled, it leaves nothing but what was measured.

    Raises:
        NotEnoughData: There is no model, or there are no new images.
        OptionError: One path instead of a list.
        ModelError: The model cannot be trained on new images; the message says why.
        WorkspaceError: Somebody else is retraining, or the disk is full.
    """
    progress = paced(progress, "retrain", workspace, "looking what is there")
    paths = several(paths, "paths")
    with workspace.lock("retrain", timeout=1.0):
        before = _before(workspace)
        name = f"{datetime.now(UTC):%Y%m%d%H%M%S}{secrets.token_hex(2)}"
        folder = kept.folder_of(workspace, name)
        try:
            with kept.looked_at(workspace, name) as view:
                files = new_files(workspace, paths, folder, log)
                record = _candidate(workspace, view, before, files, workers, progress)
            record |= {"id": name, "made": datetime.now(UTC).isoformat(timespec="seconds")}
            write_json(folder / kept.RECORD, {**record, "who": who})
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        open_before = kept.open_candidate(workspace)
        if open_before:
            body = {"what": kept.SET_ASIDE, "id": open_before.id, "for": name}
            workspace.edits.append(TOPIC, who, body, f"{open_before.id} {kept.SET_ASIDE}")
        body = {"what": kept.MADE, "id": name, "images": record["images"]}
        workspace.edits.append(TOPIC, who, body, f"{name} {kept.MADE}")
        kept.clear(workspace)
    return RetrainReport(name, {**record, "who": who})


def _before(workspace: Workspace) -> dict[str, str | None]:
    """What is current, once it is sure that there is a model and that it can be made again."""
    now = {kind: workspace.current(kind) for kind in HAVE_CURRENT}
    model = now["predictions"]
    if model is None:
        raise NotEnoughData(
            "there is no model to train again yet; label images of at least two kinds and run "
            f"`contrast pseudo-label {shown(workspace.root)}`"
        )
    table = now["features"]
    if table is None or workspace.manifest(table).step != MEASURED:
        raise ModelError(
            "the collection was measured by an earlier version, whose values new images cannot "
            f"be compared with; run `contrast measure {shown(workspace.root)}` and "
            f"`contrast pseudo-label {shown(workspace.root)}` first"
        )
    made = workspace.manifest(model)
    AsBefore(workspace, SILENT).can_be_made_again(made)
    return now


def _candidate(
    workspace: Workspace,
    view: CandidateWorkspace,
    before: dict[str, str | None],
    files: NewFiles,
    workers: int | None,
    progress: Progress,
) -> Json:
    """Everything made again in the view, and the record of it."""
    old = frozenset(workspace.images.ids)
    gathered = gather(view, files.roots, workers=workers, progress=_Part(progress, 1))
    new = tuple(image for image in view.images.ids if image not in old)
    added = [image for image in new if image in view.load(gathered.measured.key).rows]
    if not added:
        raise NotEnoughData(_nothing_new(files, gathered))
    again = AsBefore(view, _Part(progress, 2))
    again.embeddings()
    if before["clusterings"]:
        again.progress = _Part(progress, 3)
        again.clusters(before["clusterings"])
    if before["maps"]:
        again.progress = _Part(progress, 4)
        again.map(before["maps"])
    again.progress = _Part(progress, 5)
    again.model(str(before["predictions"]))
    progress.tick(0, 0, "comparing the old model with the new one")
    labels = consensus_labels(workspace).of
    return {
        "images": {
            "old": len(old), "new": len(added),
            "unusable": len(new) - len(added) + _problems(view) - _problems(workspace),
            "already_known": sum(ImageId(image) in old for image in files.ids),
        },
        "source": files.as_json(),
        "labels": {
            "hash": labels_now(workspace), "n": len(labels), "new": sum(i in labels for i in added),
        },
        "before": before,
        "after": {kind: view.current(kind) for kind in HAVE_CURRENT},
        "left": again.left,
        **_compared(workspace, view, before, added, again),
    }  # fmt: skip


def labels_now(workspace: Workspace) -> str:
    """Names the labels that a model would learn from now, and their order."""
    known = workspace.labels.label_set()
    order = "ordered" if known.is_ordered else "not ordered"
    return f"{pairs_hash(consensus_labels(workspace).of)} {order} {' < '.join(known.labels)}"


def _compared(
    workspace: Workspace,
    view: CandidateWorkspace,
    before: dict[str, str | None],
    added: list[ImageId],
    again: AsBefore,
) -> Json:
    keys = {kind: view.current(kind) for kind in HAVE_CURRENT}
    model, candidate = str(before["predictions"]), str(keys["predictions"])
    old, now = view.load(model), view.load(candidate)
    placed = [image for image in added if image in now.rows]
    said = judged(view, model, before["clusterings"], placed, again.instead)
    own = Artifact("predictions", OLD_MODEL, {}, (model, candidate))
    kept.compared(workspace, view.folder.name).save(own, said)
    details = {name: view.manifest(key).details for name, key in
               (("before", model), ("after", candidate))}  # fmt: skip
    is_ordered = bool(details["after"]["is_ordered"])
    found = changes(joined_predictions(old, said), now, {}, placed)
    return {
        "scores": {
            name: {**{n: one["cross_validated"][n] for n in SCORES}, "labels": one["labels"]}
            for name, one in details.items()
        },
        "is_ordered": is_ordered,
        "agreement": {
            "old": agreement(old, now, old.ids, is_ordered=is_ordered),
            "new": agreement(said, now, placed, is_ordered=is_ordered),
        },
        "abstaining": {
            "old": {"before": abstaining(old, old.ids), "after": abstaining(now, old.ids)},
            "new": {"before": abstaining(said, placed), "after": abstaining(now, placed)},
        },
        "changed": {
            "old": sum(not one.is_new for one in found), "of_old": len(old),
            "new": sum(one.is_new for one in found), "of_new": len(placed),
        },
        "clusters": _clusters(view, before["clusterings"], keys["clusterings"]),
        "map": _map(view, before["maps"], keys["maps"]),
    }  # fmt: skip


def old_predictions(workspace: Workspace, view: Workspace, record: Json) -> Predictions:
    """What the old model says of the old images and the new ones."""
    model, candidate = record["before"]["predictions"], record["after"]["predictions"]
    own = Artifact("predictions", OLD_MODEL, {}, (model, candidate))
    said: Predictions = kept.compared(workspace, record["id"]).load(own.key)
    return joined_predictions(view.load(model), said)


def _clusters(view: Workspace, old: str | None, new: str | None) -> Json | None:
    if old is None or new is None or old == new:
        return None
    identity = view.manifest(new).details["identity"]
    names = {**view.labels.cluster_names(old), **view.labels.cluster_names(new)}
    fates = cluster_fates(view.load(old), view.load(new), identity, names)
    return {**{fate: identity[fate] for fate in ("kept", "new", "retired")}, "each": fates}


def _map(view: Workspace, old: str | None, new: str | None) -> Json | None:
    if old is None or new is None or old == new:
        return None
    found = aligned(view.load(old), view.load(new))
    return None if found is None else {"shared": found.shared, "disparity": found.disparity}


def _problems(workspace: Workspace) -> int:
    return len(workspace.images.problems)


def _nothing_new(files: NewFiles, gathered: GatherReport) -> str:
    problems = gathered.scanned.problems
    unusable = f"; {len(problems):,} files cannot be used" if problems else ""
    return (
        f"all of these images are in the collection already{unusable}, so there is nothing to "
        f"add. {files.words}"
    )


SHARES = 10, 1, 4, 3, 4
"""Time of gathering, embedding, clusters, the map and the model (1,000 new among 10,000)."""


class _Part:
    """Says in front of every note which part of the work it is about."""

    def __init__(self, progress: Progress, number: int) -> None:
        self._progress, self._number = in_parts(progress, *SHARES)[number - 1], number

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self._progress.tick(done, total, f"part {self._number} of {PARTS}: {note}", **metrics)
