"""Links that lead out of the folder, and pipes where files belong."""

import os
from pathlib import Path

from tests.strangers.making import MAKERS, Maker

FOLDERS = (
    "locks",
    "jobs",
    "imports",
    "maps",
    "features",
    "clusterings",
    "cache",
    "images",
    "models",
)


def _link(name: str, target: str = "") -> Maker:
    def make(root: Path, other: Path) -> None:
        path = root / name
        aside = root.parent / f"aside-{path.name}"
        if path.is_dir():
            path.rename(aside)
        elif path.exists():
            path.unlink()
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(other / target if target else other)

    return make


for _folder in FOLDERS:
    MAKERS[f"links: {_folder}"] = _link(_folder)
for _file in (
    "workspace.json", "images.parquet", "labels.sqlite", "thumbs.sqlite", "annotators.json",
    "lookup.bin", "locks/scan.lock", "locks/workspace.lock", "locks/labels.sqlite.lock", "jobs/00000000000000aa.lock",
    "labels.sqlite-wal",
):  # fmt: skip
    MAKERS[f"links: {_file}"] = _link(_file, "diary.txt")


def _pipe(name: str) -> Maker:
    def make(root: Path, _: Path) -> None:
        path = root / name
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        os.mkfifo(path)

    return make


for _file in (
    "images.parquet",
    "labels.sqlite",
    "annotators.json",
    "lookup.bin",
    "report.md",
    "maps/current",
):
    MAKERS[f"pipes: {_file}"] = _pipe(_file)
