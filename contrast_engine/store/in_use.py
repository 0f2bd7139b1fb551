"""Which result of a kind is in use, and by whose decision: an append-only log, undoable."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.event_log import Event, EventLog

TOPIC = "in use"

CHOSEN = ("embeddings", "maps", "clusterings", "predictions")
"""The kinds of results of which somebody chooses one."""

FIRST = "first made"
"""Why a result is in use that nobody chose: there was none of its kind before."""

RETRAINED = "retrained model accepted"
ROLLED_BACK = "retrained model rolled back"

_SWITCHED = (RETRAINED, ROLLED_BACK)
"""Decisions about several kinds at once; they are taken back where they were made."""


@dataclass(frozen=True)
class Decision:
    """That a result is in use from now on.

    Args:
        kind: The kind of result.
        key: The result, or the one that it was edited from.
        before: What was in use before; None where nothing was.
        who: Who decided.
        at: When, as ISO 8601 in UTC.
        why: A remark; `FIRST` where nobody chose.
        seq: Its number in the log.
        is_undone: Whether it was taken back.
    """

    kind: str
    key: str
    before: str | None
    who: str
    at: str
    why: str
    seq: int
    is_undone: bool = False

    @property
    def is_choice(self) -> bool:
        """True where somebody chose it, and not because there was nothing else."""
        return self.why != FIRST

    @property
    def may_be_undone(self) -> bool:
        """True where there is something to go back to by itself."""
        return self.before is not None and not self.is_undone and self.why not in _SWITCHED


def decide(
    log: EventLog, kind: str, key: str, who: str, why: str,
    current: Callable[[], str | None], point: Callable[[str], None],
) -> None:  # fmt: skip
    """Put a result into use and write down who did; nothing where it is in use already.

    One transaction around both: no other decision comes between, and where the log cannot be
    written what was in use stays. A process killed between the two leaves a result in use that
    nobody's name stands at.

    Args:
        log: The log of the workspace.
        kind: The kind of result.
        key: The result.
        who: Who decides.
        why: A remark.
        current: Gives what is in use.
        point: Writes what is in use.
    """
    before = current()
    if before == key:
        return
    with _pointing(point) as moved:

        def body(_: tuple[Event, ...]) -> Json:
            was = current()
            moved(was, key)
            return {"kind": kind, "from": was, "to": key, "why": why or ("" if was else FIRST)}

        log.append(TOPIC, who, body)


def undo(
    log: EventLog, kind: str, who: str,
    current: Callable[[], str | None], point: Callable[[str], None],
    is_of: Callable[[str, str], bool],
) -> Decision | None:  # fmt: skip
    """The decision that is taken back now; None where there is none to take back.

    Args:
        log: The log of the workspace.
        kind: The kind of result.
        who: Who takes it back.
        current: Gives what is in use.
        point: Writes what is in use.
        is_of: Whether a result is another one, or was edited from it.
    """
    found = in_force(log.events(TOPIC), kind, current(), is_of)
    if found is None or not found.may_be_undone:
        return None
    undone: list[Decision] = []
    with _pointing(point) as moved:

        def body(events: tuple[Event, ...]) -> Json:
            was = current()
            now = in_force(events, kind, was, is_of)
            if now is None or now.seq != found.seq:  # somebody else was faster
                return {"kind": kind, "from": was, "to": was, "why": "nothing to undo"}
            moved(was, str(now.before))
            undone.append(now)
            return {"kind": kind, "from": was, "to": now.before, "undoes": now.seq}

        log.append(TOPIC, who, body)
    return undone[0] if undone else None


def decisions(events: Iterable[Event], kind: str = "") -> tuple[Decision, ...]:
    """Every decision of a kind, or of all, oldest first, with those that were taken back."""
    bodies = [(event, event.body) for event in events if kind in ("", event.body["kind"])]
    undone = {body["undoes"] for _, body in bodies if "undoes" in body}
    return tuple(
        Decision(body["kind"], body["to"], body["from"], event.who, event.at, body["why"],
                 event.seq, event.seq in undone)
        for event, body in bodies
        if "undoes" not in body and body["from"] != body["to"]
    )  # fmt: skip


def in_force(
    events: Iterable[Event], kind: str, key: str | None, is_of: Callable[[str, str], bool]
) -> Decision | None:
    """The decision by which a result is in use; None where none is known."""
    standing = [one for one in decisions(events, kind) if not one.is_undone]
    if key is None or not standing:
        return None
    return standing[-1] if is_of(key, standing[-1].key) else None


@contextlib.contextmanager
def _pointing(
    point: Callable[[str], None],
) -> Iterator[Callable[[str | None, str], None]]:
    """Move what is in use, and move it back where the block around it fails."""
    before: list[str | None] = []

    def moved(was: str | None, key: str) -> None:
        point(key)
        before.append(was)

    try:
        yield moved
    except BaseException:
        for was in before:
            if was is not None:
                with contextlib.suppress(WorkspaceError):
                    point(was)
        raise
