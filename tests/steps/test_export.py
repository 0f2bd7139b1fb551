"""The exported table: its columns, its rows, its bytes, its refusals."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import OptionError
from contrast_engine.features import FEATURE_VERSION, feature_names
from contrast_engine.issues import ISSUES
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps.attributes import keep
from contrast_engine.steps.output.export import export, table
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.output.table_preview import preview

END = ("cluster", "label", "predicted_label", "probability", "abstains", "map_x", "map_y", "notes")
A, B, C = (ImageId(c * 16) for c in "abc")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three images, the names in another order than the ids; the last one is not measured."""
    workspace = Workspace(tmp_path / "w")
    workspace.save_files(
        [ImageFile(f"/photos/{name}", "/photos", id=image, width=4, height=3)
         for name, image in (("=1+1.jpg", C), ("naïve, \"b\".jpg", A), ("a\n\r,b.jpg", B))]
        + [ImageFile("/photos/broken.jpg", "/photos", problem="it is broken")]
    )  # fmt: skip
    return workspace


def fill(workspace: Workspace) -> None:
    values = np.array([[0.1, 1e-17], [1 / 3, -5.0]])
    for kind, result in (
        ("features", Vectors((A, B), values, ("c_rms", "gcf"))),
        ("maps", Vectors((A, B), values, ("map_x", "map_y"))),
        ("clusterings", Clustering((A, B), np.array([0, -1]), np.zeros(2))),
        ("predictions", Predictions((A, B), ("low", "high"), np.array([[0.25, 0.75], [0.6, 0.4]]),
                                    np.array([False, True]))),
    ):  # fmt: skip
        workspace.make_current(kind, workspace.save(Artifact(kind, "test@1"), result))
    workspace.labels.add([A], "high")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_csv_has_one_row_per_readable_image_sorted_by_path(
    workspace: Workspace, tmp_path: Path
) -> None:
    fill(workspace)
    report = export(workspace, tmp_path / "out.csv")
    rows = rows_of(tmp_path / "out.csv")
    assert (report.rows, report.path) == (3, str(tmp_path / "out.csv"))
    assert tuple(rows[0]) == report.columns == ("id", "path", "c_rms", "gcf", *END)
    assert [row["path"] for row in rows] == [
        "/photos/=1+1.jpg",
        "/photos/a\n\r,b.jpg",
        '/photos/naïve, "b".jpg',
    ]
    assert [row["id"] for row in rows] == [C, B, A]


def test_every_cell_is_what_the_workspace_holds_and_blank_where_it_holds_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    fill(workspace)
    export(workspace, tmp_path / "out.csv")
    unmeasured, b, a = rows_of(tmp_path / "out.csv")
    assert set(list(unmeasured.values())[2:]) == {""}
    assert [float(a["c_rms"]), float(a["gcf"]), float(b["c_rms"])] == [0.1, 1e-17, 1 / 3]
    assert [a[c] for c in END] == ["0", "high", "high", "0.75", "false", "0.1", "1e-17", ""]
    assert [b[c] for c in END] == ["", "", "low", "0.6", "true", str(1 / 3), "-5.0", ""]


def test_the_name_of_a_cluster_goes_along_where_somebody_gave_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    fill(workspace)
    key = workspace.current("clusterings")
    assert key
    workspace.labels.name_cluster(key, 0, "soft light")
    export(workspace, tmp_path / "out.csv")
    rows = rows_of(tmp_path / "out.csv")
    assert list(rows[0])[-len(END) - 1 :] == ["cluster", "cluster_name", *END[1:]]
    assert {row["id"]: row["cluster_name"] for row in rows} == {A: "soft light", B: "", C: ""}
    import pyarrow.parquet as pq

    export(workspace, tmp_path / "out.parquet")
    names = pq.read_table(tmp_path / "out.parquet")["cluster_name"].to_pylist()
    assert sorted(names, key=str) == [None, None, "soft light"]


def test_parquet_holds_the_same_cells_with_types(workspace: Workspace, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    fill(workspace)
    export(workspace, tmp_path / "out.parquet")
    found = pq.ParquetFile(tmp_path / "out.parquet").read()
    assert [tuple(row.values()) for row in found.to_pylist()] == list(table(workspace).rows)
    kinds = {name: found.schema.field(name).type for name in found.schema.names}
    assert kinds["abstains"] == pa.bool_()
    assert kinds["cluster"] == pa.int64()
    assert kinds["path"] == pa.string()
    assert {kinds[c] for c in ("c_rms", "probability", "map_y")} == {pa.float64()}


def test_an_unmeasured_collection_has_the_columns_all_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    found = table(workspace)
    assert found.columns == ("id", "path", *feature_names(), *END)
    assert {cell for row in found.rows for cell in row[2:]} == {None}
    export(workspace, tmp_path / "out.parquet")


def test_an_empty_workspace_gives_a_table_without_rows(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "empty")
    for suffix in ("csv", "parquet"):
        assert export(workspace, tmp_path / f"out.{suffix}").rows == 0
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1


def test_the_same_workspace_gives_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    fill(workspace)
    for suffix in ("csv", "parquet"):
        paths = [tmp_path / f"{n}.{suffix}" for n in (1, 2)]
        for path in paths:
            export(workspace, path)
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_what_cannot_be_written_is_refused_in_words_and_nothing_is_left(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(OptionError, match=r"out\.xlsx must end in \.csv, \.parquet or \.jsonl"):
        export(workspace, tmp_path / "out.xlsx")
    with pytest.raises(OptionError, match="there is no folder"):
        export(workspace, tmp_path / "nowhere" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OptionError, match="is a folder"):
        export(workspace, tmp_path / "folder.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*before, "folder.csv"])


def test_issues_add_their_columns_at_the_end_and_only_when_asked(
    workspace: Workspace, tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    blank = table(workspace, with_issues=True)
    names = [f(name) for name in ISSUES for f in ("is_{}_issue".format, "{}_score".format)]
    assert blank.columns == (*table(workspace).columns, *names)
    assert {cell for row in blank.rows for cell in row[2:]} == {None}

    read = ("sigma_l", "u_dr", "clip_shadows", "clip_highlights", "chroma_mean", "hue_diversity",
            "lum_contrast", "mean_y")  # fmt: skip
    values = np.array([[5.0, 0.2, 0, 0, 0, 0, 0.5, 0.01], [25.0, 1.0, 0, 0.5, 0, 0, 0.5, 0.2]])
    key = workspace.save(Artifact("features", "test@1"), Vectors((A, B), values, read))
    workspace.make_current("features", key)
    export(workspace, tmp_path / "out.parquet", with_issues=True)
    found = pq.ParquetFile(tmp_path / "out.parquet").read()
    assert found.column_names[-16:] == names
    unmeasured, b, a = found.to_pylist()
    assert unmeasured["is_flat_issue"] is unmeasured["flat_score"] is None
    assert (a["is_low_contrast_issue"], a["low_contrast_score"]) == (True, 0.1)
    assert (b["is_clipped_highlights_issue"], b["clipped_highlights_score"]) == (True, 0.5)
    assert (b["is_low_contrast_issue"], b["is_flat_issue"]) == (False, False)
    assert found.schema.field("is_flat_issue").type == pa.bool_()
    assert "is_flat_issue" not in table(workspace).columns

    angles = Vectors((B,), np.array([[30.0]]), ("cast_angle",))
    keep(workspace, Artifact("attributes", "test@1"), angles)
    export(workspace, tmp_path / "with casts.parquet", with_issues=True)
    found = pq.ParquetFile(tmp_path / "with casts.parquet").read()
    assert found.column_names[-18:] == [*names, "is_strong_cast_issue", "strong_cast_score"]
    unmeasured, b, a = found.to_pylist()
    assert b["strong_cast_score"] == pytest.approx(1 - 30 / 54.7356)
    assert b["is_strong_cast_issue"] is True, "30 degrees are too many in a collection of one, too"
    assert a["is_strong_cast_issue"] is a["strong_cast_score"] is None, "it has no estimate"
    assert unmeasured["is_strong_cast_issue"] is None


@pytest.mark.parametrize("with_issues", [False, True])
def test_the_footer_of_a_parquet_file_names_product_versions_and_model(
    workspace: Workspace, tmp_path: Path, with_issues: bool
) -> None:
    import pyarrow.parquet as pq

    fill(workspace)
    if with_issues:
        measured = np.full((2, 8), 0.5)
        read = ("sigma_l", "u_dr", "clip_shadows", "clip_highlights", "chroma_mean",
                "hue_diversity", "lum_contrast", "mean_y")  # fmt: skip
        key = workspace.save(Artifact("features", "test@1"), Vectors((A, B), measured, read))
        workspace.make_current("features", key)
    report = export(workspace, tmp_path / "out.parquet", with_issues=with_issues)
    raw = pq.read_schema(tmp_path / "out.parquet").metadata
    about = {name.decode(): value.decode() for name, value in raw.items()}
    assert about["product"] == f"contrast-engine {about['product_version']}"
    assert about["feature_version"] == str(FEATURE_VERSION)
    for name, kind in (("model", "predictions"), ("map", "maps"), ("features", "features")):
        assert about[name] == workspace.current(kind)
    summary = json.loads(about.get("issue_summary", "[]"))
    assert summary == list(report.issue_summary)
    if with_issues:
        by_name = {one["issue_type"]: one for one in summary}
        assert by_name.keys() == set(ISSUES)
        column = table(workspace, with_issues=True).columns.index("is_low_contrast_issue")
        flags = [row[column] for row in table(workspace, with_issues=True).rows]
        assert by_name["low_contrast"]["num_images"] == flags.count(True) == 2
        assert by_name["low_contrast"]["of"] == 2
        assert by_name["low_contrast"]["threshold"] == ISSUES["low_contrast"].threshold


def test_paths_are_written_as_seen_from_a_folder_and_nothing_else_changes(
    workspace: Workspace, tmp_path: Path
) -> None:
    full = export(workspace, tmp_path / "full.csv")
    export(workspace, tmp_path / "out.csv", relative_to="/photos/../photos")
    export(workspace, tmp_path / "up.csv", relative_to="/photos/below")
    rows = rows_of(tmp_path / "out.csv")
    assert tuple(rows[0]) == full.columns
    assert [row["path"] for row in rows] == ["=1+1.jpg", "a\n\r,b.jpg", 'naïve, "b".jpg']
    assert rows_of(tmp_path / "up.csv")[0]["path"] == "../=1+1.jpg"


def test_a_page_shows_the_first_rows_of_the_very_table(workspace: Workspace) -> None:
    fill(workspace)
    whole = table(workspace)
    wanted = [dict(zip(whole.columns, row, strict=True)) for row in whole.rows]
    assert [row["path"] for row in wanted] == sorted(row["path"] for row in wanted)
    assert preview(workspace) == wanted
    assert preview(workspace, 2) == wanted[:2]


def test_paths_that_are_no_text_lie_where_they_are_shown(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    names = ("/p/\udcffa.jpg", "/p/zz.jpg", "/p/\u00e4.jpg")
    files = [ImageFile(name, "/p", id=one) for name, one in zip(names, (A, B, C), strict=True)]
    workspace.save_files(files)
    paths = [row[1] for row in table(workspace).rows]
    assert paths == sorted(paths)
    assert len(paths) == 3
