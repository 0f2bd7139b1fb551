"""What a script needs to say in full: names with commas, many images, options of a classifier."""

from pathlib import Path

from contrast_engine import Workspace
from tests.cli.conftest import Contrast


def test_labels_with_commas_are_defined_and_ordered_one_by_one(
    contrast: Contrast, labelled: Path
) -> None:
    assert contrast("label", "define", labelled, "--label", "a, b", "--label", "c").code == 0
    assert Workspace.open(labelled).labels.label_set().labels[:2] == ("a, b", "c")
    assert contrast("label", "define", labelled).code == 2
    assert contrast("label", "define", labelled, "a,b", "--label", "c").code == 2
    said = contrast("pseudo-label", labelled, "--order", "low", "--order", "a, b")
    assert said.code == 1
    assert "medium" in said.err  # the order was understood, and leaves out a label
    assert contrast("pseudo-label", labelled, "--order", "low", "--order", "low").code == 2


def test_options_of_a_classifier_are_named_with_it(contrast: Contrast, labelled: Path) -> None:
    said = contrast(
        "pseudo-label", labelled, "--method", "ordinal", "-o", "c=0.25", "--order",
        "low,medium,high", "--json",
    ).json  # fmt: skip
    recipe = Workspace.open(labelled).manifest(said["key"]).recipe
    assert recipe["options"] == {"c": 0.25}
    assert contrast("pseudo-label", labelled, "-o", "c=0.25").code == 2
    assert contrast("pseudo-label", labelled, "--method", "ordinal", "-o", "d=1").code == 2


def test_many_images_are_named_in_a_file(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    opened = Workspace.open(workspace)
    clustering = opened.load(str(opened.current("clusterings")))
    largest = max(clustering.clusters, key=lambda one: len(clustering.members(one)))
    images = clustering.members(largest)[:2]
    file = tmp_path / "images.txt"
    file.write_text(f"{images[0]}\n\n{opened.images.paths[images[1]]}\n")
    split = contrast("edit-clusters", "split", workspace, "--from", file, "--json").json
    assert [one["size"] for one in split["clusters"]][-1] == 2
    assert contrast("edit-clusters", "split", workspace).code == 2
    assert contrast("edit-clusters", "split", workspace, "--from", tmp_path / "no.txt").code == 2
    assert contrast("remove", workspace, "--from", file).code == 0
    assert not set(images) & set(Workspace.open(workspace).images.ids)
