"""Every kind of issue against its causes: ladders of known changes, and pictures that are meant."""

import cv2
import numpy as np
import pytest

from contrast_engine.encoders.input_image import training_copy
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb
from contrast_engine.issues import HAZE, FlaggedImages, find_issues
from contrast_engine.issues.veil import veil
from contrast_engine.perturb import perturbations
from contrast_engine.vectors import ImageId, Vectors

READ = ("sigma_l", "lum_contrast", "mean_y", "u_dr", "clip_shadows", "clip_highlights",
        "chroma_mean", "hue_diversity")  # fmt: skip
SIDE = 96


def looked_at(pictures: list[np.ndarray]) -> dict[str, FlaggedImages]:
    """Every issue of pictures of linear light."""
    ids = tuple(ImageId(f"{n:016x}") for n in range(len(pictures)))
    rows = [list(measure_image(LinearImage(rgb), READ).values()) for rgb in pictures]
    veils = veil(np.stack([training_copy(rgb, 64) for rgb in pictures]))
    beside = [(HAZE, Vectors(ids, veils[:, None], ("veil",)))]
    found = find_issues(Vectors(ids, np.array(rows), READ), beside=beside)
    return {one.issue.name: one for one in found}


def leaves(seed: int) -> np.ndarray:
    """A photograph of sorts: overlapping discs of all sizes and shades, mostly dark, few light."""
    rng = np.random.default_rng(seed)
    code = np.full((SIDE, SIDE, 3), 0.5)
    for _ in range(260):
        x, y = rng.integers(0, SIDE, 2).tolist()
        shade = rng.beta(1.1, 1.5) * np.clip(1 + 0.25 * rng.standard_normal(3), 0, 1.4)
        radius = int(2 + 14 * rng.random() ** 2)
        cv2.circle(code, (x, y), radius, np.clip(shade, 0.02, 0.97).tolist(), -1)
    return decode_srgb(np.clip(cv2.GaussianBlur(code, (3, 3), 0), 0, 1))


SCENES = [leaves(seed) for seed in range(6)]
LADDERS = {
    "low_contrast": ("scale", (1.0, 0.6, 0.3, 0.15)),
    "high_contrast": ("scale", (1.0, 1.6, 2.5, 4.0)),
    "clipped_shadows": ("scale", (1.0, 2.0, 3.0, 4.0)),
    "clipped_highlights": ("exposure", (1.0, 2.0, 4.0, 8.0)),
    "flat": ("haze", (1.0, 0.8, 0.6, 0.3)),
    "under_exposed": ("exposure", (1.0, 0.5, 0.125, 0.03)),
    "over_exposed": ("exposure", (1.0, 2.0, 4.0, 8.0)),
    "haze": ("haze", (1.0, 0.9, 0.7, 0.4)),
}


@pytest.mark.parametrize("kind", LADDERS)
def test_a_kind_grows_with_its_cause_until_all_are_flagged(kind: str) -> None:
    name, strengths = LADDERS[kind]
    scores, flagged = [], []
    for strength in strengths:
        found = looked_at([perturbations[name](rgb, strength) for rgb in SCENES])[kind]
        scores.append(found.scores)
        flagged.append(int(found.flags.sum()))
    assert (np.diff(scores, axis=0) <= 1e-9).all(), "a stronger cause never scores better"
    assert flagged[0] == 0, "nothing was done to them"
    assert flagged[-1] == len(SCENES), "all of a bad collection, not a twentieth of it"


def night() -> np.ndarray:
    rgb = np.full((SIDE, SIDE, 3), 0.002)
    for x, y in np.random.default_rng(1).integers(4, SIDE - 4, (12, 2)):
        rgb[y - 1 : y + 2, x - 1 : x + 2] = (1.0, 0.8, 0.4)
    return rgb


def document() -> np.ndarray:
    rgb = np.full((SIDE, SIDE, 3), 0.8)
    for row in range(10, SIDE - 10, 8):
        rgb[row : row + 3, 10:-10][:, np.random.default_rng(row).random(SIDE - 20) < 0.6] = 0.01
    return rgb


def snow() -> np.ndarray:
    rgb = 0.75 + 0.04 * np.random.default_rng(2).standard_normal((SIDE, SIDE, 1)).repeat(3, 2)
    for x in range(8, SIDE, 16):
        rgb[30:80, x : x + 3] = 0.01
    return np.clip(rgb, 0, 1)


def product() -> np.ndarray:
    rgb = np.full((SIDE, SIDE, 3), 1.0)
    rgb[30:70, 30:66] = SCENES[0][30:70, 30:66] * 0.5
    return rgb


def high_key() -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    face = np.exp(-3 * (x**2 + y**2))[..., None]
    rgb = 0.85 - face * np.array([0.25, 0.35, 0.45])
    for eye in (36, 58):
        rgb[40:45, eye : eye + 6] = 0.02
    return rgb


def bright_sky() -> np.ndarray:
    rgb = SCENES[1] * 0.6
    rgb[: SIDE // 2] = np.linspace((0.5, 0.65, 0.9), (0.8, 0.88, 0.95), SIDE // 2)[:, None]
    return rgb


MEANT = {
    night: {"under_exposed", "low_contrast", "flat"},
    document: set(),
    snow: set(),
    product: {"clipped_highlights", "over_exposed"},
    high_key: {"flat", "low_contrast"},
    bright_sky: set(),
}


@pytest.mark.parametrize("scene", MEANT, ids=lambda scene: scene.__name__)
def test_what_is_no_haze_is_none_and_other_findings_are_facts(scene) -> None:
    found = looked_at([scene()])
    has = {name for name, one in found.items() if one.images}
    assert "haze" not in has
    assert has <= MEANT[scene] | {"colour_cast"} - {"haze"}, has


def test_one_image_is_judged_like_thousands() -> None:
    hazy = perturbations["haze"](SCENES[0], 0.3)
    alone, among = looked_at([hazy]), looked_at([hazy, *SCENES])
    for name, one in alone.items():
        assert one.scores[0] == among[name].scores[0]
        assert one.threshold == among[name].threshold
        assert bool(one.images) == (one.ids[0] in among[name].images)


def test_the_veil_is_that_of_a_loop_over_windows() -> None:
    codes = np.stack([training_copy(rgb, 64) for rgb in SCENES[:2]])
    light, half = codes / 255, 6
    for n, found in enumerate(veil(codes)):
        total = weights = 0.0
        for i in range(64):
            for j in range(64):
                part = light[n, max(i - half, 0) : i + half + 1, max(j - half, 0) : j + half + 1]
                y = part @ np.array([0.2126, 0.7152, 0.0722])
                weight = (y.max() - y.min()) ** 2
                total += weight * min(part.min() / max(y.max(), 0.1), 1)
                weights += weight
        assert found == pytest.approx(total / (weights + 1e-3), abs=1e-5)


@pytest.mark.parametrize("shade", [0, 3, 128, 255])
def test_where_nothing_is_to_be_seen_there_is_no_veil(shade: int) -> None:
    assert veil(np.full((1, 64, 64, 3), shade, np.uint8))[0] == 0
    assert len(veil(np.empty((0, 64, 64, 3), np.uint8))) == 0
