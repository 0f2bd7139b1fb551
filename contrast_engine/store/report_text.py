"""What people wrote into the report of a collection: its title, captions, and which sections."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from contrast_engine.errors import OptionError
from contrast_engine.store.atomic_files import read_json, write_json

FILE = "report.json"

LONGEST_TITLE = 200
LONGEST_CAPTION = 4000


@dataclass(frozen=True)
class ReportText:
    """What people wrote into a report.

    Args:
        title: Its heading; "" for the name of the collection.
        captions: Text by the name of the section it opens or the figure it stands below.
        sections: The chosen sections in order; none chosen means all.
    """

    title: str = ""
    captions: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[str, ...] = ()


def checked(text: ReportText) -> ReportText:
    """The same without empty captions.

    Raises:
        OptionError: The title or a caption is too long, or no text.
    """
    if not isinstance(text.title, str) or len(text.title) > LONGEST_TITLE:
        raise OptionError(f"a title is text of at most {LONGEST_TITLE} characters; shorten it")
    for name, words in text.captions.items():
        if not isinstance(words, str):
            raise OptionError(f"the caption {name!r} must be text, got {type(words).__name__}")
        if len(words) > LONGEST_CAPTION:
            raise OptionError(
                f"the caption {name!r} has {len(words):,} characters; at most {LONGEST_CAPTION:,} "
                "stand in a report"
            )
    said = {name: words.strip() for name, words in text.captions.items() if words.strip()}
    return ReportText(text.title.strip(), said, tuple(text.sections))


def keep_report_text(root: Path, text: ReportText) -> None:
    """Remember what was written into the report of a workspace, in place of what was before.

    Raises:
        OptionError: It is too long.
        WorkspaceError: It could not be written.
    """
    write_json(root / FILE, asdict(checked(text)))


def report_text(root: Path) -> ReportText:
    """What was written into the report of a workspace; nothing where its record is no record."""
    value = read_json(root / FILE) or {}
    captions, sections = value.get("captions"), value.get("sections")
    return ReportText(
        _text(value.get("title")),
        {str(k): _text(v) for k, v in captions.items()} if isinstance(captions, dict) else {},
        tuple(map(str, sections)) if isinstance(sections, list) else (),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
