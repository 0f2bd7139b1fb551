"""What was decided about retrained models, in an append-only log; a decision is all or nothing."""

import contextlib
from functools import partial
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.store import in_use
from contrast_engine.store.event_log import EventLog
from contrast_engine.store.file_switch import finish, is_interrupted

TOPIC = "retraining"
LOCK = "decision"


def record(edits: EventLog, event: Json) -> None:
    """Append a decision; the same one twice is one.

    Args:
        edits: The log of the workspace.
        event: `who`, `body` and `token`; and by kind of result, as `switched`, what was in use
            before and what is in use then.
    """
    who, token, what = event["who"], event["token"], event["body"]["what"]
    edits.append(TOPIC, who, event["body"], token)
    for kind, (before, now) in event.get("switched", {}).items():
        if before != now and now is not None:
            body = {"kind": kind, "from": before, "to": now, "why": f"retrained model {what}"}
            edits.append(in_use.TOPIC, who, body, f"{token} {kind}")


def finish_decision(root: Path, edits: EventLog) -> None:
    """Complete a decision whose process died in the middle; nothing where there is none.

    One that another process is about to complete, or that this one may not write, is left.
    """
    if not is_interrupted(root):
        return
    from contrast_engine.store.atomic_files import locked

    with contextlib.suppress(WorkspaceError), locked(lock_file(root), "being decided"):
        finish(root, partial(record, edits))


def lock_file(root: Path) -> Path:
    """What is held while somebody decides."""
    return root / "locks" / f"{LOCK}.lock"
