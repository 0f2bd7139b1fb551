"""The images: the commands that scan, measure and remove, and the originals that are gone."""

import os
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.reproduce.command import WS, CannotRebuild, Option, Place
from contrast_engine.reproduce.planner import Planner
from contrast_engine.reproduce.structure import MOST_NAMED, who_option
from contrast_engine.store import ImageFile, Manifest, Workspace
from contrast_engine.views.outdated import why_outdated


@dataclass(frozen=True)
class Originals:
    """Whether the files that the collection was made of are as they were.

    Args:
        files: How many there were.
        gone: Those that are not there now.
        changed: Those that hold something else now.
        sources: Folders, archives and tables that are not there now.
    """

    files: int
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def are_there(self) -> bool:
        """True where all are as they were."""
        return not (self.gone or self.changed or self.sources)


def originals(workspace: Workspace) -> Originals:
    """The originals as they are now; a file of the same size and time is not read again."""
    gone: list[str] = []
    changed: list[str] = []
    files, opens = 0, workspace.opening()
    for file in sorted(workspace.images.files, key=lambda one: one.location):
        if file.id is None or file.missing:
            continue
        files += 1
        state = _state(file) if opens(file) else "gone"
        if state:
            (gone if state == "gone" else changed).append(file.path)
    trusted = set(workspace.trusted_roots)
    lost = tuple(r for r in workspace.roots if r not in trusted or not os.path.lexists(r))
    return Originals(files, tuple(gone), tuple(changed), lost)


def _state(file: ImageFile) -> str:
    from contrast_engine.images import content_id

    path = Path(file.location)
    try:
        facts = path.stat()
        if (facts.st_size, facts.st_mtime_ns) == (file.bytes, file.mtime_ns):
            return ""
        if 0 < facts.st_size == file.bytes and content_id(path.read_bytes()) == file.id:
            return ""
    except OSError:
        return "gone"
    return "changed"


def add_scan(planner: Planner) -> None:
    """Add the scan of every source, with how files are read."""
    workspace = planner.workspace
    doubtful = set(workspace.doubtful_roots)
    roots = [r for r in workspace.every_root if r not in doubtful and os.path.lexists(r)]
    for root in workspace.every_root:
        if root not in roots:
            why = "it is not there any more"
            if root not in workspace.roots:
                why += "; it was removed from the collection, so that no result needs it"
            planner.refuse(f"the images of {root}", why)
    if not roots:
        planner.refuse("the collection", "none of its sources is known, or there now")
        return
    inside = [root for root in roots if Path(root).is_relative_to(workspace.root)]
    note = f"{', '.join(inside)} lies in the workspace itself: keep that folder" if inside else ""
    planner.add("gather", WS, *roots, options=_reading(workspace), note=note)
    for removal in workspace.removals.all():
        if not removal.holds or (removal.root and removal.root not in roots):
            continue
        what, options = [removal.root] if removal.root else [*removal.images], []
        if len(what) > MOST_NAMED:
            name = f"removed-{removal.seq}.txt"
            planner.add_file(name, "".join(f"{image}\n" for image in what).encode())
            what, options = [], [("--from", Place(name))]
        who = who_option(removal.who) if removal.who else []
        planner.later.append(("remove", (WS, *what), [*options, *who]))
    planner.later.append(("measure", (WS,), []))


def add_removals(planner: Planner) -> None:
    """Add the removals, which come after the labels of what is removed."""
    if len(planner.later) > 1:
        for head, places, options in planner.later:
            planner.add(head, *places, options=options)


def build_features(planner: Planner, made: Manifest) -> None:
    """The table of features in use is made by the scan; no other one is.

    Raises:
        CannotRebuild: It is an older one, or images were added or removed since.
    """
    if made.key != planner.current("features"):
        raise CannotRebuild(
            "the images were measured again since, so it is of other images or an earlier version"
        )
    why = why_outdated(planner.workspace, made.key)
    if why:
        raise CannotRebuild(f"out of date: {why}; `contrast measure` makes one of now")


def _reading(workspace: Workspace) -> list[Option]:
    chosen = workspace.reading_options.as_json()
    said: list[Option] = []
    if "white" in chosen:
        said.append(("--white", str(chosen["white"])))
    if "window" in chosen:
        said.append(("--window", str(chosen["window"])))
    if "max_pixels" in chosen:
        whole, rest = divmod(int(chosen["max_pixels"]), 1_000_000)
        said.append(("--max-pixels", f"{whole}.{rest:06d}".rstrip("0").rstrip(".")))
    return said
