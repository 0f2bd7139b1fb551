"""One reader for every table: what spreadsheets and programs write is read as it was meant."""

import ast
import os
import unicodedata
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine.errors import CollectionError
from contrast_engine.store.spellings import Located
from contrast_engine.store.tables import column, needed, open_table
from contrast_engine.store.tables.cells import is_formula_error, number

ENGINE = Path(__file__).parents[2] / "contrast_engine"

CELLS = (
    ("path", "label", "why"),
    ("größe.jpg", "low", "a, b; c\td"),
    ("b.jpg", 'say "high"', "two\nlines"),
    ("c.jpg", "", "é"),
    ("d.jpg", "nan", "0,5"),
)
ENCODINGS = {
    "UTF-8": ("utf-8", b""),
    "UTF-8 with its mark": ("utf-8", b"\xef\xbb\xbf"),
    "UTF-16": ("utf-16", b""),
    "UTF-16, big end first": ("utf-16-be", b"\xfe\xff"),
    "UTF-16 without its mark": ("utf-16-le", b""),
    "UTF-32": ("utf-32", b""),
    "Windows-1252": ("cp1252", b""),
}
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}


def quoted(cell, separator):
    special = {separator, '"', "\n", "\r"}
    return '"{}"'.format(cell.replace('"', '""')) if special & set(cell) else cell


def text_of(rows, separator=",", end="\n"):
    return "".join(separator.join(quoted(c, separator) for c in row) + end for row in rows)


def written(folder, text, codec="utf-8", mark=b"", name="list.csv"):
    (folder / name).write_bytes(mark + text.encode(codec))
    return folder / name


def read(path):
    table = open_table(path)
    return [table.columns, *(row.cells for row in table.rows(range(len(table.columns))))]


@pytest.mark.parametrize(
    ("encoding", "separator", "end"), list(product(ENCODINGS, SEPARATORS, ENDS))
)
def test_every_encoding_separator_and_end_of_line_gives_the_same_cells(
    tmp_path, encoding, separator, end
):
    codec, mark = ENCODINGS[encoding]
    path = written(tmp_path, text_of(CELLS, separator, ENDS[end]), codec, mark)
    assert read(path) == list(CELLS)
    said = "Windows-1252" if codec == "cp1252" else encoding.split()[0].strip(",")
    assert open_table(path).read_as == f"{said}, {SEPARATORS[separator]}"


def test_bytes_that_windows_does_not_use_are_read_as_latin_1_and_said(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"path,label\ncaf\xe9\x81.jpg,low\n")
    assert open_table(path).read_as == "Latin-1, commas"


def test_one_name_that_is_no_utf_8_among_others_that_are_is_kept_as_its_bytes(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("path\ngrößer.jpg\n".encode() + b"\xe9.jpg\n")
    table = open_table(path)
    assert [row.cells[0] for row in table.rows([0])] == ["größer.jpg", os.fsdecode(b"\xe9.jpg")]
    assert table.read_as == "UTF-8 but for 1 bytes, one column"


def test_an_encoding_is_told_by_all_of_a_large_file_and_not_by_its_start(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"path,label\n" + (b"a" * 199 + b".jpg,low\n") * 9_000 + b"caf\xe9.jpg,low\n")
    table = open_table(path)
    assert table.read_as == "Windows-1252, commas"
    *_, last = table.rows([0])
    assert (last.cells, last.number) == (("café.jpg",), 9_002)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("path", "path"), ("PATH", "path"), (" Path ", "path"), ('"path"', "path"),
        ("\xa0path", "path"), ("Label", "label"), ('" LABEL "', "label"),
    ],
)  # fmt: skip
def test_a_column_is_found_in_any_case_and_with_blanks(tmp_path, header, name):
    path = written(tmp_path, f"x,{header},y\n1,a,2\n")
    assert column(open_table(path), name) == 1


def test_of_two_columns_of_one_name_the_exact_one_is_meant_or_it_is_asked(tmp_path):
    assert column(open_table(written(tmp_path, "Path,path\na,b\n")), "path") == 1
    with pytest.raises(CollectionError, match="2 columns named 'path'; keep one"):
        column(open_table(written(tmp_path, "path,x,path\na,b,c\n")), "path")


@pytest.mark.parametrize(
    "first", ["sep=;", "sep=,", "SEP=\t", '"sep=;"', "sep=;;;", "sep=|", "\ufeffsep=;"]
)
def test_a_first_line_may_say_what_separates_the_cells(tmp_path, first):
    separator = first.strip('"\ufeff')[4]
    body = text_of([("path", "label"), ("a,b;c\td.jpg", "low")], separator)
    path = written(tmp_path, f"{first}\r\n{body}")
    assert read(path) == [("path", "label"), ("a,b;c\td.jpg", "low")]
    (row,) = open_table(path).rows([0])
    assert row.number == 2


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("path\na,b.jpg\nc;d.jpg\n", [("a,b.jpg",), ("c;d.jpg",)]),
        ("path;label;\na.jpg;low;\n", [("a.jpg", "low", "")]),
        ("path;label\na.jpg;low;\n;;\n\n", [("a.jpg", "low")]),
        ("\n\npath,label\n\na.jpg\n", [("a.jpg", "")]),
        ("path;note, or remark\na.jpg;x\nb.jpg;y\n", [("a.jpg", "x"), ("b.jpg", "y")]),
        ("path;a;b\nx.jpg;0,5;1,5\n", [("x.jpg", "0,5", "1,5")]),
    ],
)
def test_what_separates_cells_is_told_by_the_header_and_blank_rows_are_none(tmp_path, text, rows):
    assert read(written(tmp_path, text))[1:] == rows


def test_a_row_of_too_many_cells_says_so_with_the_number_a_spreadsheet_shows(tmp_path):
    path = written(tmp_path, "path,label\na.jpg,low\n\na,b.jpg,low\n")
    *_, last = open_table(path).rows([0, 1])
    assert last.number == 4
    assert last.problem == (
        "it has 3 cells and the header names 2: a cell that holds a , needs quotation marks"
    )


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", r"is empty: it has no column 'path' \(its columns: none\)"),
        (b"\xef\xbb\xbf", r"its columns: none"),
        (b"\n\n", r"its columns: none"),
        (b"a.jpg,low\nb.jpg,high\n", r"its columns: a\.jpg, low\); add one .* first row"),
        (b"file;label\na;b\n", r"its columns: file, label\)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 9, "no table of text"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 99, "no table of text"),
        (b"PK\x03\x04xl/workbook.xml", "a spreadsheet or an archive"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "a spreadsheet or an archive"),
        (b"PAR1 and no more", "not a readable parquet table"),
        (b'path,label\n"a.jpg,low\nb.jpg,high\n', "line 3: a quotation mark is opened"),
        (b'path,label\n"a" b,low\n', "line 2: text follows a closing quotation mark"),
        (b"path\n" + b"x" * 200_000, "line 2: a cell has more than 131,072 characters"),
        ("path,label\na.jpg,low\n".encode("utf-16")[:-1], "cannot be read as text after line"),
        (b"".join(b"c%d," % k for k in range(99)) + b"\n1\n", "c11 and 88 more"),
    ],
    ids=str,
)
def test_what_is_no_table_is_one_plain_sentence(tmp_path, data, match):
    (tmp_path / "list.csv").write_bytes(data)

    def every_path():
        table = open_table(tmp_path / "list.csv")
        return list(table.rows([needed(table, "path", "the file name of every image")]))

    with pytest.raises(CollectionError, match=match) as said:
        every_path()
    assert "Error" not in str(said.value)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("name", [".", "none.csv", "nu\0ll.csv"])
def test_what_cannot_be_opened_is_one_plain_sentence(tmp_path, name):
    with pytest.raises(CollectionError, match="cannot be read: "):
        open_table(tmp_path / name)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("contrast_engine.store.tables.delimited._LONGEST_LINE", 1000)
    with pytest.raises(CollectionError, match="line 2 has 1,000 characters and more"):
        read(written(tmp_path, "path\n" + "x" * 2000))


def test_the_cells_of_a_parquet_table_are_text_and_its_classes_have_their_names(tmp_path):
    info = b'{"info": {"features": {"label": {"names": ["low", "high"], "_type": "ClassLabel"}}}}'
    table = pa.table({
        "a": pa.array([1, None]), "b": [1.0, float("nan")], "c": ["nan", "1"], "d": [b"\xe9", None],
        "label": [1, None], "e": pa.array(["x", "y"]).dictionary_encode(), "f": [True, None],
    }).replace_schema_metadata({b"huggingface": info})  # fmt: skip
    pq.write_table(table, tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet")[1:] == [
        ("1", "1.0", "nan", os.fsdecode(b"\xe9"), "high", "x", "True"),
        ("", "", "1", "", "", "y", ""),
    ]


@pytest.mark.parametrize(
    ("cell", "separator", "value"),
    [
        ("0.5", ",", 0.5), (" 0,5 ", ";", 0.5), ("-1,5E-3", ";", -0.0015), ("1.234,5", ";", 1234.5),
        ("1.5", ";", 1.5), (",5", "\t", 0.5), ("12", ";", 12.0), ("1e3", ",", 1000.0),
        ("0,5", ",", None), ("1_000", ",", None), ("low", ";", None), ("1.23.4,5", ";", None),
    ],
)  # fmt: skip
def test_a_comma_is_a_decimal_point_where_it_separates_no_cells(cell, separator, value):
    if value is None:
        with pytest.raises(ValueError, match=r"1_000|could not convert"):
            number(cell, separator)
    else:
        assert number(cell, separator) == value


def test_what_a_spreadsheet_saves_for_a_broken_formula_is_known():
    assert all(
        map(is_formula_error, ("#NAME?", "#REF!", "#DIV/0!", "#N/A", "#WERT!", "#NV", "#nom?"))
    )
    assert not any(map(is_formula_error, ("#1", "NAME?", "=A1", "#", "#low", "")))


@pytest.mark.parametrize(
    ("there", "named"),
    [
        ("a.jpg", "a.jpg"),
        ("deep/er/a.jpg", "deep\\er\\a.jpg"),
        ("deep/a.jpg", ".\\deep\\a.jpg"),
        ("deep\\a.jpg", "deep\\a.jpg"),
        (unicodedata.normalize("NFC", "größe/é.jpg"), unicodedata.normalize("NFD", "größe/é.jpg")),
        (unicodedata.normalize("NFD", "größe/é.jpg"), unicodedata.normalize("NFC", "größe\\é.jpg")),
        (unicodedata.normalize("NFD", "é/") + unicodedata.normalize("NFC", "é.jpg"),
         unicodedata.normalize("NFC", "é/") + unicodedata.normalize("NFD", "é.jpg")),
        (unicodedata.normalize("NFD", "é/") + unicodedata.normalize("NFC", "é.jpg"),
         unicodedata.normalize("NFC", "é/é.jpg")),
    ],
)  # fmt: skip
def test_a_path_finds_its_file_however_it_is_spelt(tmp_path, there, named):
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).touch()
    found = Path(Located(tmp_path)(named))
    assert found.samefile(tmp_path / there)


def test_a_name_is_the_file_spelt_so_before_one_that_is_spelt_otherwise(tmp_path):
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "é.jpg")).write_text(form)
    (tmp_path / "a\\b.jpg").write_text("one name")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.jpg").write_text("in a folder")
    located = Located(tmp_path)
    for form in ("NFC", "NFD"):
        assert Path(located(unicodedata.normalize(form, "é.jpg"))).read_text("utf-8") == form
    assert Path(located("a\\b.jpg")).read_text("utf-8") == "one name"


def test_a_name_in_old_bytes_is_found_by_the_text_that_they_were_read_as(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).touch()
    assert os.fsencode(Located(tmp_path, "cp1252")("café.jpg")).endswith(b"caf\xe9.jpg")


def test_a_file_that_is_not_there_is_named_as_it_would_be_here(tmp_path):
    assert Located(tmp_path)("deep\\gone.jpg") == str(tmp_path / "deep" / "gone.jpg")
    assert Located(tmp_path)("é.jpg") == str(tmp_path / "é.jpg")


def test_no_other_file_of_the_engine_reads_a_table_of_text() -> None:
    reading = {
        path.relative_to(ENGINE).as_posix()
        for path in ENGINE.rglob("*.py")
        if "csv." in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"csv.reader", "csv.DictReader"}
    }
    own = {
        "predict/scoring/answer_files.py",  # goes on with a table that it wrote, to the byte
        "samples/reference.py", "samples/simulated_annotators.py",
        "views/overview/reference.py",  # tables that ship
    }  # fmt: skip
    assert reading == {"store/tables/delimited.py"} | own
