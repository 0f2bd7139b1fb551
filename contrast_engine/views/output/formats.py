"""What a page shows of the formats of other tools: the choices, and what was written."""

from dataclasses import dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.steps.output.destination import checked_destination
from contrast_engine.steps.output.formats import formats
from contrast_engine.store.targets import is_taken
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence, typed_path

LARGEST_DOWNLOAD = 200_000_000
"""Bytes of pictures that a browser is handed at once; more are written to a folder."""


@dataclass(frozen=True)
class FormatChoice:
    """One format as a page offers it.

    Args:
        name: Its name.
        title: The tool.
        summary: What is written, in a sentence.
        writes: What appears: a file, or a folder.
        example: A path to write it to.
        file_name: What a download is called.
        too_large: Why it is not downloaded; "" where it is.
    """

    name: str
    title: str
    summary: str
    writes: str
    example: str
    file_name: str
    too_large: str


def format_choices(workspace: Workspace) -> dict[str, FormatChoice]:
    """Every format by its name, in the order of the tools' names."""
    there = workspace.images
    size = there.bytes_of(there.images)
    found = {}
    for name, kind in sorted(formats.items(), key=lambda one: one[1].title.casefold()):
        said = kind()
        stem = f"{workspace.name}-{name}"
        too_large = ""
        if said.copies and size > LARGEST_DOWNLOAD:
            too_large = f"Its pictures are {size / 1e6:,.0f} MB, too many to download at once."
        found[name] = FormatChoice(
            name=name,
            title=said.title,
            summary=said.summary.replace("`", ""),
            writes=said.writes,
            example=f"/home/me/{stem}{said.ending}",
            file_name=f"{stem}{said.ending or '.zip'}",
            too_large=too_large,
        )
    return found


def format_problem(name: str, text: str) -> str | None:
    """Why a format cannot be written to what was typed, or None where it may be tried."""
    if not typed_path(text).is_absolute():
        return f"Give a full path, for example /home/me/{name}{formats[name].ending}."
    try:
        checked_destination(typed_path(text), formats[name].ending, overwrite=True)
    except OptionError as error:
        return sentence(str(error))
    return None


def is_in_the_way(name: str, path: Path) -> bool:
    """True if something is there that is not replaced without being told to."""
    if not is_taken(path):
        return False
    try:
        checked_destination(path, formats[name].ending, overwrite=False)
    except OptionError:
        return True
    return False


def written_words(report: Json) -> str:
    """What was written where, as a sentence."""
    n, total = int(report["rows"]), int(report["images"])
    return f"{n:,} of {total:,} images are in {report['path']}"
