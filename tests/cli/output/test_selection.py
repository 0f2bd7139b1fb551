"""Selections by the command line: what the app can do with them, scripts can do too."""

import zipfile

import pytest

from contrast_engine.store import Workspace


def test_a_selection_is_saved_listed_shown_renamed_and_deleted(contrast, workspace, tmp_path):
    ids = Workspace(workspace).images.ids
    names = tmp_path / "names.txt"
    names.write_text(f"{ids[0]}\n\n{ids[1]}\n")
    said = contrast("selection", "save", workspace, "few", "--from", names, "--image", ids[2])
    assert said.code == 0, said.err
    assert "3 images" in said.out
    (listed,) = contrast("selection", "list", workspace, "--json").json["selections"]
    assert (listed["name"], listed["size"]) == ("few", 3)
    shown = contrast("selection", "show", workspace, "FEW", "--json").json
    assert {row["id"] for row in shown["images"]} == set(ids[:3])
    assert shown["gone"] == 0
    assert contrast("selection", "rename", workspace, "few", "some").code == 0
    assert contrast("selection", "show", workspace, "few").code == 1
    assert contrast("selection", "delete", workspace, "some").code == 0
    assert contrast("selection", "list", workspace).out.strip() == "no selections are saved yet"


def test_a_cluster_is_saved_explained_and_exported(contrast, workspace, tmp_path):
    assert contrast("selection", "save", workspace, "zero", "--cluster", "0").code == 0
    explained = contrast("selection", "explain", workspace, "zero", "--json").json
    assert "Compared with the other" in explained["sentence"]
    assert explained["differences"][0]["low"] <= explained["differences"][0]["high"]
    out = tmp_path / "zero.zip"
    done = contrast("selection", "export", workspace, "zero", out, "--json").json
    assert len(zipfile.ZipFile(out).namelist()) == done["rows"] + 1


def test_what_is_wrong_is_said_in_one_line(contrast, workspace, tmp_path):
    image = Workspace(workspace).images.ids[0]
    assert contrast("selection", "save", workspace, "x").code == 2
    assert contrast("selection", "save", workspace, "x", "--cluster", "99").code == 2
    assert contrast("selection", "save", workspace, " ", "--image", image).code == 2
    assert contrast("selection", "save", workspace, "x", "--label", "none").code == 2
    unknown = contrast("selection", "export", workspace, "x", tmp_path / "x.csv")
    assert unknown.code == 1
    assert "no selection is called 'x'" in unknown.err
    contrast("selection", "save", workspace, "x", "--image", image)
    assert contrast("selection", "export", workspace, "x", tmp_path / "x.doc").code == 2


def test_filters_find_and_save_what_the_app_would_show(contrast, workspace):
    opened = Workspace(workspace)
    table = opened.load(opened.current("features"))
    contrasts, cluster = table.column("c_rms"), opened.load(opened.current("clusterings")).of
    middle = float(sorted(contrasts)[len(contrasts) // 2])
    wanted = {
        i for i, c in zip(table.ids, contrasts, strict=True) if c >= middle and cluster[i] == 0
    }
    both = ("--filter", f"c_rms={middle!r}~", "--filter", "cluster=0")
    found = contrast("selection", "find", workspace, *both, "--json").json
    assert {row["id"] for row in found["images"]} == wanted
    assert (found["count"], found["total"]) == (len(wanted), len(table))
    assert [one["key"] for one in found["filters"]] == ["cluster", "feature.c_rms"]
    assert f"{len(wanted)} of {len(table)}" in contrast("selection", "find", workspace, *both).out
    saved = contrast("selection", "save", workspace, "some", *both, "--cluster", "0", "--json").json
    assert saved["size"] == len(wanted)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("label", 2, "is no filter"),
        ("c_rms=2~1", 2, "ends before it begins"),
        ("cluster=99", 1, "no cluster '99' here; there are: Cluster 0"),
        ("cluster=99", 1, "(none)"),
        ("nonsense=1", 1, "no feature or attribute 'nonsense' here; there are: name, folder"),
        ("c_rm=1~2", 1, "no feature or attribute 'c_rm' here"),
        ("name=no such file", 1, "no image"),
    ],
)
def test_a_filter_that_means_nothing_here_is_refused_in_words(
    contrast, workspace, words, code, said
):
    refused = contrast("selection", "save", workspace, "x", "--filter", words)
    assert refused.code == code
    assert said in refused.err
