"""Measuring by Ray: on the cores of this machine, or of the cluster a session is connected to."""

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from contrast_engine.batches.measuring import measure_bytes
from contrast_engine.batches.parts import PART_FILES, Parts
from contrast_engine.errors import ContrastError, JobError, OptionError
from contrast_engine.images import ReadingOptions
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.cores import workers as number_of_workers
from contrast_engine.store import Problem
from contrast_engine.store.atomic_files import locked
from contrast_engine.store.part_plan import PartInput

NEEDS_RAY = (
    "measuring with --engine ray needs Ray; install it with: pip install 'contrast-engine[ray]'"
)

_STORE_BYTES = 128 << 20
"""What passes through Ray's memory are names of files and of parts."""

_LONGEST_PLACE = 30
"""Letters that a path of Ray's sockets can spare for the folder for temporary files."""


@dataclass(frozen=True)
class PartsReport:
    """What a run made.

    Args:
        parts: Parts in the folder now.
        made: Parts made by this run; the others were there.
        images: Files in them that were measured.
        computed: Files that this run looked at.
        problems: Files that could not be measured, and why.
    """

    parts: int
    made: int
    images: int
    computed: int
    problems: tuple[Problem, ...]


def measure_with_ray(
    paths: Sequence[str | Path],
    folder: Path,
    *,
    options: ReadingOptions | None = None,
    workers: int | None = None,
    part_files: int = PART_FILES,
    progress: Progress = SILENT,
) -> PartsReport:
    """Measure files into parts that `contrast bring` takes home; parts that are there stay.

    Where Ray is connected to a cluster already, the cluster is used, and the files and the folder
    must be where its machines can reach them under the same names. Otherwise Ray is started here
    for as long as this takes.

    Args:
        paths: Folders, archives, tables of paths, images.
        folder: Where the parts go.
        options: How files are read that leave something open.
        workers: Parts made at a time; as many as there are cores by default.
        part_files: Most files in one part.
        progress: Told after every part.

    Raises:
        OptionError: Ray is not installed.
        CollectionError: There is nothing to measure, or the folder holds parts of another version.
        WorkspaceError: The folder cannot be written, or another run uses it.
        JobError: Ray did not start, or some parts could not be made; those that were stay.
    """
    ray_or_words()
    folder = folder.absolute()
    parts = Parts(folder, options or ReadingOptions())
    busy = f"another run writes into {folder}; wait until it is done"
    with locked(folder / ".lock", busy):
        plan = parts.plan(paths, part_files)
        todo = {name: files for name, files in plan.parts.items() if not parts.has(name)}
        done = sum(len(files) for name, files in plan.parts.items() if name not in todo)
        total = sum(map(len, plan.parts.values()))
        progress.tick(done, total, "measuring images")
        if todo:
            # what Ray has to say of its workers is no part of the command's answer
            whys = ["the work was lost"]
            with redirect_stdout(sys.stderr), local_ray(workers):
                for files, why in _made(parts, todo, number_of_workers(workers)):
                    done += files
                    whys += [why] if why else []
                    progress.tick(done, total, "measuring images")
            lost = [name for name in todo if not parts.has(name)]
            if lost:
                raise JobError(
                    f"{len(lost)} of {len(plan.parts)} parts could not be made: {whys[-1]}; what "
                    "was made is kept; run the same command again to go on"
                )
        problems = tuple(Problem(*each) for name in plan.parts for each in parts.problems(name))
    return PartsReport(
        parts=len(plan.parts),
        made=len(todo),
        images=total - len(problems),
        computed=sum(map(len, todo.values())),
        problems=problems,
    )


def write_measured(paths: Sequence[str], out: str, at_a_time: int = 50) -> None:
    """The job in Ray's own words, for files that only Ray can read, such as those in a bucket.

    It writes where Ray can write, and starts afresh each time; a file that cannot be opened ends
    it. Its parts come home as those of `measure_with_ray` do.
    """
    import ray

    (
        ray.data.read_binary_files(list(paths), include_paths=True)
        .map_batches(measure_bytes, batch_format="pyarrow", batch_size=at_a_time)
        .write_parquet(out)
    )


@contextmanager
def local_ray(workers: int | None = None) -> Iterator[None]:
    """Ray on this machine alone, telling nobody; or the one that is connected to already.

    Raises:
        OptionError: Ray is not installed.
        JobError: It did not start.
    """
    ray = ray_or_words()
    if ray.is_initialized():
        yield
        return
    usual = tempfile.gettempdir()
    short = usual if len(usual) < _LONGEST_PLACE else "/tmp"  # sockets have short names
    place = tempfile.mkdtemp(prefix="ray-", dir=short)
    try:
        _start(ray, number_of_workers(workers), place)
        with _quiet():
            yield
    finally:
        ray.shutdown()
        shutil.rmtree(place, ignore_errors=True)


def _start(ray: Any, workers: int, place: str) -> None:
    for is_last in (False, True):  # Ray waits half a minute for its own processes, busy or not
        try:
            ray.init(
                address="local",
                num_cpus=workers,
                include_dashboard=False,
                object_store_memory=_STORE_BYTES,
                log_to_driver=False,
                logging_level="error",
                _temp_dir=place,
                _node_ip_address="127.0.0.1",
            )
            return
        except Exception as error:
            ray.shutdown()
            if is_last:
                raise JobError(
                    f"Ray could not be started: {' '.join(str(error).split())[:200]}; try again "
                    "when this machine is less busy"
                ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Ray's own lines stay away from the output of the command; its log files have them."""
    import ray

    ray.data.DataContext.get_current().enable_progress_bars = False
    log = logging.getLogger("ray.data")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def ray_or_words() -> Any:
    """Ray, told to keep to itself.

    Raises:
        OptionError: It is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_USAGE_STATS_PROMPT_ENABLED"] = "0"
    os.environ["RAY_enable_metrics_collection"] = "0"  # noqa: SIM112 - as Ray spells it
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    # on Linux Ray would listen on the network for other machines that want to join
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        import ray
        import ray.data
    except ImportError:
        raise OptionError(NEEDS_RAY) from None
    return ray


def _made(
    parts: Parts, todo: Mapping[str, Sequence[PartInput]], workers: int
) -> Iterator[tuple[int, str]]:
    """How many files each part had, once it is made, and why it was not; "" where it was."""
    import ray

    ray.data.DataContext.get_current().max_errored_blocks = -1  # the rest is made all the same
    rows = [
        {
            "part": name,
            "path": [os.fsencode(one.location) for one in files],
            "root": [os.fsencode(one.root) for one in files],
            "bytes": [one.bytes for one in files],
            "mtime_ns": [one.mtime_ns for one in files],
            "problem": ["" if one.problem is None else one.problem for one in files],
        }
        for name, files in todo.items()
    ]
    made = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        partial(_make, parts=parts),
        compute=ray.data.TaskPoolStrategy(size=workers),
        num_cpus=1,
    )
    for row in made.iter_rows():
        yield row["files"], row["why"]


def _make(row: dict[str, Any], parts: Parts) -> dict[str, Any]:
    columns = (row[name] for name in ("path", "root", "bytes", "mtime_ns", "problem"))
    files = [
        PartInput(os.fsdecode(path), os.fsdecode(root), int(size), int(mtime), problem or None)
        for path, root, size, mtime, problem in zip(*columns, strict=True)
    ]
    try:
        parts.make(row["part"], files)
    except (ContrastError, OSError) as error:
        return {"files": 0, "why": str(error)}
    return {"files": len(files), "why": ""}
