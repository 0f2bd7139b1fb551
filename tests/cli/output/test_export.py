from pathlib import Path

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
