"""The writers of a report: what they are given is text, and what they write asks for nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from contrast_engine.report.captions import with_captions
from contrast_engine.report.charts import Row, bars, ranges
from contrast_engine.report.document import (
    Commands,
    Document,
    Fact,
    Facts,
    Figure,
    Heading,
    Link,
    LiveMap,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
)
from contrast_engine.report.html import html
from contrast_engine.report.markdown import Markdown
from contrast_engine.report.names import SECTIONS
from contrast_engine.report.sections import MAKE

HOSTILE = "<img src=x onerror=alert(1)></script>\"'&[a](b)`|*x*_y_ https://z.example www.z.example"
PICTURE = b"RIFF....WEBP"


def chart(name: str = "map.sizes", rows: int = 2) -> "Figure":
    made = [Row(f"{HOSTILE} {k}", k / 2, f"{k} {HOSTILE}", n=7, space="20 features")
            for k in range(rows)]  # fmt: skip
    return Figure(bars(name, HOSTILE, made, unit="images"), HOSTILE)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Root-mean-square contrast", ["Root-mean-square contrast"]),
        ("Asymmetry of the luminance histogram", ["Asymmetry of the luminance histogram"]),
        ("Does the model know what it does not know?",
         ["Does the model know what it does not", "know?"]),
        ("x" * 80, ["x" * 36, "x" * 35 + "…"]),
    ],
)  # fmt: skip
def test_a_long_name_beside_a_chart_is_written_small_before_it_is_cut(name, lines):
    svg = ranges("a.b", "Title", [Row(name, 0.5, "said")], unit="share").svg
    beside = re.findall(r'text-anchor="end"(?: font-size="10")?>([^<]+)</text>', svg)
    assert beside[: len(lines)] == lines


@pytest.fixture
def document() -> Document:
    """A report in which every word is hostile."""
    still = bars("map.map", "Map", [Row("a", 1.0, "1")], unit="images")
    parts = {"urls": {"thumb": {}}, "names": {"0": HOSTILE}}
    return Document(
        HOSTILE,
        (HOSTILE,),
        (
            Section(
                "map",
                HOSTILE,
                HOSTILE,
                (
                    Paragraph(HOSTILE, "warning"),
                    Paragraph((HOSTILE, Link(HOSTILE, "https://doi.org/10.1/x"))),
                    Heading(HOSTILE),
                    Facts((Fact(HOSTILE, HOSTILE, HOSTILE),)),
                    Table(HOSTILE, (HOSTILE, "n"), ((HOSTILE, "3"),), frozenset({1}), ("fail",)),
                    chart(),
                    Pictures("map.some", (Picture(PICTURE, HOSTILE, HOSTILE),), HOSTILE),
                    LiveMap(still, HOSTILE, parts),
                    Commands((HOSTILE,)),
                ),
            ),
        ),
        (HOSTILE,),
    )


class Tags(HTMLParser):
    """Which elements a page has, with their attributes, and the text of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def test_what_was_typed_is_text_on_the_page_and_never_markup(document: Document) -> None:
    page = html(document).decode()
    found = Tags(page)
    assert {one["src"][:5] for one in found.of("img")} == {"data:"}
    assert not [a for _, attributes in found.tags for a in attributes if a.startswith("on")]
    assert len(found.of("script")) == 2
    assert {one["href"][:8] for one in found.of("a")} == {"#map", "https://", "data:tex"}
    assert HOSTILE in "".join(re.findall(r"(?s)<h1>(.*?)</h1>", page)).replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


def test_nothing_is_asked_for_and_only_the_script_of_the_report_runs(document: Document) -> None:
    page = html(document).decode()
    script = re.search(r'(?s)<script type="module">(.*?)</script>', page)
    assert script is not None
    digest = b64encode(sha256(script[1].encode()).digest()).decode()
    policy = Tags(page).of("meta")[1]["content"]
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    asking = Tags(page).of("link", "iframe", "object", "embed", "source", "base")
    assert not asking
    assert "@import" not in page
    assert "url(http" not in page


def test_every_chart_has_its_numbers_as_text_and_as_csv_without_a_script() -> None:
    figure = chart()
    page = html(Document("R", (), (Section("map", "Map", "", (figure,)),)))
    link = next(one for one in Tags(page.decode()).of("a") if "download" in one)
    assert link["download"] == "map-sizes.csv"
    assert figure.chart.csv.splitlines()[0] == "name,images,n,space"
    assert figure.chart.csv.endswith("0.5,7,20 features\n")
    assert page.decode().count("20 features") >= 2  # in the table below the chart, too


def test_a_chart_of_very_many_rows_has_them_in_its_csv_only() -> None:
    page = html(Document("R", (), (Section("map", "Map", "", (chart(rows=61),)),))).decode()
    assert "<details>" not in page


def test_a_number_with_its_interval_and_null_stands_where_it_belongs() -> None:
    rows = [Row("a", 0.5, "half", 0.25, 0.75, 0.0), Row("b", None, "not known")]
    drawing = ranges("x.y", "X", rows, unit="share").svg
    centre = float(re.search(r'<circle cx="([\d.]+)"', drawing)[1])  # type: ignore[index]
    ends = [tuple(map(float, one)) for one in re.findall(r'x1="([\d.]+)" x2="([\d.]+)"', drawing)]
    line, interval, null = ends[0], ends[1], ends[2]
    assert centre == pytest.approx((line[0] + line[1]) / 2, abs=0.11)
    assert interval == pytest.approx(
        (line[0] + (line[1] - line[0]) / 4, line[1] - (line[1] - line[0]) / 4), abs=0.11
    )
    assert null == pytest.approx((line[0], line[0]), abs=0.11)
    assert drawing.count("<circle") == 1
    assert "not known" in drawing


def test_markdown_keeps_words_words_and_puts_pictures_and_data_beside_it(
    document: Document,
) -> None:
    writer = Markdown("r_files")
    text = writer.text(document)
    unfenced = re.sub(r"(?s)```.*?```", "", text)
    assert not re.search(r"(?<!\\)<(?!br>)", unfenced)
    assert not re.search(r"(?<!\\)\[a(?<!\\)\]", unfenced)
    assert set(writer.files) == {
        "map-sizes.svg", "map-sizes.csv", "map-map.svg", "map-map.csv", "map-some-01.webp",
    }  # fmt: skip
    for name in writer.files:
        assert f"(r_files/{name})" in text
    assert b"var(--" not in writer.files["map-sizes.svg"]
    assert "](a%20%28b%29_files/map-map.svg)" in Markdown("a (b)_files").text(document)
    row = next(line for line in unfenced.splitlines() if line.endswith("| 3 |"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 3, "a | in a cell parts no cells"


def test_captions_stand_where_they_belong_and_a_line_break_makes_a_paragraph(
    document: Document,
) -> None:
    made = with_captions(document, {"map": "One.\nTwo.", "map.sizes": "Mine.", "gone.x": "No."})
    parts = made.sections[0].parts
    assert parts[:2] == (Paragraph("One.", "own"), Paragraph("Two.", "own"))
    assert [p.caption for p in parts if isinstance(p, Figure)] == ["Mine."]
    assert set(document.captions) == {"map", "map.sizes", "map.some", "map.map"}


def test_every_section_has_one_heading_wherever_it_is_named() -> None:
    assert list(MAKE) == list(SECTIONS)
