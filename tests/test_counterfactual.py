"""What if: neutral changes nothing, places are where they must be, flips are real."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.counterfactual import KNOBS, Placing, WhatIf, changed, neutral
from contrast_engine.counterfactual.changing import KEPT
from contrast_engine.errors import OptionError
from contrast_engine.features import measure_image
from contrast_engine.figures import picture_png
from contrast_engine.images import LinearImage, read_image
from contrast_engine.perturb import perturbations
from contrast_engine.projections import projections
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

SAMPLES = sorted((Path(__file__).parents[1] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Fifteen sample photographs with a map, clusters, labels and a model."""
    workspace = Workspace(tmp_path_factory.mktemp("what if") / "some.contrast")
    steps.gather(workspace, SAMPLES)
    steps.project(workspace, "pca")
    clustering = workspace.load(steps.cluster(workspace, "kmeans"))
    for image in workspace.images.ids[:10]:
        workspace.labels.add([image], ("low", "high")[clustering.of[image] % 2])
    steps.pseudo_label(workspace)
    return workspace


def any_image(workspace: Workspace, row: int = 4) -> ImageId:
    return workspace.images.ids[row]


def test_every_knob_stays_within_its_perturbation_and_can_be_neutral() -> None:
    for name, knob in KNOBS.items():
        known = perturbations[name]
        assert known.low <= knob.low < knob.high <= known.high
        assert knob.low <= known.neutral <= knob.high
        steps_to_neutral = (known.neutral - knob.low) / knob.step
        assert steps_to_neutral == pytest.approx(round(steps_to_neutral)), name


@pytest.mark.slow
def test_all_neutral_is_exactly_the_same_picture_and_measures(judged: Workspace) -> None:
    what = WhatIf(judged, any_image(judged))
    assert what.picture(neutral()) is what.image
    nearly = {name: value + KNOBS[name].step / 1000 for name, value in neutral().items()}
    assert changed(what.image, {"exposure": nearly["exposure"]}) is what.image
    assert picture_png(what.picture({}).rgb) == picture_png(what.image.rgb)
    stored = judged.load(judged.current("features")).row(any_image(judged))
    assert what.read(neutral()).features == stored


@pytest.mark.parametrize("name", KNOBS)
def test_every_knob_changes_the_picture_at_either_end(name: str, judged: Workspace) -> None:
    image = read_image(SAMPLES[3])
    for end in {KNOBS[name].low, KNOBS[name].high} - {perturbations[name].neutral}:
        assert not np.array_equal(changed(image, {name: end}).rgb, image.rgb)


def test_changes_are_made_in_one_order_whatever_the_order_they_are_named_in() -> None:
    image = read_image(SAMPLES[0])
    one = changed(image, {"exposure": 1.5, "haze": 0.6})
    other = changed(image, {"haze": 0.6, "exposure": 1.5})
    hazy = perturbations["haze"](image.rgb.astype(np.float64), 0.6)
    by_hand = LinearImage(perturbations["exposure"](hazy, 1.5)).rgb
    assert np.array_equal(one.rgb, other.rgb)
    assert np.array_equal(one.rgb, by_hand)


def test_an_unknown_change_is_refused_with_those_there_are() -> None:
    image = LinearImage(np.full((8, 8, 3), 0.5))
    with pytest.raises(OptionError, match="no change 'vignette'; there are: haze, blur"):
        changed(image, {"vignette": 1.0})


def test_the_unchanged_image_lies_at_its_own_place_on_a_pca_map(judged: Workspace) -> None:
    image, key = any_image(judged), judged.current("maps")
    placing = Placing(judged, key)
    what = WhatIf(judged, image)
    own = judged.load(key).take([image]).values[0]
    assert placing.place(what.image) == pytest.approx(tuple(own), abs=1e-9)
    veiled = placing.place(what.picture({"haze": 0.3}))
    assert np.hypot(*(np.array(veiled) - own)) > 0.5


def test_on_a_map_without_axes_a_picture_lies_between_its_neighbours(judged: Workspace) -> None:
    image = any_image(judged)
    before = judged.current("maps")
    options = {"perplexity": 5} if "perplexity" in str(projections["tsne"]()) else {}
    key = steps.project(judged, "tsne", options=options)
    judged.make_current("maps", before)
    placing = Placing(judged, key)
    assert not placing.has_axes
    what = WhatIf(judged, image)
    own = judged.load(key).take([image]).values[0]
    assert placing.place(what.image) == pytest.approx(tuple(own), abs=1e-9)
    x, y = placing.place(what.picture({"haze": 0.4}))
    low, high = placing.map.values.min(axis=0), placing.map.values.max(axis=0)
    assert low[0] <= x <= high[0]
    assert low[1] <= y <= high[1]


def test_haze_lowers_the_percentile_of_overall_contrast(judged: Workspace) -> None:
    what = WhatIf(judged, any_image(judged))
    before, after = what.read({}), what.read({"haze": 0.3})
    assert after.ranks["c_rms"] < before.ranks["c_rms"]


@pytest.mark.slow
@pytest.mark.parametrize("subject", ["cluster", "label"])
def test_a_flip_is_where_the_judgement_changes_measured_from_the_file(subject, judged) -> None:
    found = []
    for row in range(0, 15, 2):
        what = WhatIf(judged, any_image(judged, row))
        found = [(row, flip) for flip in what.flips({}, "haze", subject)]
        if found:
            break
    assert found, "thick haze changes the kind of at least one photograph"
    row, flip = found[0]
    again = WhatIf(judged, any_image(judged, row))
    assert again.read({"haze": flip.kept}).judged(subject) == flip.before
    assert again.read({"haze": flip.flipped}).judged(subject) == flip.after != flip.before
    assert flip.is_verified
    assert abs(flip.kept - flip.flipped) <= 0.002


def test_a_way_starts_neutral_and_ends_where_the_knobs_are(judged: Workspace) -> None:
    what = WhatIf(judged, any_image(judged))
    path = what.trajectory({"haze": 0.4, "blur": 2.0}, steps=4)
    assert path[0] == neutral()
    assert path[-1] == {**neutral(), "haze": 0.4, "blur": 2.0}
    assert path[2]["haze"] == pytest.approx(0.7)


def test_a_picture_is_changed_and_measured_once_however_many_ask(
    judged: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = WhatIf(judged, judged.images.ids[0])
    strengths = {"haze": 0.6}
    picture = what.picture(strengths)
    reading = what.read(strengths)
    assert what.picture({"haze": 0.6, "gamma": 1.0}) is picture
    monkeypatch.delattr("contrast_engine.features._measured")
    assert measure_image(picture) == reading.features
    placing = Placing(judged, judged.current("maps") or steps.project(judged))
    assert all(np.isfinite(placing.place(picture)))
    for k in range(KEPT + 1):
        what.picture({"haze": 0.3 + k / 100})
    assert what.picture(strengths) is not picture
