import csv
import io
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import CollectionError
from contrast_engine.perturb import perturbations
from contrast_engine.progress import Cancelled
from contrast_engine.samples import make_sample, make_samples
from contrast_engine.samples.cutting import SIZE, cut, takes
from contrast_engine.samples.origin import origin
from contrast_engine.samples.sources import SOURCES
from contrast_engine.samples.variants import AS_IS, VARIANTS

HOME = Path(__file__).parents[1] / "sample_data"

needs_sources = pytest.mark.skipif(
    find_spec("skimage") is None,
    reason="scikit-image, which carries the photographs, is not installed (it is in the dev extra)",
)


def truth() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((HOME / "truth.csv").read_text("utf-8"))))


def box(crop: str) -> tuple[int, int, int, int]:
    width, height, left, top = map(int, re.fullmatch(r"(\d+)x(\d+)\+(\d+)\+(\d+)", crop).groups())
    return left, top, left + width, top + height


@needs_sources
@pytest.mark.parametrize("number", [0, 20, 90, 135, 183, 239])
def test_a_sample_is_remade_byte_for_byte(number):
    sample = make_sample(list(takes())[number])
    assert (HOME / sample.file).read_bytes() == sample.jpeg


@needs_sources
def test_another_seed_gives_another_picture():
    take = next(iter(takes()))
    assert make_sample(take, seed=1).crop != make_sample(take, seed=0).crop


@pytest.mark.slow
@needs_sources
def test_no_crop_is_enlarged_and_none_leaves_its_photograph():
    for take in takes():
        crop, rgb = cut(take, 0)
        height, width = rgb.shape[:2]
        assert (width, height) <= (crop.width, crop.height)
        assert max(width, height) == min(SIZE, max(crop.width, crop.height))
        assert width / height == pytest.approx(crop.width / crop.height, rel=0.02)


@needs_sources
def test_making_samples_can_be_cancelled(tmp_path):
    class Impatient:
        def tick(self, done, total, note="", **metrics):
            if done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        make_samples(tmp_path, progress=Impatient())
    assert len(list(tmp_path.glob("*.jpg"))) == 2


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CollectionError, match=r"cannot be written to .*file"):
        make_samples(tmp_path / "file")


def test_a_changed_photograph_is_refused(monkeypatch, tmp_path):
    package = tmp_path / "skimage"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "data" / "camera.png").write_bytes(b"another picture")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CollectionError, match=r"camera\.png is not the photograph"):
        SOURCES["filming"].read()


def test_there_are_about_240_small_photographs():
    files = sorted(HOME.glob("*.jpg"))
    assert len(files) == 240
    assert sum(p.stat().st_size for p in files) < 6_000_000
    for path in files:
        with Image.open(path) as image:
            image.load()
            assert image.mode == "RGB"
            assert 150 <= max(image.size) <= SIZE
            assert np.asarray(image.convert("L")).std() > 3, f"{path.name} is nearly empty"


def test_the_truth_lists_every_photograph_once():
    assert [row["file"] for row in truth()] == sorted(p.name for p in HOME.glob("*.jpg"))
    assert {p.name for p in HOME.iterdir() if p.suffix != ".jpg"} == {"truth.csv", "ORIGIN.md"}


def test_file_names_say_source_and_variant_in_plain_words():
    for row in truth():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*(-2)?(-[a-z]+)*\.jpg", row["file"])
        assert row["file"].startswith(row["source"] + "-")
        if row["variant"] != AS_IS:
            assert row["file"].endswith(row["variant"].replace(" ", "-") + ".jpg")


def test_every_strength_is_one_its_variant_can_have():
    for row in truth():
        if row["variant"] == AS_IS:
            assert row["strength"] == ""
            continue
        variant = VARIANTS[row["variant"]]
        assert variant.low <= float(row["strength"]) <= variant.high
        perturbations[variant.perturbation].check(float(row["strength"]))


def test_the_collection_is_not_a_wall_of_copies():
    rows = truth()
    crops = Counter((row["source"], row["crop"]) for row in rows)
    assert max(crops.values()) == 2
    assert sum(n == 2 for n in crops.values()) <= 30
    for (source, crop), n in crops.items():
        if n == 2:
            assert (
                len({r["variant"] for r in rows if (r["source"], r["crop"]) == (source, crop)}) == 2
            )
    as_is = [r for r in rows if r["variant"] == AS_IS]
    assert 0.25 < len(as_is) / len(rows) < 0.5
    for a in as_is:
        for b in as_is:
            if a["source"] == b["source"] and a["file"] < b["file"]:
                assert overlap(box(a["crop"]), box(b["crop"])) < 0.6, (a["file"], b["file"])


def overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    """Intersection over union of two rectangles."""
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = [(r[2] - r[0]) * (r[3] - r[1]) for r in (a, b)]
    return width * height / (sum(areas) - width * height)


def test_every_variant_is_there_and_strengths_are_spread():
    rows = truth()
    assert {row["variant"] for row in rows} == {AS_IS, *VARIANTS}
    for name in ("haze", "low range", "harsh", "dark", "bright"):
        strengths = sorted(float(r["strength"]) for r in rows if r["variant"] == name)
        assert len(strengths) >= 10
        span = VARIANTS[name].high - VARIANTS[name].low
        assert strengths[-1] - strengths[0] > span / 2


def test_the_origin_names_author_and_licence_of_every_photograph():
    text = (HOME / "ORIGIN.md").read_text("utf-8")
    assert text == origin(0)
    assert {row["source"] for row in truth()} == set(SOURCES)
    for source in SOURCES.values():
        for fact in (source.author, source.licence, source.file, source.origin, source.sha256):
            assert fact in text


def test_measured_contrast_follows_the_truth():
    """Low range, haze and flat pictures have less contrast than harsh ones of the same source."""
    spreads: dict[str, list[float]] = {}
    for row in truth():
        with Image.open(HOME / row["file"]) as image:
            spreads.setdefault(row["variant"], []).append(
                float(np.asarray(image.convert("L")).std())
            )
    mean = {name: float(np.mean(values)) for name, values in spreads.items()}
    assert max(mean["haze"], mean["low range"], mean["flat"]) < 0.8 * mean[AS_IS]
    assert mean["harsh"] > 1.1 * mean[AS_IS]


@needs_sources
def test_samples_are_not_written_over_another_file_unless_told(tmp_path):
    class Impatient:
        def tick(self, done, total, note="", **metrics):
            if done == 3:
                raise Cancelled

    with pytest.raises(Cancelled):
        make_samples(tmp_path, progress=Impatient())
    _, second = sorted(tmp_path.glob("*.jpg"), key=lambda file: file.stat().st_mtime_ns)[:2]
    second.write_bytes(b"mine")
    with pytest.raises(CollectionError, match=f"{second.name} is there already"):
        make_samples(tmp_path, overwrite=False)
    assert second.read_bytes() == b"mine"
    with pytest.raises(Cancelled):
        make_samples(tmp_path, progress=Impatient())
    assert second.read_bytes() != b"mine"
