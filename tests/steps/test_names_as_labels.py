"""The names of clusters as labels: of whom, over whom, and taken back as one."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.results import Clustering
from contrast_engine.steps.labels.annotator_agreement import annotator_agreement, ratings
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.structure.names_as_labels import (
    WHY,
    labels_from_names,
    names_as_labels,
    take_back_names,
)
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview.labels import labels

IDS = tuple(ImageId(f"{row + 1:016x}") for row in range(9))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three clusters of three images, the first two named."""
    made = Workspace(tmp_path / "w")
    made.save_files(ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in IDS)
    details = {"representatives": {str(c): list(IDS[3 * c : 3 * c + 2]) for c in range(3)}}
    clustering = Clustering(IDS, np.repeat([0, 1, 2], 3), np.arange(9.0))
    key = made.save(Artifact("clusterings", "cluster@3"), clustering, details)
    made.use("clusterings", key, "anna")
    made.labels.name_cluster(key, 0, "fog", "anna")
    made.labels.name_cluster(key, 1, "night", "anna")
    return made


def given(workspace: Workspace) -> dict[ImageId, tuple[str, str, str]]:
    return {i: (one.label, one.who, one.why) for i, one in workspace.labels.current().items()}


@pytest.mark.parametrize(("every", "n"), [(False, 2), (True, 3)])
def test_typical_or_all_images_of_named_clusters_get_their_names(workspace, every, n):
    found = names_as_labels(workspace, every=every, who="anna")
    assert {name: len(images) for name, images in found.labels.items()} == {"fog": n, "night": n}
    assert (found.unnamed, found.kept, found.added) == (1, 0, ("fog", "night"))
    assert given(workspace)[IDS[3]] == ("night", "anna", WHY)
    assert not {*IDS[6:]} & set(given(workspace))


def test_what_somebody_labelled_stays_and_all_is_taken_back_as_one(workspace):
    workspace.labels.add([IDS[0]], "sharp", "ben")
    assert names_as_labels(workspace, who="anna").kept == 1
    workspace.labels.add([IDS[1]], "sharp", "ben")  # later, over one from a name
    before = {IDS[0]: ("sharp", "ben", ""), IDS[1]: ("sharp", "ben", "")}
    assert given(workspace).items() >= before.items()
    assert take_back_names(workspace, who="cleo") == 2
    assert given(workspace) == before
    assert (labels_from_names(workspace), take_back_names(workspace)) == ((), 0)


def test_given_again_it_follows_a_new_name_and_adds_nothing_else(workspace):
    names_as_labels(workspace, who="anna")
    assert names_as_labels(workspace, who="anna").n == 0
    key = str(workspace.current("clusterings"))
    workspace.labels.name_cluster(key, 0, "mist", "anna")
    assert names_as_labels(workspace, who="anna").labels == {"mist": IDS[:2]}


def test_it_needs_names_that_stand_in_the_order_of_the_labels(workspace, tmp_path):
    workspace.labels.define(["low", "high"], is_ordered=True)
    with pytest.raises(OptionError, match="fog, night would stand at their end"):
        names_as_labels(workspace, who="anna")
    assert given(workspace) == {}
    with pytest.raises(NotEnoughData, match="no clustering"):
        names_as_labels(Workspace(tmp_path / "empty"))


def test_names_of_clusters_are_nobodys_judgement(workspace):
    names_as_labels(workspace, every=True, who="anna")
    workspace.labels.add(IDS[:3], "sharp", "ben")  # over names: ben's is the only judgement
    workspace.labels.add(IDS[:2], "sharp", "cleo")
    assert set(workspace.labels.by_person()) == {"ben", "cleo"}
    assert "anna" not in ratings(workspace).people
    said = consensus_labels(workspace)
    assert said.of == dict.fromkeys(IDS[:3], "sharp") | dict.fromkeys(IDS[3:6], "night")
    assert [said.rule_of(IDS[row]) for row in (0, 2, 3)] == ["majority of 2", "one person", WHY]
    assert said.words.endswith(
        "of 2 people on 2 images. 1 image with one person's label. 3 images with the name of a "
        "cluster as label."
    )
    workspace.labels.add(IDS[3:4], "night", "anna")  # confirmed by hand: now it is hers
    assert set(ratings(workspace).people) == {"anna", "ben", "cleo"}


def test_names_of_clusters_alone_are_learnt_from_and_told_apart(workspace):
    names_as_labels(workspace, who="anna")
    workspace.labels.add(IDS[6:], "sharp", "ben")
    said = consensus_labels(workspace)
    assert (said.ruled.people, said.words, len(said.of)) == (1, "", 7)
    assert (said.rule_of(IDS[0]), said.rule_of(IDS[6])) == (WHY, "one person")
    with pytest.raises(NotEnoughData):
        annotator_agreement(workspace)
    card = labels(workspace)
    assert (card.labelled, card.named, card.people) == (7, 4, 1)
    assert "7 images labelled by 1 annotator (4 of them by the name of their cluster)" in (
        card.sentence
    )
