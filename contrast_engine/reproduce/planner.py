"""What is made in which order: each result after those that it is made of."""

from collections.abc import Callable, Iterable
from typing import Protocol

from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.reproduce.command import (
    WS,
    Cannot,
    CannotRebuild,
    Command,
    Option,
    Word,
    words_of,
)
from contrast_engine.store.artifacts import KINDS, Manifest
from contrast_engine.store.in_use import CHOSEN
from contrast_engine.store.workspace import Workspace

ENCODERS = "encoders"
"""What can be left out, as it takes long."""


class Builder(Protocol):
    """Adds the command that makes a result, after those that make what it is made of."""

    def __call__(self, planner: "Planner", made: Manifest) -> None:
        """Add it, or raise `CannotRebuild`."""


class Planner:
    """The commands so far, and what the workspace would hold once they were run.

    Args:
        workspace: Whose results are made again; it is only read.
        builders: What makes the results of each step, by its name without the version.
        encoder: What makes an encoder again, by the key of its model.
        without: Parts that are left out: `ENCODERS`.
    """

    def __init__(
        self,
        workspace: Workspace,
        builders: dict[str, Builder],
        encoder: Callable[["Planner", str], None],
        without: Iterable[str] = (),
    ) -> None:
        self.workspace = workspace
        self.without = frozenset(without)
        self.commands: list[Command] = []
        self.cannot: dict[str, Cannot] = {}
        self.files: dict[str, bytes] = {}
        self.done: dict[str, str] = {}
        self.in_use: dict[str, str] = {}
        self.later: list[tuple[str, tuple[Word, ...], list[Option]]] = []
        self._builders = builders
        self._encoder = encoder

    def add(
        self,
        head: str,
        *places: Word,
        options: Iterable[Option] = (),
        makes: Iterable[str] = (),
        seconds: float = 0.0,
        note: str = "",
    ) -> None:
        """Add a command; see `words_of`."""
        words = words_of(head, places, tuple(options))
        self.commands.append(Command(words, tuple(makes), seconds, note))

    def add_file(self, name: str, data: bytes) -> None:
        """Add a file to the record."""
        self.files[name] = data

    def refuse(self, what: str, why: str, key: str = "") -> None:
        """Say that something is not made again, once."""
        self.cannot.setdefault(key or what, Cannot(what, why, key))

    def needs(self, key: str) -> None:
        """Have a result made before what comes next.

        Raises:
            CannotRebuild: It cannot be made again.
        """
        if not self.make(key):
            why = self.cannot[key].why
            raise CannotRebuild(f"it is made of {named(self.workspace, key)}, which is not: {why}")

    def make(self, key: str) -> bool:
        """Whether a result is made by the commands, which are added where they were not yet."""
        if key in self.done or key in self.cannot:
            return key in self.done
        made = self.workspace.manifest(key)
        builder = self._builders.get(made.step.partition("@")[0])
        try:
            if builder is None:
                raise CannotRebuild(f"no command makes a result of {made.step} by itself")
            builder(self, made)
        except (CannotRebuild, UnknownName, OptionError) as error:
            self.refuse(named(self.workspace, key), str(error), key)
            return False
        self.made(made)
        return True

    def made(self, made: Manifest) -> None:
        """Note that a result is there, and in use, once the commands so far have run."""
        self.done[made.key] = made.kind
        self.in_use[made.kind] = made.key

    def encoder(self, key: str) -> None:
        """Have an encoder trained before what comes next.

        Raises:
            CannotRebuild: It cannot be.
        """
        if key in self.done:
            return
        if key in self.cannot:
            raise CannotRebuild(f"its encoder is not made again: {self.cannot[key].why}")
        try:
            if ENCODERS in self.without:
                raise CannotRebuild("encoders are left out")
            self._encoder(self, key)
        except CannotRebuild as error:
            self.refuse(f"encoder {key}", str(error), key)
            raise CannotRebuild(f"its encoder is not made again: {error}") from None
        self.done[key] = "models"

    def use(self, kind: str, key: str | None) -> None:
        """Have a result in use from here on, where it is made and another one is in use."""
        if key and self.in_use.get(kind) != key and self.make(key):
            if self.in_use.get(kind) != key and kind in CHOSEN:
                self.add("use", WS, key)
            self.in_use[kind] = key

    def current(self, kind: str) -> str | None:
        """What is in use in the workspace."""
        return self.workspace.current(kind)


def named(workspace: Workspace, key: str) -> str:
    """A result in words: its kind, its step and its key."""
    made = workspace.manifest(key)
    assert made.kind in KINDS
    singular = {"features": "features", "embeddings": "embedding", "maps": "map",
                "clusterings": "clustering", "predictions": "predictions", "reports": "report",
                "attributes": "attributes"}[made.kind]  # fmt: skip
    method = made.recipe.get("method")
    return f"{singular} {key} ({made.step}{f', {method}' if method else ''})"
