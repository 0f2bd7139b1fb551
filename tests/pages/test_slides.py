"""The slides at every stage of a collection, what a click on the map shows, and the slider."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from contrast_engine.counterfactual import Turned, turn
from contrast_engine.imageset import ImageSet
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview import looks
from contrast_engine.views.overview.card_slides import TITLES
from contrast_engine.views.overview.change import change
from contrast_engine.views.overview.slide import Slide
from contrast_engine.views.overview.slides import slides, typical

TODAY = date(2024, 5, 7)
ALWAYS = ("title", "images", "profile", "issues", "not-known", "next")
THERE = {
    "measured": set(),
    "clustered": {"map", "clusters", "cluster", "what-if"},
    "labelled": {"map", "clusters", "cluster", "what-if", "labels"},
    "trained": {"map", "clusters", "cluster", "what-if", "labels"},
    "validated": {"map", "clusters", "cluster", "what-if", "labels", "evidence"},
}
LEFT_OUT = {
    "measured": {"map", "clusters", "what_if", "labels", "verdicts"},
    "clustered": {"labels", "verdicts"},
    "labelled": {"verdicts"},
    "trained": {"verdicts"},
    "validated": set(),
}


@pytest.mark.parametrize("stage", THERE)
def test_what_is_there_is_a_slide_and_what_is_not_is_named_at_the_end(stage, at_stage) -> None:
    deck = slides(at_stage(stage), TODAY)
    names = [slide.name for slide in deck.slides]
    assert len(set(names)) == len(names)
    assert set(names) == THERE[stage] | set(ALWAYS)
    assert names[0] == "title"
    assert names[-1] == "next"
    assert {title for title, _ in deck.left_out} == {TITLES[name] for name in LEFT_OUT[stage]}
    for title, reason in deck.left_out:
        assert f"{title} ({reason.rstrip('.')})" in deck.slides[-1].foot
    for slide in deck.slides:
        says_one_thing_and_what_it_rests_on(slide)


def says_one_thing_and_what_it_rests_on(slide: Slide) -> None:
    assert slide.title
    assert slide.message
    assert len(slide.message) < 130, "it is read at one look"
    assert "\n" not in slide.message
    shows = slide.pictures or slide.groups or slide.figures or slide.bars or slide.lines
    assert shows or slide.live or slide.name in {"issues", "not-known"}
    if slide.bars or slide.figures or slide.live == "map":
        assert slide.foot


def test_a_slide_says_the_numbers_of_its_card_with_n_and_who_labelled(at_stage) -> None:
    workspace = at_stage("trained")
    workspace.labels.add([workspace.images.ids[0]], "high", "simulated A")
    of = {slide.name: slide for slide in slides(workspace, TODAY).slides}
    assert [line.words for line in of["title"].lines] == [
        "30 images",
        "Labelled by 1 annotator and 1 simulated annotator",
        "7 May 2024",
    ]
    labelled, answered, *_ = of["labels"].figures
    assert (labelled.value, labelled.words) == (
        "24",
        "images labelled by 1 annotator and 1 simulated annotator",
    )
    assert answered.words.startswith("of 30 images answered by the model (")
    assert of["labels"].outdated == "labels were given or changed"
    assert "contrast features" in of["labels"].foot
    assert "n = 30" in of["clusters"].foot
    assert "95% interval" in of["profile"].foot
    assert sum(int(group.words.split()[0]) for group in of["map"].groups) == 30


def test_a_click_shows_an_image_with_its_percentiles_and_a_lasso_why_it_is_different(
    at_stage,
) -> None:
    workspace = at_stage("trained")
    image = workspace.images.ids[3]
    one = looks.one_image(workspace, image)
    assert one is not None
    assert [picture.id for picture in one.pictures] == [image]
    assert len(one.lines) == looks.FEATURES
    assert all(line.share is not None and 0 <= line.share <= 100 for line in one.lines)
    assert "n = 30" in one.foot
    weak = ImageSet.of(i for i, p in workspace.images.paths.items() if int(p[-6:-4]) % 3 == 0)
    group = looks.group(workspace, weak)
    assert group is not None
    assert group.title == "Why these 10 images are different"
    assert "n = 10 and 20" in group.message + group.foot
    assert len(group.bars) == looks.BARS
    outside = [bar.is_outside for bar in group.bars]
    assert outside == sorted(outside, reverse=True), "those that differ come first"
    assert outside[0]
    everything = looks.group(workspace, workspace.images.images)
    assert everything is not None
    assert everything.message.endswith("needs others to be held against.")


def test_an_image_that_is_gone_is_not_looked_at(at_stage) -> None:
    workspace = at_stage("measured")
    assert looks.one_image(workspace, ImageId("0" * 16)) is None
    assert looks.group(workspace, ImageSet.of(())) is None


@pytest.mark.parametrize("stage", ["clustered", "trained"])
def test_a_typical_image_is_shown_at_every_strength_and_flips_where_it_is_said(
    stage, at_stage
) -> None:
    workspace = at_stage(stage)
    found = turn(workspace, typical(workspace))
    assert found is not None
    assert found.subject == ("label" if stage == "trained" else "cluster")
    turned = [stop.turned for stop in found.stops]
    assert turned == sorted(turned)
    assert turned[0] == 0
    assert turned[-1] == pytest.approx(0.9)
    kept: list[bytes] = []
    said = change(workspace, found, lambda png: kept.append(png) or f"/{len(kept)}")
    assert [stop["picture"] for stop in said["stops"]] == [f"/{k + 1}" for k in range(len(turned))]
    assert all(png.startswith(b"\x89PNG") for png in kept)
    assert "n = 1 image" in said["foot"]
    assert "contrast features" in said["foot"]
    if found.flip is None:
        assert said["flip"] is None
        return
    first = next(stop["turned"] for stop in said["stops"] if stop["flipped"])
    assert first == pytest.approx(said["flip"])
    assert f"{said['flip']:.2f}" in said["message"]
    assert all(a < b for a, b in pairwise(turned))


def test_that_nothing_flips_or_can_be_changed_is_said(at_stage) -> None:
    workspace: Workspace = at_stage("clustered")
    found = turn(workspace, typical(workspace)[:1])
    assert found is not None
    still = replace(found, flip=None, tried=8)
    said = change(workspace, still, lambda png: "")
    assert said["message"] == "Haze does not change the answer on this image."
    assert "None of 8 typical images flips." in said["foot"]
    assert turn(workspace, []) is None
    assert change(workspace, None, lambda png: "")["stops"] == []
    assert isinstance(found, Turned)


def test_an_image_that_cannot_be_read_leaves_the_slider_to_another_one(at_stage) -> None:
    workspace = at_stage("clustered")
    found = turn(workspace, [ImageId("0" * 16), *typical(workspace)])
    assert found is not None
    assert found.image in workspace.images
