"""Named things found by looking into their own package, so adding one is adding one file."""

import difflib
import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from typing import TypeVar

from contrast_engine.errors import UnknownName

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """An ordered name -> thing mapping filled by decorators.

    Reading it imports every module of its package and every entry point of the same group,
    so a file in the package or an entry point of another distribution is enough to add one.

    Args:
        package: Dotted name of the package; also the entry-point group.
        noun: What one of the things is called, for messages ("projection").
    """

    def __init__(self, package: str, noun: str) -> None:
        self.package = package
        self.noun = noun
        self._things: dict[str, T] = {}
        self._renamed: dict[str, str] = {}
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
            self._things[name] = thing
            if formerly:
                self._renamed[formerly] = name
            return thing

        return register

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
        for point in entry_points(group=self.package):
            point.load()
