from pathlib import Path

from contrast_engine.steps.output.formats import formats
from tests.cli.conftest import Contrast


def test_the_map_is_exported_as_a_page_coloured_as_asked(
    contrast: Contrast, labelled: Path, tmp_path: Path
) -> None:
    contrast("project", labelled, "pca")
    done = contrast("export", labelled, tmp_path / "map.html", "--colour", "gcf", "--json").json
    assert (done["path"], done["colour"]) == (str(tmp_path / "map.html"), "feature.gcf")
    assert done["images"] == 30
    assert "Global contrast factor" in (tmp_path / "map.html").read_text("utf-8")
    assert contrast("export", labelled, tmp_path / "t.csv", "--colour", "gcf").code == 2
    assert contrast("export", labelled, tmp_path / "map.html", "--issues").code == 2


def test_exporting_to_an_unknown_format_is_refused(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    said = contrast("export", workspace, tmp_path / "out.xlsx")
    assert said.code == 1
    assert ".csv" in said.err
    assert not (tmp_path / "out.xlsx").exists()


def test_a_format_is_written_by_name_for_all_images_and_for_a_selection(
    contrast: Contrast, workspace: Path, photos: Path, tmp_path: Path
) -> None:
    done = contrast("export", workspace, tmp_path / "all", "--format", "fiftyone", "--json").json
    assert (done["rows"], done["images"], done["left_out"]) == (30, 30, [])
    assert len(list((tmp_path / "all" / "data").iterdir())) == 30
    first = sorted(photos.glob("*.jpg"))[0]
    assert contrast("selection", "save", workspace, "few", "--image", first).code == 0
    write = ("selection", "export", workspace, "few", tmp_path / "few", "--format", "hf")
    said = contrast(*write, "--relative-to", photos)
    assert "1 row of " in said.out
    assert "load_dataset" in said.out
    assert f",{first.name}," in (tmp_path / "few" / "metadata.csv").read_text("utf-8")
    again = contrast(*write)
    assert again.code == 2
    assert "--overwrite" in again.err
    assert contrast(*write, "--overwrite").code == 0
    lines = ("selection", "export", workspace, "few", tmp_path / "few.jsonl")
    assert contrast(*lines).code == 0


def test_a_format_that_is_not_there_is_wrong_usage_and_help_lists_those_that_are(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    said = contrast("export", workspace, tmp_path / "o", "--format", "atlass")
    assert (said.code, said.out) == (2, "")
    assert "did you mean 'atlas'" in said.err
    for command in (["export"], ["selection", "export"]):
        listed = contrast(*command, "--help").out
        assert all(f"\n  {name} " in listed for name in formats)
    assert contrast("export", workspace, tmp_path / "m.html", "--relative-to", "/").code == 2


def test_issues_are_summed_up_with_their_thresholds(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    done = contrast("export", workspace, tmp_path / "t.csv", "--issues", "--json").json
    found = contrast("issues", workspace, "--json").json["issues"]
    counted = {
        one["issue_type"]: (one["num_images"], one["threshold"]) for one in done["issue_summary"]
    }
    assert counted == {one["issue"]: (one["count"], one["threshold"]) for one in found}
