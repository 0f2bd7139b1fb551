"""Judge estimates of the illuminant: on a folder of known light, or on relit photographs."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bools, Json
from contrast_engine.errors import CollectionError, NotEnoughData
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.datasets.synthetic import SYNTHETIC
from contrast_engine.illuminants.evaluation import Evaluation, Judged, by_camera, evaluate
from contrast_engine.illuminants.learned import Fit, learned
from contrast_engine.images.decoding import digest
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.results import Finding, Report
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.steps.illuminants.known_light import content, of_workspace
from contrast_engine.steps.illuminants.truth_tables import open_illuminants
from contrast_engine.store import Artifact, Workspace

STEP = "judge_illuminants@1"


def judge_folder(
    folder: str | Path,
    truth: str | Path | None = None,
    train: str | Path | None = None,
    *,
    seeds: int = 3,
    seed: int = 0,
    methods: Mapping[str, Fit] | None = None,
    progress: Progress = SILENT,
) -> Json:
    """Judge every method on a folder of known illuminants.

    Gives `methods` {name: {mean, median, trimean, best25, worst25, p95, max, low, high,
    reproduction_mean, ...}}, `best`, `verdict`, `n`, `cameras`, and for every image its file,
    truth, estimates and errors.

    Args:
        folder: The pictures.
        truth: Their table; None looks for one in the folder.
        train: A folder with a table of its own, to choose options and fit models on; None does
            so on the other folds of the pictures themselves.
        seeds: How often each learned method is fitted.
        seed: The first of these, and of the bootstrap.
        methods: Ways to learn; None for every one that is known.
        progress: Told after every picture and fit.

    Raises:
        CollectionError: A folder or table cannot be used.
        NotEnoughData: There are too few pictures.
    """
    first, second, judging = in_parts(progress, 3, 3 * (train is not None), 7)
    test = open_illuminants(folder, truth, progress=first)
    others = None if train is None else open_illuminants(train, progress=second)
    return _judged(test, others, learned if methods is None else methods, seeds, seed, judging)


def judge_illuminants(
    workspace: Workspace,
    truth: str | None = None,
    train: str | None = None,
    *,
    folder: str | None = None,
    seeds: int = 3,
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Judge every method on a workspace, unless it is judged already; give the report's key.

    Without a table of illuminants, or a folder that has one, its photographs are relit, and the
    report is marked synthetic. The details are as of `judge_folder`, with `images`, the id of each
    file or None.

    Args:
        workspace: Where the images are.
        truth: A table of their illuminants; its files are found from the folder.
        train: A folder of other pictures of known illuminant; only with a table.
        folder: Where the pictures of the table are; None for the folder that was scanned.
        seeds: How often each learned method is fitted.
        seed: For lights, models and the bootstrap.
        progress: Told after every picture and fit.

    Raises:
        CollectionError: A folder or table cannot be used, or does not fit.
        NotEnoughData: There are too few images.
    """
    progress = paced(progress, "judge illuminants", workspace, "looking what is there")
    if truth is None and folder is None and train is not None:
        raise CollectionError(
            "relit photographs are judged by themselves; name the table of true illuminants too"
        )
    ids = trainable(workspace)
    tables = [content(path) for path in (truth, train, folder) if path is not None]
    recipe: Json = {"tables": tables, "seeds": seeds, "methods": sorted(learned)}
    artifact = Artifact("reports", STEP, recipe | reading_of_images(workspace, ids), ids, seed)
    if workspace.has(artifact):
        return artifact.key
    first, second, judging = in_parts(progress, 3, 3 * (train is not None), 7)
    test, images = of_workspace(workspace, truth, seed, first, folder=folder)
    others = None if train is None else open_illuminants(train, progress=second)
    details = _judged(test, others, learned, seeds, seed, judging) | {"images": images}
    return workspace.save(artifact, Report((_finding(details),)), details)


def _judged(
    test: IlluminantSet, train: IlluminantSet | None, fits: Mapping[str, Fit], seeds: int,
    seed: int, progress: Progress,
) -> Json:  # fmt: skip
    dropped = 0
    if train is not None:
        kept = ~_shared(train, test)
        train, dropped = train.take(kept), int((~kept).sum())
        if not len(train):
            raise NotEnoughData("every image to learn from is one to judge on; name others")
    found = evaluate(test, train, fits=fits, seeds=seeds, seed=seed, tick=progress.tick)
    return _document(found, test, train, dropped, seeds)


def _document(
    found: Evaluation, test: IlluminantSet, train: IlluminantSet | None, dropped: int, seeds: int
) -> Json:
    methods = {name: _of_method(one) for name, one in found.methods.items()}
    return {
        "methods": methods,
        "best": found.best,
        "best_statistical": found.best_statistical,
        "verdict": found.verdict,
        "n": found.n,
        "n_train": found.n_train,
        "also_in_train": dropped,
        "seeds": seeds,
        "is_synthetic": found.is_synthetic,
        "note": SYNTHETIC if found.is_synthetic else "",
        "cameras": by_camera(found, test),
        "left_out": dict(found.left_out),
        "problems": [
            {"path": one.file, "reason": one.reason}
            for one in (*test.problems, *(train.problems if train is not None else ()))
        ],
        "files": list(test.files),
        "truths": test.truths.tolist(),
        "estimates": {name: one.estimates[0].tolist() for name, one in found.methods.items()},
        "errors": {name: one.errors.tolist() for name, one in found.methods.items()},
    }


def _of_method(one: Judged) -> Json:
    against = None if one.against is None else asdict(one.against)
    return {
        **asdict(one.summary),
        "reproduction_mean": float(one.reproduction.mean()),
        "is_learned": one.is_learned,
        "seed_means": list(one.seed_means),
        "options": [setting.as_json() for setting in one.settings],
        "against_best_statistical": against,
    }


def _finding(details: Json) -> Finding:
    name = str(details["best"])
    of = details["methods"][name]
    space = (
        f"{details['n']} {'relit photographs (synthetic)' if details['is_synthetic'] else 'images'}"
    )
    return Finding(
        check="illuminants", value=of["mean"], low=of["low"], high=of["high"], null=None,
        better="lower", n=details["n"], space=space, verdict="unknown", note=details["verdict"],
    )  # fmt: skip


def _shared(train: IlluminantSet, test: IlluminantSet) -> Bools:
    """Which pictures to learn from are pictures to judge on as well."""
    known = {digest(image.tobytes()) for image in test.images}
    return np.array([digest(image.tobytes()) in known for image in train.images], np.bool_)
