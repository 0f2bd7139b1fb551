"""A network brought along, from its three files to an embedding, a verdict and predictions."""

import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from contrast_engine import Predictor, Workspace, steps
from contrast_engine.errors import ContrastError, ModelError, UnknownName
from contrast_engine.results import Clustering
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.spaces import space
from contrast_engine.views.encoders.zero_shot import card, comparison, facts, names, scores
from contrast_engine.zero_shot.verdict import verdict
from tests.zero_shot import networks
from tests.zero_shot.conftest import N_IMAGES, scene


def brought(
    workspace: Workspace, folder: Path, data: bytes, texts: bool = True, **change: Any
) -> Any:
    network, recipe, text = networks.files(folder, data, **change)
    return steps.zero_shot(
        workspace, str(network), recipe=str(recipe), text=str(text) if texts else ""
    )


@pytest.mark.slow
def test_vector_and_score_are_those_computed_by_hand(workspace: Workspace, tmp_path: Path) -> None:
    report = brought(workspace, tmp_path / "a", networks.spread(), size=24, crop="centre",
                     interpolation="bicubic")  # fmt: skip
    table = workspace.load(report.key)
    assert table.columns == ("score", "network_000", "network_001")
    assert (report.images, report.dimensions) == (N_IMAGES, 2)
    for image in table.ids[:12]:
        picture = Image.open(workspace.original(image))
        long = int(24 * picture.width / picture.height)
        left = round((long - 24) / 2)
        seen = picture.resize((long, 24), Image.Resampling.BICUBIC).crop((left, 0, left + 24, 24))
        y = (np.asarray(seen) / 255) @ networks.LUMINANCE
        row = table.row(image)
        assert row["network_000"] == pytest.approx(0.2)
        assert row["network_001"] == pytest.approx(float(y.std()), abs=1e-5)
        length = math.hypot(0.2, y.std())
        wanted = 1 / (1 + math.exp(-10 * (y.std() - 0.2) / length))
        assert row["score"] == pytest.approx(wanted, abs=1e-4)


@pytest.mark.slow
def test_a_score_that_follows_contrast_passes_and_is_shown_with_its_verdict(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = brought(workspace, tmp_path / "good", networks.spread())
    found = card(workspace, report.key)
    assert found.verdict == "passes", found.why
    assert report.not_tested == ""
    shown = scores(workspace, found)
    assert len(shown) == N_IMAGES
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    (ours,) = found.beside
    assert ours["rho"] > 0.5
    assert ours["low"] < ours["rho"] < ours["high"]
    assert "squeezed to 32 pixels" in found.seen
    words = " ".join(facts(found))
    assert "High contrast photo. / Low contrast photo., logit scale 10" in words
    assert "measured contrast" in words
    assert [row["By"] for row in comparison(workspace, found)] == ["tower.onnx (own network)"]
    again = steps.zero_shot(workspace, report.model)
    assert (again.key, again.images_per_second) == (report.key, 0.0)
    assert list(names(workspace)) == [report.key]


WRONG = {
    "brightness": (networks.brightness, {"high": (1, 0), "low": (0, 1)}),
    "darkness": (networks.brightness, {"high": (0, 1), "low": (1, 0)}),
    "fine detail, as bytes": (networks.fine_detail, {"high": (1, 0), "low": (0, 1)}),
    "contrast upside down": (networks.spread, {"high": (1, 0), "low": (0, 1)}),
    "nothing": (networks.constant, {}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_score_that_follows_something_else_is_refused_and_not_shown(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    make, texts = WRONG[name]
    report = brought(workspace, tmp_path / "bad", make(), **texts)
    found = card(workspace, report.key)
    assert found.verdict == "refused", (found.why, found.sensitivity["ladders"])
    assert not scores(workspace, found)
    assert len(scores(workspace, found, anyway=True)) == N_IMAGES


@pytest.mark.parametrize(
    ("ladders", "audit", "wanted"),
    [
        ("passes", "pass", "passes"), ("passes", "warn", "at the limit"),
        ("passes", "unknown", "at the limit"), ("passes", "fail", "refused"),
        ("at the limit", "pass", "at the limit"), ("at the limit", "fail", "refused"),
        ("at the limit", "warn", "refused"), ("at the limit", "unknown", "refused"),
        ("does not pass", "pass", "refused"), ("does not pass", "fail", "refused"),
    ],
)  # fmt: skip
def test_the_worse_of_the_two_audits_is_the_verdict(ladders: str, audit: str, wanted: str) -> None:
    tested = {"ladders": {"scale": 0.5, "s_curve": 0.1}, "verdict": ladders}
    assert verdict(tested, {"verdict": audit, "note": "because"})[0] == wanted
    assert verdict(None, {"verdict": audit, "note": ""})[0] == "not tested"
    assert verdict({**tested, "ladders": None}, {"verdict": audit, "note": ""})[0] == "not tested"
    assert verdict(tested, None)[0] == "not tested"


def test_files_are_read_as_everywhere_turned_sixteen_bits_and_by_their_profile(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kinds"
    folder.mkdir()
    picture = scene(3)
    cv2.imwrite(str(folder / "plain.png"), picture[..., ::-1])
    cv2.imwrite(str(folder / "deep.png"), picture[..., ::-1].astype(np.uint16) * 257)
    turned = Image.fromarray(np.rot90(picture).copy())  # 6: shown a quarter to the right
    exif = Image.Exif()
    exif[274] = 6
    turned.save(folder / "turned.png", exif=exif)
    workspace = Workspace(tmp_path / "kinds.contrast")
    steps.scan(workspace, [folder])
    report = brought(workspace, tmp_path / "net", networks.corner(), texts=False)
    table = workspace.load(report.key)
    rows = {workspace.original(image).name: table.take([image]).values[0] for image in table.ids}
    assert len(rows) == 3
    assert np.ptp(rows["plain.png"]) > 0  # the four corners tell how a picture is turned
    for name in ("deep.png", "turned.png"):
        assert np.allclose(rows[name], rows["plain.png"], atol=1e-6), name
    assert "measure" in report.not_tested
    assert card(workspace, report.key).verdict == "not tested"


@pytest.mark.slow
def test_new_images_go_through_the_same_network_at_prediction(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = brought(workspace, tmp_path / "a", networks.spread())
    table = workspace.load(report.key)
    falling = sorted(table.ids, key=lambda image: table.row(image)["score"])
    for place, image in enumerate(falling):
        if place % 2:
            workspace.labels.add([image], "low" if place < N_IMAGES // 2 else "high", "me")
    steps.pseudo_label(workspace, method="logistic", on=report.key)
    here = space(workspace, report.key)
    encoder = SpaceEncoder(workspace, here.key)
    assert encoder.has_network
    both = SpaceEncoder(workspace, space(workspace, f"features+{report.key}", save=True).key)
    grouped = Clustering(table.ids, np.arange(len(table)) % 3, np.zeros(len(table)))
    values = both.known().take(table.ids).values
    wanted = [values[grouped.cluster == name].mean(axis=0) for name in range(3)]
    assert both.centres(grouped) == pytest.approx(np.array(wanted), rel=1e-12)
    from contrast_engine.images import read_image

    for image in falling[::9]:
        placed = encoder.place(read_image(workspace.original(image))).values[0]
        assert np.array_equal(placed, here.vectors.take([image]).values[0])
    paths = [workspace.original(falling[0]), workspace.original(falling[-1])]
    predicted = Predictor(workspace).predict(paths)
    assert [one.label for one in predicted] == ["low", "high"]


@pytest.mark.slow
def test_an_embedding_without_texts_has_no_score_and_is_tested_along_an_axis(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = brought(workspace, tmp_path / "a", networks.moments(), texts=False)
    found = card(workspace, report.key)
    assert workspace.load(report.key).columns == ("network_000", "network_001")
    assert found.sensitivity["by"] == "axis"
    assert (found.pairs, found.is_shown, found.beside) == ((), False, ())
    assert not scores(workspace, found, anyway=True)


def test_a_picture_without_a_vector_is_listed_and_the_rest_is_embedded(tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    Image.new("RGB", (40, 30)).save(folder / "black.png")
    Image.fromarray(scene(1)).save(folder / "grey.png")
    workspace = Workspace(tmp_path / "more.contrast")
    steps.scan(workspace, [folder])
    report = brought(workspace, tmp_path / "a", networks.logarithm(), texts=False)
    found = card(workspace, report.key)
    assert (report.images, found.left_out) == (1, 1)
    assert "black.png" in found.problems[0]["path"]
    assert "missing or infinite" in found.problems[0]["problem"]


def test_what_was_not_brought_or_does_not_belong_together_is_said(
    workspace: Workspace, tmp_path: Path
) -> None:
    network, recipe, text = map(str, networks.files(tmp_path / "a", networks.spread()))
    with pytest.raises(ModelError, match="needs a recipe"):
        steps.zero_shot(workspace, network)
    with pytest.raises(UnknownName, match="there is no file"):
        steps.zero_shot(workspace, network, recipe=str(tmp_path / "none.json"))
    with pytest.raises(UnknownName, match="there is no file"):
        steps.zero_shot(workspace, str(tmp_path), recipe=recipe)
    with pytest.raises(UnknownName, match="no pair 'light'"):
        steps.zero_shot(workspace, network, recipe=recipe, text=text, pairs=["light"])
    with pytest.raises(UnknownName, match="no file of text vectors"):
        steps.zero_shot(workspace, network, recipe=recipe, pairs=["contrast"])
    with pytest.raises(UnknownName, match="there is no network"):
        steps.zero_shot(workspace, "0" * 16)
    wide = networks.files(tmp_path / "b", networks.channels())
    with pytest.raises(ModelError, match="3 numbers for a picture and the text vectors have 2"):
        steps.zero_shot(workspace, str(wide[0]), recipe=str(wide[1]), text=str(wide[2]))
    assert not workspace.artifacts("embeddings")
    with pytest.raises(ContrastError, match="no readable images"):
        steps.zero_shot(Workspace(tmp_path / "empty.contrast"), network, recipe=recipe)
