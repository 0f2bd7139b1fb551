"""The workspace of the sample photographs, built once and kept."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.app import machine
from contrast_engine.cli.command_result import print_error
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.errors import CollectionError

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def sample_home() -> Path:
    """Where the sample workspace is kept unless told otherwise."""
    return machine.data_folder() / "sample.contrast"


def build_samples(home: Path, *, is_bare: bool = False) -> "Workspace":
    """The sample workspace, with whatever part is missing made.

    Args:
        home: Where it is kept.
        is_bare: Only measured, mapped and clustered, without simulated annotators.

    Raises:
        CollectionError: The sample photographs are not installed.
    """
    from contrast_engine.samples import demo
    from contrast_engine.store import Workspace
    from contrast_engine.store.collection import shown
    from contrast_engine.store.sample_mark import finished_parts, is_sample

    photographs = machine.app_folder() / "sample_data"
    if not any(photographs.glob("*.jpg")):
        raise CollectionError(
            f"no sample photographs in {photographs}; `contrast samples {photographs}` makes them"
        )
    workspace = Workspace(home)
    if not is_sample(workspace) and {*workspace.every_root} - {str(photographs)}:
        raise CollectionError(
            f"{home} holds other photographs; `contrast app {home}` opens it, and the samples "
            "need a folder of their own"
        )
    if not is_bare and not finished_parts(workspace):
        print_error(
            f"Making the sample workspace {shown(home)}, once: about a minute. It may be stopped, "
            "and goes on from there the next time."
        )
    for left_out in demo.build(workspace, photographs, progress_line, is_bare=is_bare):
        print_error(f"Not in the sample workspace: {left_out}")
    return workspace


def remove_samples(home: Path, *, is_sure: bool = False) -> None:
    """Remove the sample workspace, so that it is built anew; nothing where there is none.

    Args:
        home: Where it is kept.
        is_sure: What people did in it may go, too.

    Raises:
        CollectionError: It is no sample workspace, people worked in it, or a job is under way.
    """
    from contrast_engine.jobs import JobRunner
    from contrast_engine.store import Workspace
    from contrast_engine.store.sample_mark import is_sample, people_in
    from contrast_engine.store.workspace_marker import is_workspace

    if not is_workspace(home):
        return
    workspace = Workspace(home)
    if not is_sample(workspace):
        raise CollectionError(
            f"{home} was not made from the samples alone; it stays as it is. Name another folder"
        )
    people = people_in(workspace)
    if people and not is_sure:
        raise CollectionError(
            f"{', '.join(people)} worked in {home}: their labels and choices would be lost; "
            "keep it and name another folder, or say --rebuild --anyway"
        )
    if JobRunner(workspace).running():
        raise CollectionError(f"a job is under way in {home}; wait until it is done or cancel it")
    workspace.close()
    gone = home.with_name(f"{home.name}.removed")
    home.rename(gone)
    shutil.rmtree(gone)
