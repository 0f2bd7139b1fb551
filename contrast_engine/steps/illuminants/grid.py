"""The grid of networks on a folder or a workspace; stopped, it goes on where it was."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.grid import (
    CELLS,
    Budget,
    Cell,
    Results,
    Run,
    differences,
    folds_of,
    rows_of,
    run_grid,
    runs_of,
)
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.results import Finding, Report
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.steps.illuminants.known_light import content, of_workspace
from contrast_engine.steps.illuminants.truth_tables import open_illuminants
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import read_json, write_json

STEP = "illuminant_grid@1"


def grid_folder(
    folder: str | Path,
    truth: str | Path | None = None,
    *,
    budget: Budget | None = None,
    size: int = 64,
    progress: Progress = SILENT,
) -> Json:
    """Train and judge every combination on a folder of pictures of known illuminant.

    Gives `rows` [{input, head, pretraining, mean, ..., low, high, n, seeds}], `differences`
    {factor: {first, second, mean, low, high, n, words}}, `verdict`, and what was used.

    Args:
        folder: The pictures.
        truth: Their table; None looks for one in the folder.
        budget: Folds, seeds, epochs.
        size: Side in pixels.
        progress: Told after every picture, and during every training.

    Raises:
        CollectionError: The folder or table cannot be used.
        NotEnoughData: There are too few pictures, or one camera where folds are by camera.
    """
    reading, training = in_parts(progress, 1, 20)
    data = open_illuminants(folder, truth, size=size, progress=reading)
    used = budget or Budget()
    return document(data, used, run_grid(data, used, progress=training))


def illuminant_grid(
    workspace: Workspace,
    truth: str | None = None,
    *,
    seeds: int = 3,
    folds: str = "scene",
    epochs: int = 40,
    loss: str = "triplet",
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Train and judge every combination on a workspace; give the key of the report.

    Without a table its photographs are relit, which is synthetic. Each training is kept as soon as
    it ends (`partial_grid` shows the table so far), so a run that was stopped goes on from there.

    Args:
        workspace: Where the images are.
        truth: A table of their illuminants.
        seeds: How often each combination is trained.
        folds: "scene" or "camera".
        epochs: Of every training.
        loss: "triplet" or "clcc".
        seed: The first of the seeds.
        progress: Told during every training.

    Raises:
        CollectionError: The table cannot be used.
        NotEnoughData: There are too few images, or one camera where folds are by camera.
    """
    progress = paced(progress, "illuminant grid", workspace, "looking what is there")
    budget = Budget(seeds, seed, folds, epochs, loss)
    artifact = _artifact(workspace, truth, budget)
    if workspace.has(artifact):
        return artifact.key
    reading, training = in_parts(progress, 1, 20)
    data = of_workspace(workspace, truth, seed, reading)[0]
    with workspace.lock(f"grid-{artifact.key}", 1.0):
        done = _kept(workspace, artifact.key)

        def keep(run: Run, errors: Floats) -> None:
            done[run] = errors
            _write(workspace, artifact.key, data, budget, done)

        results = run_grid(data, budget, done=done, keep=keep, progress=training)
        details = document(data, budget, results)
        key = workspace.save(artifact, Report((_finding(details),)), details)
        _path(workspace, key).unlink(missing_ok=True)
    return key


def grid_key(
    workspace: Workspace, truth: str | None = None, *, seeds: int = 3, folds: str = "scene",
    epochs: int = 40, loss: str = "triplet", seed: int = 0,
) -> str:  # fmt: skip
    """The key that `illuminant_grid` would use, for showing it before it ends."""
    return _artifact(workspace, truth, Budget(seeds, seed, folds, epochs, loss)).key


def partial_grid(workspace: Workspace, key: str) -> Json | None:
    """The table of a grid that is not finished: as of `grid_folder`, or None before any row."""
    state = read_json(_path(workspace, key))
    return None if state is None else dict(state["document"])


def document(data: IlluminantSet, budget: Budget, results: Results) -> Json:
    """What a grid has found so far, and what it used."""
    every_run = list(runs_of(folds_of(data, budget), budget))
    rows, apart = rows_of(data, budget, results), differences(data, budget, results)
    first = min(rows, key=lambda row: row["mean"], default=None)
    words = [one["words"] for one in apart.values()]
    if first is not None:
        kinds = ", ".join(str(first[name]) for name in Cell._fields)
        words = [f"lowest mean {first['mean']:.2f} degrees: {kinds}", *words]
    return {
        "rows": rows,
        "differences": apart,
        "verdict": "; ".join(words),
        "done": sum(run in results for run in every_run),
        "trainings": len(every_run),
        "n": len(data),
        "size": int(data.images.shape[1]) if len(data) else 0,
        "is_synthetic": data.is_synthetic,
        "used": asdict(budget),
        "problems": [{"path": one.file, "reason": one.reason} for one in data.problems],
    }


def _artifact(workspace: Workspace, truth: str | None, budget: Budget) -> Artifact:
    ids = trainable(workspace)
    recipe: Json = {"tables": [] if truth is None else [content(truth)], **asdict(budget)}
    question = recipe | reading_of_images(workspace, ids)
    return Artifact("reports", STEP, question, ids, budget.first_seed)


def _path(workspace: Workspace, key: str) -> Path:
    return workspace.root / "cache" / f"grid-{key}.json"


def _kept(workspace: Workspace, key: str) -> Results:
    state = read_json(_path(workspace, key)) or {"results": []}
    return {
        Run(int(seed), CELLS[int(cell)], int(fold)): np.asarray(errors, np.float64)
        for seed, cell, fold, errors in state["results"]
    }


def _write(
    workspace: Workspace, key: str, data: IlluminantSet, budget: Budget, results: Results
) -> None:
    kept = [
        [run.seed, CELLS.index(run.cell), run.fold, errors.tolist()]
        for run, errors in results.items()
    ]
    path = _path(workspace, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"results": kept, "document": document(data, budget, results)})


def _finding(details: Json) -> Finding:
    of = details["differences"]["input"]
    space = (
        f"{details['n']} {'relit photographs (synthetic)' if details['is_synthetic'] else 'images'}"
    )
    return Finding(
        check="illuminant grid", value=of["mean"], low=of["low"], high=of["high"], null=0.0,
        better="lower", n=of["n"], space=space, verdict="unknown", note=details["verdict"] + ".",
    )  # fmt: skip
