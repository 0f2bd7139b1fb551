"""The pass phrases of a server: one for each role or person, in a file that only it can read."""

import hashlib
import hmac
import os
import secrets
import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.access.acts import Role
from contrast_engine.access.person import Person, as_name
from contrast_engine.errors import NotAllowed, OptionError

SHORTEST = 12
LONGEST = 200
_MARK = "scrypt$"
_N, _R, _P = 2**14, 8, 1
"""16 MB and about 50 ms for a guess (RFC 7914 names these for interactive use)."""

_one_at_a_time = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Phrase:
    """A pass phrase, of which only the hash is kept.

    Args:
        role: Of who gives it.
        name: Whose it is; "" for everybody of that role.
        salt: Random bytes.
        digest: The hash.
    """

    role: Role
    name: str
    salt: bytes
    digest: bytes

    def fits(self, given: str) -> bool:
        """Whether it was given, compared in constant time."""
        return hmac.compare_digest(_digest(given, self.salt), self.digest)


class Phrases:
    """The pass phrases of a file.

    A line is `ROLE: PHRASE`, for everybody of that role, or `ROLE NAME: PHRASE`, for one person. A
    line without a role is the phrase of annotators. A phrase stands there as it is or hashed, as
    `contrast password` prints it. Lines that begin with # are remarks.

    Args:
        lines: The lines.

    Raises:
        OptionError: A line is not one, a phrase is too short, or there is none.
    """

    def __init__(self, lines: list[str]) -> None:
        kept = [line.strip() for line in lines]
        self.is_hashed = all(_MARK in line for line in kept if line and not line.startswith("#"))
        self._all = [
            _read(line, number)
            for number, line in enumerate(kept, 1)
            if line and not line.startswith("#")
        ]
        if not self._all:
            raise OptionError("there is no pass phrase in it; write a line such as `owner: PHRASE`")
        names = [_folded(one.name) for one in self._all if one.name]
        if len(names) != len(set(names)):
            raise OptionError("one person has two lines in it; keep one of them")

    @classmethod
    def of(cls, file: str | Path) -> "Phrases":
        """The pass phrases of a file that nobody else can change, or read where they are plain.

        Raises:
            OptionError: It cannot be read or is open to others, or something in it is no good.
        """
        path = Path(file).expanduser()
        try:
            mode = path.stat().st_mode
            found = cls(path.read_text(encoding="utf-8-sig").splitlines())
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise OptionError(f"--password-file {file} cannot be read: {why.lower()}") from None
        except OptionError as error:
            raise OptionError(f"--password-file {file}: {error}") from None
        if os.name != "nt" and mode & (0o022 if found.is_hashed else 0o077):
            done = "change" if found.is_hashed else "read"
            raise OptionError(
                f"--password-file {file}: others on this machine could {done} it; "
                f"`chmod 600 {file}`, or write hashed phrases (`contrast password`)"
            )
        return found

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that somebody can log in as."""
        return frozenset(one.role for one in self._all)

    def person(self, name: str, given: str) -> Person | None:
        """Who logs in with a name and a phrase; None where the phrase is not one of theirs.

        Raises:
            OptionError: The name cannot be one.
            NotAllowed: Others are being checked; it is to be tried again.
        """
        called = as_name(name)
        own = [one for one in self._all if _folded(one.name) == _folded(called)]
        tried = own or [one for one in self._all if not one.name]
        if len(given) > LONGEST:
            return None
        if not _one_at_a_time.acquire(timeout=5):
            raise NotAllowed("too many people are logging in just now; try again in a moment")
        try:
            fitting = [one for one in tried if one.fits(given)]  # all, always
        finally:
            _one_at_a_time.release()
        if not fitting:
            return None
        best = max(fitting, key=lambda one: one.role)
        return Person(best.name or called, best.role, is_known=True)


def hashed(phrase: str) -> str:
    """A pass phrase as it can stand in a file that others may read.

    Raises:
        OptionError: It is too short or too long.
    """
    salt = secrets.token_bytes(16)
    digest = _digest(_checked(phrase), salt)
    return f"{_MARK}{b64encode(salt).decode()}${b64encode(digest).decode()}"


def _read(line: str, number: int) -> Phrase:
    role, name, phrase = _parts(line, number)
    try:
        if not phrase.startswith(_MARK):
            salt = secrets.token_bytes(16)
            return Phrase(role, name, salt, _digest(_checked(phrase), salt))
        salt, digest = (b64decode(part, validate=True) for part in phrase.split("$")[1:])
    except OptionError as error:
        raise OptionError(f"line {number}: {error}") from None
    except ValueError:
        salt, digest = b"", b""
    if len(salt) < 8 or len(digest) != 32:
        raise OptionError(f"line {number}: the hash is not whole; make it anew: contrast password")
    return Phrase(role, name, salt, digest)


def _parts(line: str, number: int) -> tuple[Role, str, str]:
    """Role, name and phrase of a line."""
    before, colon, after = line.partition(":")
    word, _, name = before.strip().partition(" ")
    if not colon or word.lower() not in [role.word for role in Role if role]:
        if _MARK in line.removeprefix(_MARK):  # else it would be a phrase that others may read
            raise OptionError(f"line {number}: before a hash stands a role, such as `owner:`")
        return Role.ANNOTATOR, "", line
    try:
        return Role.of(word), as_name(name) if name.strip() else "", after.strip()
    except OptionError as error:
        raise OptionError(f"line {number}: {error}") from None


def _checked(phrase: str) -> str:
    if not SHORTEST <= len(phrase) <= LONGEST or not phrase.isprintable():
        raise OptionError(
            f"a pass phrase has {SHORTEST} to {LONGEST} characters that can be seen, got "
            f"{len(phrase)}; four words that have nothing to do with each other make one"
        )
    return phrase


def _digest(phrase: str, salt: bytes) -> bytes:
    given = phrase.encode("utf-8", "replace")
    return hashlib.scrypt(given, salt=salt, n=_N, r=_R, p=_P, dklen=32, maxmem=2**26)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
