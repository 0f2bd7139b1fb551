"""Whoever learns from several people learns from what they settle on, and says so."""

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.colouring import DISPUTED, colouring
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageIds
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.live_model import train_live
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.models.live_model import live_model_card
from contrast_engine.views.models.model_card import model_card
from contrast_engine.views.outcomes import result_or_reason

N = 80
IDS = tuple(ImageId(f"{row:016x}") for row in range(N))
VALUES = np.random.default_rng(0).normal(size=(N, 3))
TRUTH = {i: "high" if v > 0 else "low" for i, v in zip(IDS, VALUES[:, 0], strict=True)}


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    workspace = Workspace(tmp_path / "w")
    workspace.save_files([ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in IDS])
    table = Vectors(IDS, VALUES, ("c_rms", "u_dr", "gcf"))
    workspace.make_current("features", workspace.save(Artifact("features", "test@1"), table))
    workspace.labels.define(["low", "high"], is_ordered=True)
    return workspace


def say(workspace: Workspace, who: str, said: dict[ImageId, str], why: str = "") -> None:
    for label in sorted(set(said.values())):
        workspace.labels.add([i for i in said if said[i] == label], label, who, why)


def other(label: str) -> str:
    return {"low": "high", "high": "low"}[label]


def three(workspace: Workspace) -> None:
    """Ann and bob are right about forty images; the last word is cid's, often wrong."""
    said = {image: TRUTH[image] for image in IDS[:40]}
    say(workspace, "ann", said)
    say(workspace, "bob", said)
    wrong = {image: other(said[image]) for image in IDS[:16]}
    say(workspace, "cid", said | wrong)


def test_people_who_contradict_each_other_throughout_are_counted_and_not_weighed(
    workspace,
) -> None:
    three(workspace)
    say(workspace, "cid", {image: other(TRUTH[image]) for image in IDS[:40]})
    said = consensus_labels(workspace)
    assert said.of == {image: TRUTH[image] for image in IDS[:40]}
    assert said.words.startswith("Majority (somebody labels against the others) of 3 people on 40")


def test_a_model_learns_from_the_consensus_and_not_from_the_last_word(workspace) -> None:
    three(workspace)
    said = consensus_labels(workspace)
    assert said.of == {image: TRUTH[image] for image in IDS[:40]}
    key = steps.pseudo_label(workspace, method="logistic")
    details = workspace.manifest(key).details
    assert details["settled"]["rule"] == "consensus"
    assert details["settled"]["words"].startswith("Consensus (Dawid and Skene) of 3 people on 40")
    predicted = dict(zip(IDS, workspace.load(key).label, strict=True))
    assert np.mean([predicted[image] == TRUTH[image] for image in IDS[40:]]) > 0.8


@pytest.mark.slow
def test_the_lesson_of_the_moment_the_model_page_and_the_map_use_the_same_rule(workspace) -> None:
    three(workspace)
    lesson = train_live(workspace, space(workspace))
    assert lesson.scores.accuracy > 0.8
    assert lesson.label_rule == consensus_labels(workspace).words
    assert lesson.label_rule in live_model_card(workspace, lesson).basis
    assert not model_card(workspace, IDS).key
    steps.pseudo_label(workspace)
    card = model_card(workspace, IDS)
    assert not card.is_stale
    assert lesson.label_rule in card.situation
    assert lesson.label_rule in card.space
    legend = colouring(workspace, IDS, "label").legend
    assert [name for name, _, _ in legend.entries] == ["low", "high"]


@pytest.mark.slow
def test_one_person_has_the_last_word_and_nothing_is_said_of_rules(workspace) -> None:
    say(workspace, "ann", {image: other(TRUTH[image]) for image in IDS[:30]})
    say(workspace, "ann", {image: TRUTH[image] for image in IDS[:30]})
    said = consensus_labels(workspace)
    assert said.of == {i: label.label for i, label in workspace.labels.current().items()}
    assert (said.words, said.as_json()) == ("", {})
    key = steps.pseudo_label(workspace)
    assert "settled" not in workspace.manifest(key).recipe
    assert workspace.manifest(key).details["settled"] is None
    assert "label_rule" not in steps.table(workspace).columns


def test_an_image_whose_label_was_taken_away_teaches_nothing(workspace) -> None:
    three(workspace)
    workspace.labels.add([IDS[0]], None, "cid")
    assert IDS[0] not in consensus_labels(workspace).of


def test_the_table_gives_the_settled_label_and_its_rule(workspace) -> None:
    a, b, c, _ = IDS[:4]
    say(workspace, "ann", {a: "low", b: "low", c: "high"})
    say(workspace, "bob", {a: "low", b: "high"})
    table = steps.table(workspace)
    at = table.columns.index("label")
    assert table.columns[at + 1] == "label_rule"
    found = {row[0]: row[at : at + 2] for row in table.rows}
    assert [found[image] for image in IDS[:4]] == [
        ("low", "majority of 2"), (None, "disputed"), ("high", "one person"), (None, None),
    ]  # fmt: skip
    legend = colouring(workspace, IDS, "label").legend
    counts = {name: n for name, _, n in legend.entries}
    assert (counts["low"], counts["high"], counts[DISPUTED]) == (1, 1, 1)


def test_a_disputed_image_is_neither_learnt_from_nor_lost(workspace) -> None:
    three(workspace)
    say(workspace, "dan", {image: other(TRUTH[image]) for image in IDS[:40]})
    say(workspace, "eve", {IDS[41]: "low"})
    say(workspace, "ann", {IDS[41]: "high"})
    said = consensus_labels(workspace)
    assert said.ruled.disputed
    assert IDS[41] in workspace.labels.current()
    assert said.ruled.shared == len(said.of) + len(said.ruled.disputed)


def test_where_every_label_is_disputed_that_is_said_and_not_that_there_are_none(workspace) -> None:
    say(workspace, "ann", {IDS[0]: "low", IDS[1]: "high"})
    say(workspace, "bob", {IDS[0]: "high", IDS[1]: "low"})
    with pytest.raises(NotEnoughData, match=r"every labelled image \(2\) differently"):
        steps.pseudo_label(workspace)
    assert (
        "differently"
        in live_model_card(
            workspace, *result_or_reason(train_live, workspace, space(workspace))
        ).words
    )
    assert "differently" in model_card(workspace, IDS).needs


def test_all_at_once_are_told_what_each_is_told_of_whatever_kind_it_is(workspace) -> None:
    for people in range(3):
        if people == 0:
            say(workspace, "names", {IDS[60]: "high", IDS[0]: "high"}, FROM_CLUSTER_NAMES)
            say(workspace, "ann", {IDS[1]: "low"})
        if people == 1:  # nobody shares an image
            say(workspace, "bob", {IDS[70]: "high"})
        if people == 2:  # agreed upon, disputed, and one who is alone
            say(workspace, "ann", {IDS[0]: "low", IDS[2]: "low", IDS[3]: "high"})
            say(workspace, "bob", {IDS[0]: "low", IDS[2]: "high"})
        said = consensus_labels(workspace)
        given = said.of
        order = [IDS[row] for row in (70, 3, 60, 50, 0, 2, 1, 0)]
        wanted = [(given.get(image, ""), said.rule_of(image)) for image in order]
        assert list(said.each(ImageIds.of(order))) == wanted
        assert said.people.keys() == {image for image in IDS if said.rule_of(image)}
    assert wanted == [
        ("high", "one person"), ("high", "one person"), ("high", FROM_CLUSTER_NAMES), ("", None),
        ("low", "majority of 2"), ("", "disputed"), ("low", "one person"), ("low", "majority of 2"),
    ]  # fmt: skip
