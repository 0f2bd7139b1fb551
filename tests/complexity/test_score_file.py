"""Files of scores as people bring them: other column names, strangers, blanks and repeats."""

import shutil

import pytest

from contrast_engine.errors import CollectionError
from contrast_engine.steps import scan
from contrast_engine.steps.complexity.score_file import read_scores
from contrast_engine.store import Workspace


@pytest.fixture
def photos(tmp_path, photographs):
    return photographs(tmp_path / "photos" / "images", 6, side=16)


@pytest.fixture
def workspace(tmp_path, photos):
    made = Workspace(tmp_path / "w.contrast")
    scan(made, [photos[0].parent])
    return made


def written(folder, text, name="scores.csv"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_paths_start_at_the_table_or_at_a_scanned_folder(tmp_path, workspace, photos) -> None:
    beside = "\n".join(f"images/{p.name},{n},{'ab'[n % 2]}" for n, p in enumerate(photos))
    found = read_scores(workspace, written(tmp_path / "photos", f"file,score,group\n{beside}"))
    assert sorted(found.score.values()) == [0, 1, 2, 3, 4, 5]
    assert sorted(found.group.values()) == ["a", "a", "a", "b", "b", "b"]
    (tmp_path / "elsewhere").mkdir()
    names = "\n".join(f"{p.name};{n},5" for n, p in enumerate(photos))
    table = written(tmp_path / "elsewhere", f"Path;Score\n{names}")
    found = read_scores(workspace, table)
    assert sorted(found.score.values()) == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert found.grouped_by == ""
    assert set(found.group.values()) == {""}


def test_a_copy_of_an_image_is_known_by_its_content(tmp_path, workspace, photos) -> None:
    shutil.copy(photos[0], tmp_path / "copy.jpg")
    found = read_scores(workspace, written(tmp_path, "file,score\ncopy.jpg,4"))
    assert list(found.score) == [workspace.images.find(photos[0])]


def test_a_column_distortion_is_the_group_only_where_it_repeats(
    tmp_path, workspace, photos
) -> None:
    head = "file,score,score_kind,reference,distortion,level,split\n"
    rows = [f"{p},{n},bt,,{'scenes' if n < 3 else 'objects'},,train" for n, p in enumerate(photos)]
    found = read_scores(workspace, written(tmp_path, head + "\n".join(rows)))
    assert found.grouped_by == "distortion"
    assert set(found.group.values()) == {"scenes", "objects"}
    rows = [f"{p},{n},bt,,{n},,train" for n, p in enumerate(photos)]
    assert read_scores(workspace, written(tmp_path, head + "\n".join(rows))).grouped_by == ""
    rows = [f"{p},{n},x" for n, p in enumerate(photos)]
    table = written(tmp_path, "path,score,category\n" + "\n".join(rows))
    assert read_scores(workspace, table).grouped_by == "category"


def test_strangers_blanks_and_repeats_are_counted_and_said(tmp_path, workspace, photos) -> None:
    one, two, three = (str(p) for p in photos[:3])
    rows = [f"{one},3", "stranger.jpg,4", f"{two},", f"{three},nan", f"{one},3", f"{one},5",
            f"{two},many", f"{two},inf", ",7"]  # fmt: skip
    found = read_scores(workspace, written(tmp_path, "file,score\n" + "\n".join(rows)))
    assert list(found.score.values()) == [3]
    counts = found.counts
    assert (counts.rows, counts.unknown, counts.without_score) == (9, 2, 4)
    assert (counts.repeated, counts.differing) == (2, 1)
    assert "row 3: stranger.jpg is no image" in counts.problems[0]
    assert any("'many'" in said or "many is no score" in said for said in counts.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,score\na,1", "needs a column 'file'"),
        ("file,points\na,1", "has no column 'score'"),
        ("file,score\n", "none of the 0 rows"),
        ("file,score\nstranger.jpg,1", "none of the 1 rows"),
        ("file,score,score\na,1,2", "2 columns named 'score'"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_it_needs(tmp_path, workspace, text, said) -> None:
    with pytest.raises(CollectionError, match=said):
        read_scores(workspace, written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path, workspace) -> None:
    with pytest.raises(CollectionError, match="there is no file"):
        read_scores(workspace, tmp_path / "none.csv")
