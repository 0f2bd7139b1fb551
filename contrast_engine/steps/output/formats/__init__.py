"""Formats of other tools: each writes what is known of the images as one of them reads it.

Adding one is adding a file here, or an entry point of this group in another package: the command,
its help, the page and the documents list what is registered.
"""

import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from contrast_engine.registry import Registry

if TYPE_CHECKING:
    from contrast_engine.steps.output.destination import Destination
    from contrast_engine.steps.output.known_images import KnownImages


class Format(ABC):
    """How one tool wants to be given images and what is known of them.

    The first line of its docstring says what it writes; it stands in the help and on the page.

    Attributes:
        title: What the tool, or the kind of file, is called.
        ending: Of the one file that it writes; "" where it writes a folder.
        goes_by_ending: Whether a file of that ending is this format without being asked for it.
        wants: What it has room for that may not be there yet, of `known_images.WANTS`.
        opened_by: What opens it, with {path} where it lies.
        copies: Whether the files of all images are in it.
    """

    title: ClassVar[str]
    ending: ClassVar[str] = ""
    goes_by_ending: ClassVar[bool] = False
    wants: ClassVar[tuple[str, ...]] = ("label", "model")
    opened_by: ClassVar[str] = ""
    copies: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """What it writes, in one sentence."""
        return (self.__doc__ or "").strip().partition("\n")[0]

    @property
    def writes(self) -> str:
        """What appears where it is written to: one file, or a folder."""
        return f"a {self.ending} file" if self.ending else "a folder, or a .zip of it"

    @abstractmethod
    def write(self, known: "KnownImages", to: "Destination") -> None:
        """Write all images, one picture in memory at a time.

        Args:
            known: The images and what is known of them; told which are left out and why.
            to: Where the files go; what is there appears as a whole, or not at all.
        """


def _fault(name: str, thing: Any) -> str:
    if not (isinstance(thing, type) and issubclass(thing, Format)):
        return "is no class derived from Format"
    if inspect.isabstract(thing):
        return "does not define write()"
    if not str(getattr(thing, "title", "")).strip():
        return "has no title, which menus show"
    return "" if (thing.__doc__ or "").strip() else "has no docstring that says what it writes"


formats: Registry[type[Format]] = Registry(__name__, "format", _fault)
