"""Labels from tables as spreadsheets and programs write them."""

import csv
import io
import shutil
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine import steps
from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast

NAMES = ("größe.jpg", "deep/b.jpg", "c.jpg", "d.jpg")


def made(home: Path, photographs) -> Workspace:
    """Four photographs, one with a letter outside ASCII, one in a folder."""
    folder = home / "photos"
    for path, name in zip(photographs(home / "made", 4), NAMES, strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        path.rename(folder / name)
    workspace = Workspace(home / "w.contrast")
    steps.scan(workspace, [folder])
    return workspace


@pytest.fixture
def small(tmp_path, photographs) -> Workspace:
    """A workspace and photographs of this test's own."""
    return made(tmp_path, photographs)


@pytest.fixture(scope="module")
def measured(tmp_path_factory, photographs) -> Workspace:
    """A measured workspace; only to be copied."""
    workspace = made(tmp_path_factory.mktemp("queue"), photographs)
    steps.measure(workspace)
    return workspace


def given(workspace):
    """Label and reason by the name of the file."""
    root = Path(workspace.roots[0])
    now = workspace.labels.current()
    return {
        Path(workspace.images.path(image)).relative_to(root).as_posix(): (one.label, one.why)
        for image, one in now.items()
    }


def resaved(text: str, separator: str, kind: str, codec: str) -> bytes:
    """A table as a spreadsheet saves it again after somebody filled in the labels.

    Args:
        text: The CSV file it opened.
        separator: What the spreadsheet's locale puts between cells.
        kind: What else it does: "sep" writes "sep=;" first, "empty" adds an empty column and rows,
            "numbers" turns the ids into numbers as it does with 12e4567890123456.
        codec: The encoding.
    """
    rows = list(csv.reader(io.StringIO(text, newline="")))
    at = {name: place for place, name in enumerate(rows[0])}
    for number, row in enumerate(rows[1:]):
        row[at["label"]] = ("niedrig; sehr", "0,5", "höher", "1")[number % 4]
        if kind == "numbers":
            row[at["id"]] = "1,23457E+15"
    if kind == "empty":
        rows = [[*row, ""] for row in rows] + [[""] * (len(rows[0]) + 1)] * 2
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, lineterminator="\r\n").writerows(rows)
    first = f"sep={separator}\r\n" if kind == "sep" else ""
    return (first + made.getvalue()).encode(codec)


@pytest.mark.parametrize(
    ("separator", "codec", "kind"),
    [
        (";", "utf-8-sig", "plain"), (";", "cp1252", "empty"), ("\t", "utf-16", "plain"),
        (",", "utf-8", "numbers"), (";", "utf-8", "sep"), (";", "cp1252", "numbers"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_queue_comes_back_from_a_spreadsheet(
    contrast: Contrast, measured: Workspace, tmp_path, separator, codec, kind
) -> None:
    root = shutil.copytree(measured.root, tmp_path / "mine.contrast")
    queue = tmp_path / "queue.csv"
    contrast("label", "next", root, "--strategy", "random", "--count", "4", "--csv", queue)
    text = queue.read_text(encoding="utf-8")
    reasons = {row["id"]: row["why"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    queue.write_bytes(resaved(text, separator, kind, codec))
    said = contrast("label", "import", root, queue, "--json").json
    assert (said["labelled"], said["blank"], said["problems"]) == (4, 0, [])
    assert said["found_by_path"] == (4 if kind == "numbers" else 0)
    assert {row["id"]: row["why"] for row in said["labels"]} == reasons
    assert {row["label"] for row in said["labels"]} == {"niedrig; sehr", "0,5", "höher", "1"}


@pytest.mark.parametrize(
    ("header", "rows", "codec"),
    [
        ("path,label", [("größe.jpg", "a"), ("deep/b.jpg", "b")], "utf-8"),
        ("Path;LABEL", [("größe.jpg", "a"), ("deep\\b.jpg", "b")], "cp1252"),
        (" PATH\t Label ", [("größe.jpg", "a"), (".\\deep\\b.jpg", "b")], "utf-16"),
        ("label,path", [("a", unicodedata.normalize("NFD", "größe.jpg")), ("b", "deep/b.jpg")],
         "utf-8"),
    ],
)  # fmt: skip
@pytest.mark.slow
@pytest.mark.parametrize("is_gone", [False, True])
def test_a_table_of_paths_labels_the_images_it_means(
    contrast: Contrast, small: Workspace, header, rows, codec, is_gone
) -> None:
    folder = Path(small.roots[0])
    separator = next(sign for sign in ",;\t" if sign in header)
    lines = [header, *(separator.join(row) for row in rows)]
    (folder / "labels.csv").write_bytes("\r\n".join(lines).encode(codec))
    if is_gone:  # then the path still names the image it was
        for name in NAMES:
            (folder / name).unlink()
    said = contrast("label", "import", small.root, folder / "labels.csv", "--json").json
    assert said["problems"] == []
    assert {name: label for name, (label, _) in given(small).items()} == {
        "größe.jpg": "a",
        "deep/b.jpg": "b",
    }


def test_labels_are_text_kept_apart_and_said_where_they_look_alike(
    contrast: Contrast, small: Workspace, tmp_path
) -> None:
    file = Path(small.roots[0]) / "labels.csv"
    file.write_text("path,label\ngröße.jpg,Low\ndeep/b.jpg,LOW\nc.jpg,1\nd.jpg,1.0\n", "utf-8")
    said = contrast("label", "import", small.root, file, "--json").json
    assert sorted(label for label, _ in given(small).values()) == ["1", "1.0", "LOW", "Low"]
    assert said["look_alikes"] == [["1", "1.0"], ["LOW", "Low"]]
    file.write_text("path,label\ngröße.jpg,nan\ndeep/b.jpg,1\nc.jpg,low\n", "utf-8")
    said = contrast("label", "import", small.root, file)
    assert "1 and 1.0 are two labels" in said.out
    assert "LOW, Low and low are three labels" in said.out
    assert "nan is a label here; leave its cell blank" in said.out
    assert "(read as UTF-8, commas)" in said.out
    assert given(small)["größe.jpg"][0] == "nan"


def test_a_row_that_cannot_be_trusted_is_not_used_and_says_why(
    contrast: Contrast, small: Workspace
) -> None:
    file = Path(small.roots[0]) / "labels.csv"
    file.write_text(
        "path,label\nc.jpg,#NAME?\na,b.jpg,low\nd.jpg,lo\0w\nc.jpg,=1+1\n,low\ngone.jpg,low\n"
        + "x" * 5000
        + ",low\n"
    )
    said = contrast("label", "import", small.root, file, "--json").json
    assert [problem["row"] for problem in said["problems"]] == [2, 3, 4, 6, 7, 8]
    why = [problem["reason"] for problem in said["problems"]]
    for words, reason in zip(
        ("a formula", "3 cells", "zero bytes", "id and its path are blank", "gone.jpg", "xxx"),
        why,
        strict=True,
    ):  # fmt: skip
        assert words in reason
    assert given(small) == {"c.jpg": ("=1+1", "imported from labels.csv")}


LABEL_TABLES = {
    "text": lambda paths, photos: {"path": paths, "label": ["a", "b", "c", None]},
    "categories": lambda paths, photos: {
        "path": paths, "label": pa.array(["a", "b", "c", None]).dictionary_encode()
    },
    "images": lambda paths, photos: {
        "image": [{"bytes": b, "path": None} for b in photos], "label": ["a", "b", "c", None]
    },
    "index of pandas": lambda paths, photos: {
        "label": ["a", "b", "c", None], "__index_level_0__": paths
    },
}  # fmt: skip


@pytest.mark.parametrize("layout", LABEL_TABLES)
def test_labels_in_a_parquet_table_are_read_too(
    contrast: Contrast, small: Workspace, tmp_path, layout
) -> None:
    paths = [str(Path(small.roots[0]) / name) for name in NAMES]
    columns = LABEL_TABLES[layout](paths, [Path(path).read_bytes() for path in paths])
    pq.write_table(pa.table(columns), tmp_path / "labels.parquet")
    said = contrast("label", "import", small.root, tmp_path / "labels.parquet", "--json").json
    assert (said["labelled"], said["blank"], said["read_as"]) == (3, 1, "Parquet")
    assert [given(small)[name][0] for name in NAMES[:3]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("name;label\na;b\n", "it has: name, label"),
        ("", "it has: none"),
        ("path\na.jpg\n", "it has: path"),
        ("label\nlow\n", "it has: label"),
    ],
)
def test_a_table_without_the_columns_names_those_it_has(
    contrast: Contrast, small: Workspace, tmp_path, text, match
) -> None:
    (tmp_path / "labels.csv").write_text(text)
    said = contrast("label", "import", small.root, tmp_path / "labels.csv")
    assert said.code == 1
    assert match in said.err


def test_scores_come_from_a_semicolon_table_with_decimal_commas_and_backslashes(
    contrast: Contrast, small: Workspace, tmp_path
) -> None:
    folder = Path(small.roots[0])
    head = ("File", "SCORE", "score_kind", "reference", "distortion", "level", "")
    rows = [(f"{name}".replace("/", "\\"), f"{k},5", "mos", "", "haze", "", "")
            for k, name in enumerate(NAMES)]  # fmt: skip
    text = "\r\n".join(";".join(row) for row in (head, *rows))
    (folder / "scores.csv").write_bytes(text.encode("cp1252"))
    said = contrast("human-scores", folder, "--json").json
    assert (said["images"], said["groups"][0]["n"]) == (4, 4)
    assert said["read_as"] == "Windows-1252, semicolons"
    (folder / "scores.csv").write_bytes(text.replace("2,5", "good").encode("cp1252"))
    said = contrast("human-scores", folder)
    assert said.code == 1
    assert "row 4: 'good' is no score" in said.err


def test_a_scan_says_how_a_table_was_read(contrast: Contrast, small: Workspace, tmp_path) -> None:
    folder = Path(small.roots[0])
    (folder / "list.csv").write_bytes(
        "Pfad;PATH\r\n1;größe.jpg\r\n2;deep\\b.jpg\r\n".encode("cp1252")
    )
    new = tmp_path / "new.contrast"
    said = contrast("scan", new, folder / "list.csv", "--json").json
    assert (said["images"], said["problems"]) == (2, [])
    assert said["notes"] == ["list.csv: read as Windows-1252, semicolons"]
    assert "read as Windows-1252" in contrast("scan", new, folder / "list.csv").out
