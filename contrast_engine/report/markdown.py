"""A report as Markdown, with its pictures, charts and their data in a folder beside it."""

from dataclasses import dataclass, field
from urllib.parse import quote

from contrast_engine import as_written
from contrast_engine.report.document import (
    Chart,
    Commands,
    Document,
    Facts,
    Figure,
    Heading,
    Link,
    LiveMap,
    Paragraph,
    Part,
    Pictures,
    Section,
    Table,
    Words,
)

INKS = {"var(--ink)": "#101010", "var(--paper)": "#ffffff"}
"""What the inks of a drawing are in a file of its own."""

A_ROW = 6
"""Pictures side by side."""


@dataclass
class Markdown:
    """Writes a report into one text, and gathers the files that it points to.

    Args:
        folder: What the folder beside it is called.
        files: The content of every file in it, by its name.
    """

    folder: str
    files: dict[str, bytes] = field(default_factory=dict)

    def text(self, document: Document) -> str:
        """The report as Markdown."""
        parts = [f"# {as_written.commonmark(document.title)}"]
        parts += [as_written.commonmark(line) for line in document.lines]
        for section in document.sections:
            parts += self._section(section)
        parts += ["---", *map(as_written.commonmark, document.notes)]
        return "\n\n".join(filter(None, parts)) + "\n"

    def _address(self, file: str) -> str:
        return f"{quote(self.folder, errors='surrogateescape')}/{quote(file)}"

    def _section(self, section: Section) -> list[str]:
        head = [f"## {as_written.commonmark(section.title)}", as_written.commonmark(section.words)]
        return head + [self._part(part) for part in section.parts]

    def _part(self, part: Part) -> str:
        match part:
            case Paragraph():
                return f"> {_words(part.text)}" if part.kind == "warning" else _words(part.text)
            case Heading():
                return f"### {as_written.commonmark(part.text)}"
            case Facts():
                return "\n".join(
                    f"- {as_written.commonmark(one.title)}: **{as_written.commonmark(one.value)}** "
                    f"({as_written.commonmark(one.basis)})"
                    for one in part.facts
                )
            case Table():
                return _table(part)
            case Figure():
                return self._chart(part.chart, part.caption)
            case LiveMap():
                return self._chart(part.still, part.caption)
            case Pictures():
                return self._pictures(part)
            case Commands():
                return "```sh\n" + "\n".join(map(as_written.plain, part.lines)) + "\n```"

    def _chart(self, chart: Chart, caption: str) -> str:
        name = chart.name.replace(".", "-")
        self.files[f"{name}.svg"] = standing(chart).encode()
        self.files[f"{name}.csv"] = chart.csv.encode()
        picture = f"![{as_written.commonmark(chart.title)}]({self._address(f'{name}.svg')})"
        data = f"([SVG]({self._address(f'{name}.svg')}), [data]({self._address(f'{name}.csv')}))"
        return f"{picture}\n\n{as_written.commonmark(caption)} {data}"

    def _pictures(self, part: Pictures) -> str:
        tiles = []
        for place, one in enumerate(part.pictures):
            file = f"{part.name.replace('.', '-')}-{place + 1:02d}.webp"
            self.files[file] = one.webp
            below = f"<br>{as_written.commonmark(one.below)}" if one.below else ""
            tiles.append(f"![{as_written.commonmark(one.name)}]({self._address(file)}){below}")
        if not tiles:
            return ""
        wide = min(A_ROW, len(tiles))
        rows = [tiles[k : k + wide] for k in range(0, len(tiles), wide)]
        rows[-1] += [""] * (wide - len(rows[-1]))
        lines = [_line([""] * wide), _line(["---"] * wide), *map(_line, rows)]
        return "\n".join(lines) + f"\n\n{as_written.commonmark(part.caption)}"


def standing(chart: Chart) -> str:
    """The drawing as a file of its own, dark ink on white paper."""
    text = chart.svg
    for name, colour in INKS.items():
        text = text.replace(name, colour)
    return text


def _table(part: Table) -> str:
    sides = ["---:" if k in part.numbers else "---" for k in range(len(part.columns))]
    heads = [as_written.commonmark(head) for head in part.columns]
    rows = [_line([_words(cell) for cell in row]) for row in part.rows]
    return "\n".join([_line(heads), _line(sides), *rows])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(words: Words) -> str:
    if isinstance(words, str):
        return as_written.commonmark(words)
    return "".join(
        f"[{as_written.commonmark(one.words)}]({one.to})"
        if isinstance(one, Link)
        else as_written.commonmark(one)
        for one in words
    )
