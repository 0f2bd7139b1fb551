"""Files scored one after another, for those who look at each as it comes."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.predict.model import FULL
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor
from contrast_engine.predict.scoring.batch_log import BatchLog, Logged, kept_of
from contrast_engine.predict.scoring.found_files import FilesToScore, FileToScore
from contrast_engine.progress import SILENT, Progress
from contrast_engine.store.collection import shown

Looked = tuple[Prediction, Logged]
"""A prediction, and what the log keeps of it."""


def score_list(
    predictor: Predictor,
    paths: Sequence[str | Path],
    folder: Path,
    batches: BatchLog,
    *,
    tier: str = FULL,
    workers: int | None = None,
    progress: Progress = SILENT,
) -> Iterator[Prediction]:
    """A prediction for every file under some paths, in order; each is logged.

    Args:
        predictor: The model.
        paths: Folders, images, archives, tables of paths.
        folder: Where archives are unpacked.
        batches: The log.
        tier: Which way to the answer.
        workers: Files at a time; as many as there are cores by default.
        progress: Told after every file.

    Raises:
        CollectionError: There is nothing to score.
        UnknownName: The model has no such tier.
    """
    predictor.model.check_tier(tier)
    files = FilesToScore(paths, folder, lambda note: progress.tick(0, 0, note))
    if not len(files):
        raise CollectionError(nothing_to_score(paths, files))

    def one(file: FileToScore) -> Looked:
        return look_at(predictor, file, batches, tier)

    progress.tick(0, len(files), "scoring images")
    try:
        answers = predictor.side_by_side(one, files, workers, tier=tier)
        for done, (found, logged) in enumerate(answers, start=1):
            batches.add(logged)
            progress.tick(done, len(files), "scoring images")
            yield found
        batches.end()
    finally:
        batches.close()


def look_at(predictor: Predictor, file: FileToScore, batches: BatchLog, tier: str) -> Looked:
    """One file looked at, with what the log keeps where there is one."""
    if file.problem is not None:
        found = Prediction(file.key.path, problem=file.problem, tier=tier)
        return found, Logged(in_full(found))
    found, image = predictor.look(file.item, tier=tier)
    said = in_full(found)
    if not batches.takes(said):
        return found, Logged(said)
    return found, kept_of(predictor, file.item, said, image)


def in_full(found: Prediction) -> Prediction:
    """The prediction of a file under its full path: later it is looked for from elsewhere."""
    return replace(found, path=shown(os.path.abspath(os.path.expanduser(found.path))))  # noqa: PTH100, PTH111 - as written


def promise_of(predictor: Predictor, tier: str) -> str:
    """How often answers are wrong, in words, and of which tier that is known."""
    if tier == FULL:
        return predictor.promise
    return (
        f"Of the tier full: {predictor.promise} What the tier {tier} is worth beside it is on the "
        "card of the model (`contrast bundle --show`)."
    )


def nothing_to_score(paths: Sequence[str | Path], files: FilesToScore) -> str:
    """Why there is nothing to score, in words."""
    named = ", ".join(shown(path) for path in paths[:5])
    return (
        f"there are no images in {named} ({len(files.ignored)} other files were passed over); "
        "name a folder of images"
    )
