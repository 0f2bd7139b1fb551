"""predict_files: many new files scored into a table that the workspace keeps."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.pace import paced
from contrast_engine.predict.inputs import Item
from contrast_engine.predict.model import FULL
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor
from contrast_engine.predict.scoring.batch_log import BatchLog, Logged, kept_of
from contrast_engine.predict.scoring.found_files import FilesToScore, FileToScore
from contrast_engine.predict.scoring.logged import log_of
from contrast_engine.predict.scoring.score_file import ScoreReport, score_files
from contrast_engine.predict.scoring.score_list import look_at, promise_of
from contrast_engine.progress import SILENT, Progress
from contrast_engine.several import several
from contrast_engine.store import Workspace
from contrast_engine.store.sources import holds_many

FEW = 20
"""Files that are looked at while somebody waits."""


@dataclass(frozen=True)
class FewFiles:
    """The first of some files, looked at, and how many there are.

    Args:
        predictions: Of the first, at most `FEW`.
        promise: How often answers are wrong, in words.
        files: How many there are; None where they are in an archive or a table, which is not
            unpacked while somebody waits.
    """

    predictions: tuple[Prediction, ...]
    promise: str
    files: int | None


def predict_files(
    workspace: Workspace,
    paths: Sequence[str],
    *,
    tier: str = FULL,
    progress: Progress = SILENT,
) -> Json:
    """Score many files by the model of a workspace into a table beside its results.

    The same files again continue the same table; every row goes into the log of scored images.

    Args:
        workspace: With a trained model.
        paths: Folders, images, archives, tables of paths.
        tier: Which way to the answer.
        progress: Told after every file.

    Returns:
        What `ScoreReport` says, without the rows; `labels` as pairs, which keep their order.

    Raises:
        NotEnoughData: There is no model, or nothing to score.
        OptionError: One path instead of a list.
        WorkspaceError: The disk is full.
    """
    progress = paced(progress, "predict files", workspace, "loading the model")
    paths = several(paths, "paths")
    predictor = Predictor(workspace)
    folder = workspace.root / "scores"
    folder.mkdir(exist_ok=True)
    said = repr((predictor.model.key, tier, list(paths), predictor.options)).encode()
    out = folder / f"scores-{blake2b(said, digest_size=6).hexdigest()}.csv"
    report: ScoreReport = score_files(
        predictor, paths, out, tier=tier, log=log_of(workspace.root), progress=progress
    )
    told = asdict(report)
    del told["first"]
    return told | {"labels": [*report.labels.items()], "tier": tier, "scored": list(paths)}


def predict_few(workspace: Workspace, path: str | Path, *, tier: str = FULL) -> FewFiles:
    """The first files at a path, looked at and logged.

    Args:
        workspace: With a trained model.
        path: A folder or an image; archives and tables are left to `predict_files`.
        tier: Which way to the answer.

    Raises:
        NotEnoughData: There is no model.
    """
    predictor = Predictor(workspace)
    if holds_many(path):
        return FewFiles((), promise_of(predictor, tier), None)
    with tempfile.TemporaryDirectory() as folder:
        files = FilesToScore([path], Path(folder), lambda _: None, in_full=True)
        first = [file for _, file in zip(range(FEW), files, strict=False)]
    batches = BatchLog(log_of(workspace.root), predictor.model, tier)

    def one(file: FileToScore) -> tuple[Prediction, Logged]:
        return look_at(predictor, file, batches, tier)

    found = [*predictor.side_by_side(one, first, tier=tier)]
    _log(batches, [logged for _, logged in found])
    return FewFiles(tuple(said for said, _ in found), promise_of(predictor, tier), len(files))


def predict_uploads(workspace: Workspace, items: Sequence[Item], *, tier: str = FULL) -> FewFiles:
    """Uploaded images, looked at and logged.

    Raises:
        NotEnoughData: There is no model.
    """
    predictor = Predictor(workspace)
    batches = BatchLog(log_of(workspace.root), predictor.model, tier)
    found = []
    for number, item in enumerate(items, start=1):
        said, image = predictor.look(item, tier=tier, number=number)
        found.append(kept_of(predictor, item, said, image) if batches.takes(said) else Logged(said))
    _log(batches, found)
    return FewFiles(tuple(one.said for one in found), promise_of(predictor, tier), len(items))


def _log(batches: BatchLog, rows: Sequence[Logged]) -> None:
    batches.write(rows)
    batches.end()
    batches.close()
