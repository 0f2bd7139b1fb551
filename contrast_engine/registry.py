"""Named things found by looking into their own package, so adding one is adding one file."""

import dataclasses
import difflib
import importlib
import importlib.metadata
import pkgutil
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from contrast_engine.errors import ContrastError, PluginError, UnknownName
from contrast_engine.plugins import (
    BrokenPlugin,
    Plugin,
    loading,
    loading_now,
    module_of,
    package_of,
    said,
)
from contrast_engine.progress import Cancelled

T = TypeVar("T")

LOADED: "list[Registry[Any]]" = []
"""The registries that were read in this process, in that order."""


def nothing_wrong(name: str, thing: Any) -> str:
    """No fault, whatever was registered."""
    return ""


def function_fault(name: str, thing: Any) -> str:
    """Why something is no function with a docstring, in words; "" where it is."""
    if not callable(thing) or isinstance(thing, type):
        return "is no function"
    return "" if (thing.__doc__ or "").strip() else "has no docstring that says what it does"


class Registry(Mapping[str, T]):
    """An ordered name -> thing mapping filled by decorators.

    Reading it imports every module of its package and every entry point of the same group,
    so a file in the package or an entry point of another distribution is enough to add one.
    An entry point that fails is left out and remembered; a file of ours that fails is a defect.

    Args:
        package: Dotted name of the package; also the entry-point group.
        noun: What one of the things is called, for messages ("projection").
        fault: What is wrong with a thing of another package, in words; "" for nothing.
        base: What its classes are derived from, if it holds classes.
    """

    def __init__(
        self,
        package: str,
        noun: str,
        fault: Callable[[str, Any], str] = nothing_wrong,
        base: type = object,
    ) -> None:
        self._base = base
        self.package = package
        self.noun = noun
        self._fault = fault
        self._things: dict[str, T] = {}
        self._renamed: dict[str, str] = {}
        self._plugins: dict[str, Plugin] = {}
        self._broken: list[BrokenPlugin] = []
        self._is_loaded = False
        self._is_loading = False
        self._lock = threading.RLock()

    def add(self, name: str, *, formerly: str = "") -> Callable[[T], T]:
        """A decorator that registers a thing under `name`; a second one of that name is an error.

        Args:
            name: What it is called and listed as.
            formerly: What it was called first: still found by it, and stored under it.
        """

        def register(thing: T) -> T:
            for taken in filter(None, (name, formerly)):
                if taken in self._things or taken in self._renamed:
                    raise ValueError(f"there already is a {self.noun} {taken!r}")
            if not f"{module_of(thing)}.".startswith(f"{self.package}."):
                self._check_foreign(name, thing)
            self._things[name] = thing
            if formerly:
                self._renamed[formerly] = name
            return thing

        return register

    def _check_foreign(self, name: str, thing: Any) -> None:
        """Note whose a thing of another package is.

        Raises:
            PluginError: It is not what this registry takes.
        """
        is_name = re.fullmatch(r"[a-z][a-z0-9_-]*", name) is not None
        wrong = (
            self._fault(name, thing)
            if is_name
            else ("has a name that is none: small letters, digits, - and _, a letter first")
        )
        if wrong:
            raise PluginError(f"{self.noun} {name!r} {wrong}")
        load = loading_now()
        by_hand = Plugin("", self.package, "", "", module_of(thing))
        self._plugins[name] = load.plugin if load else by_hand
        if load:
            load.undo += [lambda: self._things.pop(name, None), lambda: self._forget(name)]

    def _forget(self, name: str) -> None:
        self._plugins.pop(name, None)
        for old in [old for old, new in self._renamed.items() if new == name]:
            del self._renamed[old]

    def plugin(self, name: str) -> Plugin | None:
        """The plugin that something is from; None for what is ours, or is not there."""
        return self._plugins.get(self.present_name(name))

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """The plugins that work, each once."""
        self._load()
        return tuple(dict.fromkeys(one for one in self._plugins.values() if one.distribution))

    @property
    def broken(self) -> tuple[BrokenPlugin, ...]:
        """The plugins that were left out, with the reasons."""
        self._load()
        return tuple(self._broken)

    def made_by(self, name: str) -> dict[str, str]:
        """What a recipe on disk says of the plugin that something is from; nothing for ours.

        A new version of a plugin is another question, so it has a result of its own.
        """
        plugin = self.plugin(name)
        return {} if plugin is None else {"plugin": plugin.package}

    def of_result(self, recipe: Mapping[str, Any]) -> T:
        """What a stored result was made by; what is not there any more only by its title.

        Args:
            recipe: The recipe of the result, with its "method" (or "encoder") and "plugin".
        """
        name = _named(recipe)
        if name in self:
            return self[name]
        title = _not_installed(recipe)
        named = type("NotInstalled", (self._base,), {"title": title, "__doc__": f"{title}."})
        gone: Any = dataclasses.dataclass(frozen=True)(named)
        return gone  # type: ignore[no-any-return]

    def stored(self, recipe: Mapping[str, Any]) -> T:
        """What a stored result was made by, to use it again.

        Raises:
            UnknownName: It is not there any more; the message names the package it was from.
        """
        if recipe.get("plugin") and _named(recipe) not in self:
            raise UnknownName(
                f"this was made by the {self.noun} {_not_installed(recipe)}; install it again"
            )
        return self[_named(recipe)]

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Run something of this registry inside: what goes wrong in a plugin is one sentence.

        Raises:
            PluginError: It is from another package and failed in a way that is not ours.
        """
        try:
            yield
        except (ContrastError, Cancelled, MemoryError):
            raise
        except Exception as error:  # of code that we did not write, anything may come
            plugin = self.plugin(name)
            if plugin is None:
                raise
            raise PluginError(
                f"{self.noun} {name!r} of {plugin.package} failed: {said(error)}; "
                "choose another, or tell its authors"
            ) from error

    def present_name(self, name: str) -> str:
        """The name that something is listed under now; one that is not known stays as it is."""
        self._load()
        return self._renamed.get(name, name)

    def stored_name(self, name: str) -> str:
        """The name that stands in recipes on disk: the first that something had.

        So the key of a result stays the same when what computed it is called otherwise.
        """
        present = self.present_name(name)
        return next((old for old, new in self._renamed.items() if new == present), present)

    def __getitem__(self, name: str) -> T:
        self._load()
        try:
            return self._things[self._renamed.get(name, name)]
        except KeyError:
            skipped = next((one for one in self._broken if one.plugin.name == name), None)
            if skipped is not None:
                raise UnknownName(f"no {self.noun} {name!r}: {skipped.words}") from None
            near = difflib.get_close_matches(name, self._things, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(self)}"
            raise UnknownName(f"no {self.noun} {name!r}; {hint}") from None

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(self._things)

    def __len__(self) -> int:
        self._load()
        return len(self._things)

    def _load(self) -> None:
        if self._is_loaded:
            return
        with self._lock:  # a second thread waits until all are there
            if self._is_loaded or self._is_loading:  # loading: a module reads its own registry
                return
            self._is_loading = True
            try:
                self._import_all()
                self._is_loaded = True
            finally:
                self._is_loading = False

    def _import_all(self) -> None:
        home = importlib.import_module(self.package)
        for module in sorted(m.name for m in pkgutil.iter_modules(home.__path__)):
            importlib.import_module(f"{self.package}.{module}")
        if not any(one is self for one in LOADED):
            LOADED.append(self)
        for point in importlib.metadata.entry_points(group=self.package):
            self._import_plugin(point)

    def _import_plugin(self, point: importlib.metadata.EntryPoint) -> None:
        plugin, outer = Plugin.of(point), loading_now()
        if outer is not None and outer.holds(point.module):
            return  # it reads this registry while it is being imported, and goes on afterwards
        try:
            with loading(plugin):
                point.load()
                self._claim(plugin)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - others wrote it: anything may come
            reason = str(error) if isinstance(error, ContrastError | ValueError) else said(error)
            self._broken.append(BrokenPlugin(plugin, " ".join(reason.split())))

    def _claim(self, plugin: Plugin) -> None:
        """Make what a package registered its own, also where something imported it before.

        Raises:
            PluginError: It registered nothing.
        """
        home = package_of(plugin.module)
        own = [
            name
            for name, by in self._plugins.items()
            if by.distribution == plugin.distribution
            or (not by.distribution and package_of(by.module) == home)
        ]
        if not own:
            raise PluginError(
                f"{plugin.module} registers no {self.noun}; decorate one as docs/plugins.md shows"
            )
        for name in own:
            if self._plugins[name].group != self.package or not self._plugins[name].distribution:
                self._plugins[name] = plugin  # it came with another entry point of its package


def _named(recipe: Mapping[str, Any]) -> str:
    return str(recipe.get("method", recipe.get("encoder", "")))


def _not_installed(recipe: Mapping[str, Any]) -> str:
    where = f" of {recipe['plugin']}" if recipe.get("plugin") else ""
    return f"{_named(recipe)}{where}, which is not installed"
