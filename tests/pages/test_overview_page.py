"""The overview at every stage of a collection: what is there, what is not yet, and where it leads."""

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.imageset import ImageSet
from contrast_engine.results import Predictions
from contrast_engine.steps.labels.import_labels import (
    planned_import,
    take_back_import,
    take_labels,
)
from contrast_engine.store import Artifact, Workspace
from contrast_engine.views.collection.filter_sources import facet
from contrast_engine.views.collection.filter_tables import filter_tables
from contrast_engine.views.collection.filters import read_address
from contrast_engine.views.collection.issues import issue_rows
from contrast_engine.views.overview import Overview, overview
from contrast_engine.views.overview.clusters import clusters as clusters_card
from contrast_engine.views.overview.labels import labels as labels_card
from contrast_engine.views.overview.next_step import next_card
from contrast_engine.views.overview.profile import profile
from pages.common import navigation

PAGE = "overview/overview.py"
CARDS = ("contact_sheet", "profile", "issues", "clusters", "labels", "verdicts")
THERE = {"empty": 0, "scanned": 0, "measured": 3, "clustered": 4, "labelled": 5, "trained": 5,
         "validated": 6}  # fmt: skip


@pytest.mark.parametrize("stage", THERE)
def test_each_stage_has_its_cards_and_a_reason_for_the_others(stage, at_stage) -> None:
    found = overview(at_stage(stage))
    there, not_there = CARDS[: THERE[stage]], CARDS[THERE[stage] :]
    assert all(getattr(found, name) is not None for name in there)
    assert set(found.absent) == set(not_there)
    for why in found.absent.values():
        assert why.reason.endswith(".")
        assert why.page in navigation.PAGES
    leads_to_pages_and_says_it_in_a_sentence(found)


def leads_to_pages_and_says_it_in_a_sentence(found: Overview) -> None:
    cards = [card for name in CARDS if (card := getattr(found, name)) is not None]
    for card in (*cards, found.unknown, found.next_step):
        assert card.page in navigation.PAGES
        assert card.sentence[-1] in ".?"
        assert not card.outdated
    for item in found.unknown.items:
        assert item.page in navigation.PAGES
        assert 0 < item.count <= item.n


def test_all_that_is_there_is_counted(at_stage) -> None:
    workspace = at_stage("validated")
    found = overview(workspace)
    assert found.labels is not None
    assert (found.labels.labelled, found.labels.people, found.labels.by) == (24, 1, "1 annotator")
    assert sum(one.given for one in found.labels.kinds) == 24
    assert found.labels.answered + found.labels.abstained == 30
    assert found.labels.coverage is not None
    assert found.labels.coverage.n == 30
    assert found.clusters is not None
    assert sum(one.size for one in found.clusters.clusters) + found.clusters.unassigned == 30
    assert found.clusters.separation is not None
    assert found.clusters.separation.null is not None
    assert found.verdicts is not None
    assert sum(found.verdicts.counts.values()) == len(found.verdicts.answers) == 7
    unread = found.unknown.items[0]
    assert (unread.name, unread.count, unread.n) == ("unread", 1, 31)
    assert unread.reasons[0][0].startswith("broken.jpg")
    assert found.contact_sheet is not None
    assert found.contact_sheet.total == 30
    assert overview(workspace) is found, "it is read once"


def test_what_is_out_of_date_says_so_and_is_shown(at_stage) -> None:
    workspace = at_stage("validated")
    before = overview(workspace)
    workspace.labels.add([workspace.images.ids[0]], "high", "me")
    found = overview(workspace)
    assert found is not before
    assert found.labels is not None
    assert found.labels.outdated == "labels were given or changed"
    assert found.verdicts is not None
    assert found.verdicts.outdated
    assert found.next_step.words == "Train again"


def test_simulated_annotators_are_called_so(at_stage) -> None:
    workspace = at_stage("clustered")
    for who in ("simulated A", "simulated B"):
        workspace.labels.add(workspace.images.ids[:3], "low", who)
    found = overview(workspace).labels
    assert found is not None
    assert found.is_simulated
    assert "2 simulated annotators" in found.sentence


def test_images_that_annotators_dispute_are_not_known(at_stage) -> None:
    workspace = at_stage("clustered")
    image = workspace.images.ids[0]
    workspace.labels.add([image], "low", "one")
    workspace.labels.add([image], "high", "two")
    disputed = next(one for one in overview(workspace).unknown.items if one.name == "disputed")
    assert disputed.images == (image,)
    assert disputed.view == {"f.label": "(disputed)"}


def test_every_number_is_that_of_the_page_it_leads_to(at_stage) -> None:
    workspace = at_stage("validated")
    ids = workspace.images.ids
    workspace.labels.add(ids[:4], "low", "me")
    workspace.labels.add(ids[:4], "high", "two")
    workspace.labels.unsure(ids[5:7], "two")
    found = overview(workspace)
    shown = {name: facet_counts(workspace, name) for name in ("cluster", "label", "predicted")}
    assert found.clusters is not None
    for cluster in found.clusters.clusters:
        assert shown["cluster"][cluster.view["f.cluster"]] == cluster.size
    given = found.labels
    assert given is not None
    assert {one.label: one.given for one in given.kinds if one.given} == {
        label: n for label, n in shown["label"].items() if n and label[0] != "("
    }
    assert given.labelled == sum(one.given for one in given.kinds) + given.disputed
    assert {one.label: one.carried for one in given.kinds if one.carried} == {
        label: n for label, n in shown["predicted"].items() if n and label[0] != "("
    }
    rows = issue_rows(workspace)
    assert found.issues is not None
    assert {one.name: (one.count, one.n) for one in found.issues.issues} == {
        name: (row.count, len(row.found.ids) if row.found else 0) for name, row in rows.items()
    }
    for item in found.unknown.items:
        for key, value in item.view.items():
            if key.startswith("f."):
                assert shown[key.removeprefix("f.")][value] == item.count


def test_images_unlike_anything_labelled_are_exactly_those_the_gallery_then_shows(
    at_stage,
) -> None:
    workspace = at_stage("trained")
    key = workspace.current("predictions")
    found, (arrays, recipe) = workspace.load(key), workspace.models.load(key)
    abstains = np.arange(len(found)) < 20
    silent = Predictions(found.ids, found.labels, found.probability, abstains)
    made = workspace.manifest(key)
    artifact = Artifact("predictions", "test@1", made.recipe, made.inputs)
    key = workspace.save(artifact, silent, made.details)
    workspace.make_current("predictions", key)
    workspace.models.save(key, arrays, {**recipe, "limit": 0.5 * recipe["limit"]})
    items = {item.name: item for item in overview(workspace).unknown.items}
    counts = facet_counts(workspace, "predicted")
    assert 0 < items["unlike"].count < items["abstained"].count == 20
    for item in (items["unlike"], items["abstained"]):
        assert counts[item.view["f.predicted"]] == item.count
        asked, problems = read_address(item.view)
        passing = filter_tables(workspace).passing(asked)
        assert not problems
        assert not passing.problems
        assert len(passing.images) == item.count
        assert set(item.images) <= set(passing.images)
    steps.remove(workspace, [items["unlike"].images[0]], who="ann")
    after = {item.name: item.count for item in overview(workspace).unknown.items}
    assert after["unlike"] == items["unlike"].count - 1 == facet_counts(
        workspace, "predicted"
    )["(unlike)"]  # fmt: skip


def facet_counts(workspace: Workspace, name: str) -> dict[str, int]:
    """How many images the gallery shows for each value of a filter."""
    kind = facet(workspace, name)
    assert kind is not None
    return {one.text: int((kind.codes == code).sum()) for code, one in enumerate(kind.values)}


def test_what_is_kept_is_never_older_than_what_it_shows(at_stage, tmp_path) -> None:
    workspace = at_stage("trained")
    ids, labels = workspace.images.ids, workspace.labels
    file = tmp_path / "l.csv"
    file.write_text("id,label,who\n" + "".join(f"{image},mid,ann\n" for image in ids[:9]))
    deeds = {
        "undone": lambda: labels.undo("me"),
        "imported": lambda: take_labels(workspace, planned_import(workspace, file)),
        "taken back": lambda: take_back_import(workspace),
        "named": lambda: labels.name_cluster(workspace.current("clusterings") or "", 0, "dim"),
    }
    for name, deed in deeds.items():
        deed()
        found = overview(workspace)
        now = (labels_card(workspace), clusters_card(workspace), next_card(workspace))
        assert (found.labels, found.clusters, found.next_step) == now, name


def test_what_to_do_next_follows_the_labels_that_hold_and_not_the_latest(at_stage) -> None:
    workspace = at_stage("clustered")
    ids = workspace.images.ids
    for who in ("one", "two"):
        workspace.labels.add(ids[:10], "low", who)
        workspace.labels.add(ids[10:20], "high", who)
    workspace.labels.add(ids[:20], "high", "three")
    found = overview(workspace)
    assert found.labels is not None
    assert {one.label: one.given for one in found.labels.kinds} == {"low": 10, "high": 10}
    assert found.next_step.words != "Give another label"


def test_a_name_of_a_cluster_is_the_name_on_its_card(at_stage) -> None:
    workspace: Workspace = at_stage("clustered")
    key = workspace.current("clusterings")
    assert key is not None
    workspace.labels.name_cluster(key, 0, "<b>Harsh</b>", "me")
    found = overview(workspace).clusters
    assert found is not None
    named = next(one for one in found.clusters if one.cluster == 0)
    assert (named.name, named.is_named) == ("<b>Harsh</b>", True)
    assert len({one.name for one in found.clusters}) == len(found.clusters)


def test_a_part_is_held_against_the_rest(at_stage) -> None:
    workspace = at_stage("measured")
    part = ImageSet.of(workspace.images.ids[:10])
    found = profile(workspace, part)
    assert (getattr(found, "n", 0), getattr(found, "n_reference", 0)) == (10, 20)
    assert getattr(profile(workspace, workspace.images.images), "reason", "")


def test_one_image_has_an_overview(tmp_path, photographs) -> None:
    workspace = Workspace(tmp_path / "one.contrast")
    steps.gather(workspace, [photographs / "photo 01.png"])
    found = overview(workspace)
    assert found.contact_sheet is not None
    assert found.contact_sheet.how == "The one measured image."
    assert found.profile is not None
    assert not found.profile.outside


def test_the_app_opens_on_it_and_every_card_is_a_link(at_stage, visit) -> None:
    at_stage("validated")
    app = visit(PAGE)
    assert not app.exception
    links = [
        element.proto for element in app.get("page_link") if element.proto.page
    ] if hasattr(app, "get") else []  # fmt: skip
    labels = [link.label for link in links]
    for title in ("30 images", "Clusters", "Contrast profile", "Issues", "Evidence", "Not known"):
        assert title in labels
