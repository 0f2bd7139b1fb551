"""The images of a workspace with illuminants: those of a table, or put in by relighting."""

from pathlib import Path

from contrast_engine.errors import CollectionError, NotEnoughData
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.datasets.synthetic import relit_photographs
from contrast_engine.images.decoding import digest
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator
from contrast_engine.steps.encoders.train import trainable
from contrast_engine.steps.illuminants.photographs import linear_photographs
from contrast_engine.steps.illuminants.truth_tables import open_illuminants
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import json_text

MOST = 600
"""Photographs of a workspace that are relit; more are drawn from."""


def of_workspace(
    workspace: Workspace,
    truth: str | None,
    seed: int,
    progress: Progress = SILENT,
    *,
    folder: str | None = None,
) -> tuple[IlluminantSet, list[str | None]]:
    """The pictures, and the id of each or None; without a table they are relit photographs.

    Args:
        workspace: Where the images are.
        truth: A table of their illuminants; its files are found from the folder.
        seed: For the lights of photographs, and for which ones where there are many.
        progress: Told after every picture.
        folder: Where the pictures of the table are; None for the folder that was scanned.

    Raises:
        CollectionError: The table cannot be used, or the workspace has no folder.
        NotEnoughData: There are no images.
    """
    if truth is None and folder is None:
        return _relit(workspace, seed, progress)
    home = _home(workspace) if folder is None else Path(folder).expanduser()
    test = open_illuminants(home, truth, progress=progress)
    return test, _ids_of(workspace, home, test)


def _relit(
    workspace: Workspace, seed: int, progress: Progress
) -> tuple[IlluminantSet, list[str | None]]:
    ids = trainable(workspace)
    if len(ids) > MOST:
        drawn = generator(seed, "illuminants", "images").permutation(len(ids))[:MOST]
        ids = tuple(ids[row] for row in sorted(drawn))
    there, photographs = linear_photographs(workspace, ids, progress)
    if not len(there):
        raise NotEnoughData("photographs are relit to judge on, there are none; scan a folder")
    paths = workspace.images.paths
    order = sorted(range(len(there)), key=lambda row: paths[there[row]])
    files = [paths[there[row]] for row in order]
    test = relit_photographs(photographs[order], files, seed=seed, title=workspace.name)
    return test, [str(there[row]) for row in order]


def _ids_of(workspace: Workspace, home: Path, test: IlluminantSet) -> list[str | None]:
    opens = workspace.opening()
    known = {
        Path(file.location).resolve(): str(file.id)
        for file in workspace.images.files
        if file.id is not None and opens(file)
    }
    return [known.get((home / file).resolve()) for file in test.files]


def _home(workspace: Workspace) -> Path:
    folders = [Path(root) for root in workspace.trusted_roots if Path(root).is_dir()]
    if not folders:
        raise CollectionError(
            "this workspace was not made from a folder; name the folder of the pictures instead"
        )
    return folders[0]


def content(path: str) -> str:
    """What a table, or a folder of pictures, holds, as far as a result depends on it."""
    place = Path(path).expanduser()
    if place.is_dir():
        files = sorted(file for file in place.rglob("*") if file.is_file())
        facts = [(str(file.relative_to(place)), file.stat().st_size) for file in files]
        tables = [digest(file.read_bytes()) for file in files if file.suffix in (".csv", ".txt")]
        return digest(json_text([facts, tables]).encode())
    if not place.is_file():
        raise CollectionError(f"there is no table {place.name} in {place.parent}")
    return digest(place.read_bytes())
