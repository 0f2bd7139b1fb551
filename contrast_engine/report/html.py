"""A report as one HTML file that asks for nothing: styles, scripts, pictures, data inside."""

import json
from base64 import b64encode
from hashlib import sha256
from urllib.parse import quote

from contrast_engine import as_written, modules
from contrast_engine.app_folder import app_folder
from contrast_engine.map_file.page import data_url
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

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{styles}
</style>
</head>
<body>
<header class="top"><p>{title}</p><button id="theme" type="button" hidden>Dark</button></header>
<div class="page">
<nav aria-label="Sections"><ol>{contents}</ol></nav>
<main>
<div class="cover"><h1>{title}</h1>{lines}</div>
{sections}
<footer>{notes}</footer>
</main>
</div>
{parts}<script type="module">{script}</script>
</body>
</html>
"""

_POLICY = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; connect-src data:; "
    "script-src '{hash}'; base-uri 'none'; form-action 'none'"
)
"""Nothing is fetched but what lies in the file, and no script runs but the one of the report."""

MOST_DATA_SHOWN = 60
"""Rows of a chart's data that stand below it; more are in its CSV only."""


def html(document: Document) -> bytes:
    """The report as one HTML page, the same bytes for the same report."""
    home = app_folder() / "pages" / "components"
    script = modules.joined(home / "report" / "report.js").replace(
        "export default function (", "const start = function ("
    )
    script = f"\n{script}\nstart();\n"
    sheets = [home / name for name in ("shared/saving.css", "map/map.css", "report/report.css")]
    live = next((p for s in document.sections for p in s.parts if isinstance(p, LiveMap)), None)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    made = _PAGE.format(
        policy=_POLICY.format(hash=f"sha256-{digest}"),
        title=as_written.html(document.title),
        styles="\n".join(sheet.read_text("utf-8") for sheet in sheets),
        contents="".join(
            f'<li><a href="#{s.name}">{as_written.html(s.title)}</a></li>'
            for s in document.sections
        ),
        lines="".join(f"<p>{as_written.html(line)}</p>" for line in document.lines),
        sections="\n".join(map(_section, document.sections)),
        notes="".join(f"<p>{as_written.html(note)}</p>" for note in document.notes),
        parts=_data(live),
        script=script,
    )
    return made.encode()


def _data(live: LiveMap | None) -> str:
    if live is None:
        return ""
    text = json.dumps(live.parts, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="parts">{text}</script>\n'


def _section(section: Section) -> str:
    return (
        f'<section id="{section.name}" aria-labelledby="{section.name}-title">'
        f'<h2 id="{section.name}-title">{as_written.html(section.title)}</h2>'
        f'<p class="words">{as_written.html(section.words)}</p>'
        f"{''.join(map(_part, section.parts))}</section>"
    )


def _part(part: Part) -> str:
    match part:
        case Paragraph():
            return f'<p class="is-{part.kind}">{_words(part.text)}</p>' if part.text else ""
        case Heading():
            return f"<h3>{as_written.html(part.text)}</h3>"
        case Facts():
            return _facts(part)
        case Table():
            return _table(part)
        case Figure():
            return _figure(part.chart, part.caption)
        case Pictures():
            return _pictures(part)
        case LiveMap():
            return _map(part)
        case Commands():
            return f'<pre tabindex="0">{as_written.html_lines(part.lines)}</pre>'


def _words(words: Words) -> str:
    if isinstance(words, str):
        return as_written.html(words)
    return "".join(
        f'<a href="{as_written.html(one.to)}" rel="noreferrer">{as_written.html(one.words)}</a>'
        if isinstance(one, Link)
        else as_written.html(one)
        for one in words
    )


def _facts(part: Facts) -> str:
    facts = "".join(
        f"<div><dt>{as_written.html(one.title)}</dt><dd><b>{as_written.html(one.value)}</b>"
        f"<span>{as_written.html(one.basis)}</span></dd></div>"
        for one in part.facts
    )
    return f'<dl class="facts">{facts}</dl>'


def _table(part: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_number(k, part)}>{as_written.html(head)}</th>'
        for k, head in enumerate(part.columns)
    )
    rows = []
    for place, row in enumerate(part.rows):
        verdict = f' class="{part.verdicts[place]}"' if part.verdicts else ""
        cells = "".join(f"<td{_number(k, part)}>{_words(cell)}</td>" for k, cell in enumerate(row))
        rows.append(f"<tr{verdict}>{cells}</tr>")
    return _scrolling(
        part.name, f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _number(column: int, part: Table) -> str:
    return ' class="number"' if column in part.numbers else ""


def _scrolling(name: str, inner: str) -> str:
    """What may be wider than the page, in a box that scrolls by itself and by the keyboard."""
    words = as_written.html(name)
    return f'<div class="wide" tabindex="0" role="group" aria-label="{words}">{inner}</div>'


def _figure(chart: Chart, caption: str) -> str:
    drawing = _scrolling(f"Chart: {chart.title}", chart.svg)
    return f"<figure>{drawing}{_below(chart, caption)}</figure>"


def _below(chart: Chart, caption: str) -> str:
    file = chart.name.replace(".", "-")
    data = quote(chart.csv, safe=" ,.;:()/'")
    save = (
        f'<span class="save"><button type="button" data-save="svg" hidden>SVG</button>'
        f'<button type="button" data-save="png" hidden>PNG</button>'
        f'<a href="data:text/csv;charset=utf-8,{as_written.html(data)}" download="{file}.csv">CSV'
        f'<span class="spoken"> data of the chart: {as_written.html(chart.title)}</span></a></span>'
    )
    words = f"<span>{as_written.html(caption)}</span>"
    return f'<figcaption data-file="{file}">{words}{save}</figcaption>{_shown_data(chart)}'


def _shown_data(chart: Chart) -> str:
    if len(chart.rows) > MOST_DATA_SHOWN:
        return ""
    rows = tuple(tuple("" if c is None else _cell(c) for c in row) for row in chart.rows)
    table = _table(Table(f"Data of {chart.title}", chart.columns, rows))
    return f"<details><summary>The numbers of this chart</summary>{table}</details>"


def _cell(value: str | float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _pictures(part: Pictures) -> str:
    if not part.pictures:
        return ""
    tiles = "".join(
        f'<li><img src="{data_url(one.webp, "image/webp")}" alt="{as_written.html(one.name)}" '
        f'title="{as_written.html(one.name)}">'
        + (f"<span>{as_written.html(one.below)}</span>" if one.below else "")
        + "</li>"
        for one in part.pictures
    )
    caption = f"<figcaption>{as_written.html(part.caption)}</figcaption>" if part.caption else ""
    return f'<figure><ul class="pictures-list">{tiles}</ul>{caption}</figure>'


def _map(part: LiveMap) -> str:
    still = _scrolling(f"Chart: {part.still.title}", part.still.svg)
    return (
        '<figure class="the-map"><div class="live" hidden><p><label>Colour by '
        '<select id="colour"></select></label></p><div class="map"></div>'
        '<div id="selected" role="group" aria-label="Selected images" hidden></div></div>'
        f'<div class="still">{still}</div>{_below(part.still, part.caption)}</figure>'
    )
