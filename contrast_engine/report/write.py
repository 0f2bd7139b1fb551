"""report: a collection as one file to send: a page, Markdown, or a PDF."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.report.captions import with_captions
from contrast_engine.report.document import Document, LiveMap
from contrast_engine.report.folder import write_folder
from contrast_engine.report.html import html
from contrast_engine.report.markdown import Markdown
from contrast_engine.report.material import Material
from contrast_engine.report.names import FORMATS, SECTIONS
from contrast_engine.report.pdf import pdf
from contrast_engine.report.rebuild import versions
from contrast_engine.report.sections import MAKE
from contrast_engine.several import several
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.collection import shown
from contrast_engine.store.leftovers import remove_leftovers
from contrast_engine.store.report_text import ReportText, checked, report_text
from contrast_engine.store.targets import checked_target, is_taken
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import overview

NOTE = (
    "The pictures are small copies for looking, not for measuring. All that this page shows lies "
    "in it: opening it asks nothing of the network."
)


@dataclass(frozen=True)
class WrittenReport:
    """What was written where.

    Args:
        path: The file.
        format: "html", "md" or "pdf".
        sections: Its sections.
        bytes: The size of the file; for Markdown with that of the folder beside it.
        images: How many images the collection has.
        pictures: How many of them bring their picture on the map.
        captions: What stands below every figure unless somebody writes another, by its name.
        folder: Of the pictures and charts of Markdown; "" for the other formats.
    """

    path: str
    format: str
    sections: tuple[str, ...]
    bytes: int
    images: int
    pictures: int
    captions: dict[str, str]
    folder: str = ""


def report(
    workspace: Workspace,
    path: str | Path,
    *,
    format: str = "",
    sections: Iterable[str] = (),
    title: str | None = None,
    captions: Mapping[str, str] | None = None,
    overwrite: bool = True,
    progress: Progress = SILENT,
) -> WrittenReport:
    """Write what is known of a collection as one file to send.

    What people wrote into the report before, its title, captions and choice of sections, holds
    where nothing else is given.

    Args:
        workspace: Of the collection.
        path: The file; its ending says the format unless one is given.
        format: "html", "md" (with a folder beside it) or "pdf".
        sections: Names of `SECTIONS` in the wanted order.
        title: Its heading.
        captions: Text by the name of the section it opens, or of the figure it stands below.
        overwrite: Whether a file that is there is replaced.
        progress: Told how far it is.

    Raises:
        NotEnoughData: Nothing is measured yet.
        UnknownName: There is no such section or figure.
        OptionError: The format is none, the file cannot be written there, or no PDF be printed.
        WorkspaceError: It could not be written.
    """
    progress = paced(progress, "report", workspace, "looking what is there")
    sections = several(sections, "sections")
    kind = chosen_format(path, format)
    target = checked_target(path, overwrite=overwrite, of=workspace)
    folder = target.with_name(f"{target.stem}_files")
    if kind == "md" and not overwrite and is_taken(folder):
        raise OptionError(
            f"{shown(folder)} is there already and stays as it is; name another file, or replace "
            "it (--overwrite)"
        )
    text = _text(workspace, tuple(sections), title, captions)
    made = document_of(workspace, text, progress=progress)
    _check_captions(captions or {}, made)
    document = with_captions(made, text.captions)
    content, files = _content(kind, document, folder.name)
    remove_leftovers(target.parent)
    beside = write_folder(folder, files) if files else 0
    write_bytes(target, content)
    progress.tick(100, 100, "done")
    pictures = sum(
        len(part.parts["urls"]["thumb"])
        for section in document.sections
        for part in section.parts
        if isinstance(part, LiveMap)
    )
    return WrittenReport(
        str(target), kind, tuple(s.name for s in document.sections),
        len(content) + beside, len(workspace.images.ids), pictures,
        made.captions, str(folder) if files else "",
    )  # fmt: skip


def document_of(workspace: Workspace, text: ReportText, *, progress: Progress = SILENT) -> Document:
    """The report without a format, and without the captions of people.

    Args:
        workspace: Of the collection.
        text: What people wrote into it, and the sections they chose.
        progress: Told how far it is.

    Raises:
        NotEnoughData: Nothing is measured yet.
        UnknownName: There is no such section.
    """
    names = text.sections or SECTIONS
    for name in names:
        if name not in MAKE:
            raise UnknownName(f"no section {name!r}; there are: {', '.join(MAKE)}")
    if workspace.current("features") is None:
        raise NotEnoughData("nothing is measured yet; run `contrast gather` first")
    material = Material(workspace, overview(workspace))
    made = []
    for place, name in enumerate(dict.fromkeys(names)):
        start, end = (90 * place) // len(names), (90 * (place + 1)) // len(names)
        progress.tick(start, 100, name)
        material.tick = _Tick(progress, start, end, name)
        made.append(MAKE[name](material))
    progress.tick(90, 100, "writing")
    return Document(text.title or workspace.name, _lines(material), tuple(made), (NOTE,))


def chosen_format(path: str | Path, format: str = "") -> str:
    """The format of a report: as it was asked for, else by the ending of the file.

    Raises:
        OptionError: There is no such format.
    """
    asked = format or Path(path).suffix.lower().removeprefix(".").replace("htm", "html")
    asked = {"htmll": "html", "markdown": "md"}.get(asked, asked)
    if asked not in FORMATS:
        raise OptionError(
            f"a report is written as {', '.join(FORMATS)}, got {asked or 'no ending'!r}; name a "
            "file with such an ending, or say the format"
        )
    return asked


def _text(
    workspace: Workspace,
    sections: tuple[str, ...],
    title: str | None,
    captions: Mapping[str, str] | None,
) -> ReportText:
    """What was written into the report before, with what is given now in its place."""
    if captions is not None and not isinstance(captions, Mapping):
        raise OptionError(
            f"captions needs text by the names of figures, got {type(captions).__name__}; write "
            '{"map": "What the map shows"}'
        )
    known = report_text(workspace.root)
    kept = tuple(name for name in known.sections if name in MAKE)
    found = replace(known, sections=sections or kept)
    if title is not None:
        found = replace(found, title=title)
    if captions is not None:
        found = replace(found, captions={**known.captions, **captions})
    return checked(found)


def _check_captions(captions: Mapping[str, str], document: Document) -> None:
    known = document.captions
    for name in captions:
        if name not in known and name not in MAKE:
            raise UnknownName(
                f"there is nothing called {name!r} to caption in this report; there are: "
                + ", ".join(known)
            )


def _content(kind: str, document: Document, folder: str) -> tuple[bytes, dict[str, bytes]]:
    if kind == "md":
        writer = Markdown(folder)
        return writer.text(document).encode(), writer.files
    page = html(document)
    return (pdf(page) if kind == "pdf" else page), {}


def _lines(material: Material) -> tuple[str, ...]:
    found, today = material.overview, datetime.now(UTC)
    return (
        f"The contrast of {found.images:,} images, judged without ground truth.",
        f"{today.day} {today:%B %Y}, made by contrast "
        f"{versions().get('contrast-engine', '(not installed)')}.",
    )


@dataclass(frozen=True)
class _Tick:
    """Makes the pictures of a section a part of the whole."""

    progress: Progress
    start: int
    end: int
    name: str

    def __call__(self, done: int, total: int) -> None:
        share = done / total if total else 1.0
        at = self.start + int((self.end - self.start) * min(share, 1.0))
        self.progress.tick(at, 100, self.name)
