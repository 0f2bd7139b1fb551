"""bundle: the current model of a workspace as one file that needs no workspace."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.pace import paced
from contrast_engine.predict.model import FULL, TIERS, PredictionModel
from contrast_engine.predict.model_file import checked_model_path, read_model, write_model
from contrast_engine.predict.tiers.making import with_tiers
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.several import several
from contrast_engine.store import Workspace
from contrast_engine.store.collection import shown


@dataclass(frozen=True)
class BundleReport:
    """What was written where.

    Args:
        file: The model file.
        bytes: Its size.
        model: What it holds, as `model_summary` gives it.
    """

    file: str
    bytes: int
    model: Json


def bundle(
    workspace: Workspace,
    path: str | Path,
    *,
    tiers: Collection[str] = TIERS,
    overwrite: bool = False,
    workers: int | None = None,
    progress: Progress = SILENT,
) -> BundleReport:
    """Write the current model of a workspace as one file.

    The cheaper tiers are made, and compared with the model, when they are asked for first.

    Args:
        workspace: With a trained model.
        path: Where to.
        tiers: Which tiers it has, "fast" and "hybrid"; the full one is always there.
        overwrite: Whether a model file of that name is replaced; another file never is.
        workers: Images measured at a time.
        progress: Told what is being done.

    Raises:
        NotEnoughData: There is no model.
        OptionError: The path is a folder, or holds a file that stays; there is no such tier.
        ModelError: The model cannot be kept in a file.
    """
    progress = paced(progress, "bundle", workspace, "gathering the model")
    tiers = several(tiers, "tiers")
    target = checked_model_path(path, overwrite=overwrite)
    progress.tick(0, 1, "gathering the model")
    model = PredictionModel.of(workspace)
    if set(tiers) - {FULL}:
        making = in_parts(progress, 9, 1)[0]
        model = with_tiers(workspace, model, tiers, workers=workers, progress=making)
    size = write_model(model, target, overwrite=overwrite)
    progress.tick(1, 1, "written")
    return BundleReport(shown(target), size, model_summary(model))


def read_summary(path: str | Path) -> BundleReport:
    """What a model file holds.

    Raises:
        ModelError: It cannot be read.
    """
    model = read_model(path)  # says what is wrong with the file
    return BundleReport(shown(path), Path(path).expanduser().stat().st_size, model_summary(model))


def model_summary(model: PredictionModel) -> Json:
    """A model in a few facts: key, labels, classes, feature_version, space, scores, tiers.

    `labels` is how many labels it learnt from, `classes` are their names in order.
    """
    card = model.card
    return {
        "key": model.key,
        "labels": card.get("labels"),
        "classes": list(model.classes),
        "is_ordered": model.is_ordered,
        "feature_version": model.feature_version,
        "space": card.get("space"),
        "scores": card.get("scores", {}),
        "tiers": list(model.tier_names),
        "card": card,
    }
