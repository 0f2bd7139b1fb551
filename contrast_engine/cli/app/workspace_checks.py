"""What doctor says of one workspace: what it needs of this machine, and what lies about in it."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from contrast_engine.cli.app.check import Check

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace
    from contrast_engine.store.tidying import Leftover

ENOUGH_DISK = 2e9


def checks_of(workspace: "Workspace") -> Iterator[Check]:
    """Memory, disk, and results that are damaged."""
    from contrast_engine.steps.needs import NEEDS, WORTH, memory_free, training_copies

    n, free = len(workspace.images.images), memory_free()
    yield Check("memory", f"{said(free)} free" if free is not None else "the system does not say",
                True)  # fmt: skip
    for need in NEEDS:
        wanted = need.memory(n)
        yield Check(
            "memory",
            f"{need.name}: about {said(wanted)} with {n:,} images",
            free is None or wanted <= WORTH * free,
            f"more than is free: {need.instead}, or free some memory",
        )
    room = shutil.disk_usage(workspace.root).free
    copies = training_copies(n)
    yield Check(
        "room",
        f"{said(room)} free where the workspace lies; training copies take {said(copies)}",
        room > copies + ENOUGH_DISK,
        f"make {said(int(copies + ENOUGH_DISK))} room, or move the workspace to a larger disk",
    )
    damaged = _damaged(workspace)
    if damaged:
        yield Check(
            "results", f"{damaged:,} damaged", False,
            "run the steps again that made them; `contrast reproduce WS` names the commands",
        )  # fmt: skip
    for why in workspace.left_out().values():
        yield Check(
            "results", f"left out: {why}", False,
            "run its step again; the rest of the collection is as it was",
        )  # fmt: skip


def disk_of(workspace: "Workspace") -> "tuple[Json, Check]":
    """The bytes of a workspace by what they are for."""
    from contrast_engine.steps.needs import disk_by_kind

    by_kind = disk_by_kind(workspace.root)
    parts = ", ".join(f"{kind} {said(size)}" for kind, size in by_kind.items() if size)
    return by_kind, Check("disk used", f"{said(sum(by_kind.values()))}: {parts}", True)


def leftovers_of(workspace: "Workspace", *, is_repair: bool) -> "tuple[Json, list[Check]]":
    """What killed processes left, removed where that was asked for."""
    from contrast_engine.jobs.leftovers import dead_jobs
    from contrast_engine.store.tidying import leftovers, tidy

    stays = [one for one in leftovers(workspace.root) if not one.can_go]
    found = (*(tidy if is_repair else leftovers)(workspace.root),
             *dead_jobs(workspace, is_repair=is_repair))  # fmt: skip
    found = tuple(one for one in found if one.can_go)
    checks = [*_in_words(found, is_repair), *(
        Check("set aside", f"{one.path}: {one.what}", False, "nothing here removes it")
        for one in stays
    )]  # fmt: skip
    rows = [
        {"path": str(one.path), "what": one.what, "bytes": one.bytes, "removed": is_repair}
        for one in found
    ]
    rows += [{"path": str(one.path), "what": one.what, "bytes": 0, "removed": False}
             for one in stays]  # fmt: skip
    return {"leftovers": rows}, checks


def said(size: int) -> str:
    """A number of bytes in words."""
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} KB"


def _in_words(found: "tuple[Leftover, ...]", is_repair: bool) -> Iterator[Check]:
    if not found:
        yield Check("leftovers", "none", True)
    for what in dict.fromkeys(one.what for one in found):
        of = [one for one in found if one.what == what]
        size = said(sum(one.bytes for one in of))
        yield Check(
            "leftovers",
            f"{'removed ' if is_repair else ''}{len(of):,} x {what}, {size}",
            is_repair,
            "`contrast doctor WS --repair` removes them; nothing of yours is among them",
        )


def _damaged(workspace: "Workspace") -> int:
    from contrast_engine.store.tidying import damaged

    return len(damaged(workspace.root))
