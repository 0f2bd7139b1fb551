"""The one gate: whom this thread acts for, and whether their role is enough.

What writes to a workspace asks here, at the bottom: a transaction, a file, a job. Refused is what
nobody said is allowed: a file that is not named below takes an owner.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from contrast_engine.access.acts import Act, Role, least
from contrast_engine.access.person import Person
from contrast_engine.errors import NotAllowed

Judge = Callable[[], Person | None]

_judge: list[Judge] = []
_person: ContextVar[Person | None] = ContextVar("person", default=None)
_doing: ContextVar[Act | None] = ContextVar("doing", default=None)
_is_unseen: ContextVar[bool] = ContextVar("is_unseen", default=False)

_WRITES = {
    "labels.sqlite": Act.LABEL,
    "comparisons.sqlite": Act.LABEL,
    "annotators.json": Act.LABEL,
    "team.sqlite": Act.LABEL,
}
"""What one does by writing a file of a workspace; all other files are changed by owners."""


def judge(who: Judge | None) -> None:
    """Name what says whom a thread acts for; None where it acts for the program itself."""
    _judge[:] = [who] if who else []


@contextmanager
def on_behalf_of(person: Person) -> Iterator[None]:
    """A block that acts for somebody, as the answer to their request."""
    token = _person.set(person)
    try:
        yield
    finally:
        _person.reset(token)


def acting() -> Person | None:
    """Whom this thread acts for; None where nobody is asked, as in a command."""
    return _person.get() or (_judge[0]() if _judge else None)


def may(act: Act) -> bool:
    """Whether who this thread acts for may do something."""
    person = acting()
    return person is None or person.may(act)


def need(act: Act, name: str | None = None) -> None:
    """Refuse where who this thread acts for may not do something, or not under a name.

    Args:
        act: What is done.
        name: Under which name; a person who logged in has one.

    Raises:
        NotAllowed: They may not.
    """
    person = acting()
    if person is None:
        return
    if not person.may(act):
        raise NotAllowed(refusal(person, act))
    if name is not None and person.is_known and name != person.name:
        raise NotAllowed(
            f"you are logged in as {person.name!r} and this is to be said by {name!r}; each says "
            "things under their own name: log in under the other one"
        )


def need_to_write(path: Path) -> None:
    """Refuse to change a file of a workspace for somebody who may not.

    Raises:
        NotAllowed: They may not.
    """
    if _doing.get() is None:
        need(_WRITES.get(path.name, Act.CHANGE))


@contextmanager
def doing(act: Act) -> Iterator[None]:
    """A block that is one act, whatever files it writes; refused before it begins.

    Raises:
        NotAllowed: Who this thread acts for may not.
    """
    need(act)
    token = _doing.set(act)
    try:
        yield
    finally:
        _doing.reset(token)


@contextmanager
def unseen() -> Iterator[None]:
    """A block that decides by labels of others, and shows none of them to who it acts for."""
    token = _is_unseen.set(True)
    try:
        yield
    finally:
        _is_unseen.reset(token)


def sees_others() -> bool:
    """Whether labels of others may be read now where all are to label blind: owners may."""
    return _is_unseen.get() or may(Act.CHANGE)


def only(act: Act) -> str:
    """Who can do something, as a sentence without its end."""
    if least(act) is Role.OWNER:
        return f"only an owner can {act}"
    return f"only {least(act).word}s and owners can {act}"


def refusal(person: Person, act: Act) -> str:
    """Why somebody may not do something, and what to do."""
    if not person.role:
        return f"nobody is logged in here any more, and {only(act)}; log in again"
    article = "an" if person.role.word[0] in "ao" else "a"
    return (
        f"you are logged in as {article} {person.role.word}, and {only(act)}; ask one, or log in "
        "as one"
    )
