"""JSON Lines: the table, an object a line."""

from typing import ClassVar

from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.encoding import json_lines
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages


@formats.add("jsonl")
class JsonLines(Format):
    """The table with one JSON object per image and line, null where nothing is known."""

    title: ClassVar[str] = "JSON Lines"
    ending: ClassVar[str] = ".jsonl"
    goes_by_ending: ClassVar[bool] = True
    wants: ClassVar[tuple[str, ...]] = ()

    def write(self, known: KnownImages, to: Destination) -> None:
        """Write the lines one after another."""
        to.add("table.jsonl", known.counted(json_lines(known.table)))
