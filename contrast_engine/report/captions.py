"""What people wrote, put into a report: its title, words of their own, other captions."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from contrast_engine.errors import OptionError
from contrast_engine.report.document import (
    Document,
    Figure,
    LiveMap,
    Paragraph,
    Part,
    Pictures,
    Section,
    figure_name,
)


def with_captions(document: Document, captions: Mapping[str, str]) -> Document:
    """The report with these words: of a section below its heading, of a figure as its caption.

    A caption of a figure that is not in this report is left out.
    """
    sections = tuple(_section(section, captions) for section in document.sections)
    return replace(document, sections=sections)


def captions_from(path: str | Path) -> dict[str, str]:
    """The captions of a JSON file: an object of text by the name of a section or figure.

    Raises:
        OptionError: It cannot be read, or is no such object.
    """
    file = Path(path).expanduser()
    try:
        found = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise OptionError(f"{file} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise OptionError(f"{file} holds no JSON: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise OptionError(
            f'{file} must hold an object of text, as {{"map": "What the map shows", ...}}'
        )
    return found


def _section(section: Section, captions: Mapping[str, str]) -> Section:
    own = [Paragraph(line, "own") for line in lines(captions.get(section.name, ""))]
    parts = tuple(_part(part, captions) for part in section.parts)
    return replace(section, parts=(*own, *parts))


def _part(part: Part, captions: Mapping[str, str]) -> Part:
    words = captions.get(figure_name(part), "")
    if words and isinstance(part, Figure | LiveMap | Pictures):
        return replace(part, caption=" ".join(lines(words)))
    return part


def lines(text: str) -> list[str]:
    """The paragraphs of what was typed."""
    return [line.strip() for line in text.splitlines() if line.strip()]
