"""Files that were read otherwise before: read and measured again, and all others left alone."""

import dataclasses
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import ReadingOptions, examine, read_image
from contrast_engine.images.reader_version import is_of_now, options_of, reading_recipe
from contrast_engine.imageset import ImageSet
from contrast_engine.steps import gather, measure, scan
from contrast_engine.steps.collection.doubtful_files import files_in_doubt
from contrast_engine.steps.collection.measured_rows import STEP, recipe
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies
from contrast_engine.steps.encoders.train import reading_of_images
from contrast_engine.store import Artifact, Workspace, parquet
from contrast_engine.store.file_table import decode_files, encode_files
from contrast_engine.store.row_cache import RowCache
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.vectors import Vectors
from contrast_engine.views.collection.progress import workflow_state

USUAL_WORDS = {
    "a.jpg": "1", "b.png": "1", "c.webp": "1", "deep.png": "2", "adobe.jpg": "2",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A JPEG, a PNG and a WebP as ever; 16 bits, and Adobe RGB by EXIF, as only now."""
    home = tmp_path / "photos"
    home.mkdir()
    codes = np.random.default_rng(0).integers(0, 256, (5, 40, 60, 3), np.uint8)
    for pixels, name in zip(codes, ("a.jpg", "b.png", "c.webp"), strict=False):
        Image.fromarray(pixels).save(home / name)
    deep = codes[3].astype(np.uint16) * 257
    cv2.imwrite(str(home / "deep.png"), deep)
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0xA001: 65535, 0xA005: {1: "R03"}})
    Image.fromarray(codes[4]).save(home / "adobe.jpg", exif=exif)
    return home


@pytest.fixture
def of_before(tmp_path, folder):
    """A workspace as the first version left it, with wrong numbers where it was wrong."""
    workspace = Workspace(tmp_path / "w.contrast")
    scan(workspace, [folder])
    files = [dataclasses.replace(file, reader="") for file in workspace.images.files]
    workspace.save_files(files)
    ids = tuple(sorted(workspace.images.ids))
    rows = {}
    for image in ids:
        path = Path(workspace.images.path(image))
        right = np.array(list(measure_image(read_image(path)).values()))
        rows[image] = right + 1 if USUAL_WORDS[path.name] == "2" else right
    key = Artifact("features", STEP, recipe([]), ids).key
    cache = workspace.root / "features" / f"rows-{Artifact('features', STEP, recipe([])).key}"
    RowCache(cache, feature_names()).add(rows)
    table = Vectors(ids, np.stack([rows[i] for i in ids]), feature_names())
    assert workspace.save(Artifact("features", STEP, recipe([]), ids), table) == key
    workspace.make_current("features", key)
    return workspace


def names(workspace, of=None):
    images = workspace.images
    return {Path(images.path(i)).name: i for i in images.ids if of is None or i in of}


def test_each_file_says_whether_it_is_read_as_ever(folder) -> None:
    assert {p.name: examine(p).facts.reader for p in folder.iterdir()} == USUAL_WORDS


@pytest.mark.parametrize("step", ["gather", "measure", "scan, then measure"])
def test_only_what_was_read_wrong_is_measured_again(of_before, step) -> None:
    old = of_before.load(of_before.current("features"))
    assert files_in_doubt(of_before) == 2, "the PNGs; the Adobe JPEG shows when it is looked at"
    if step == "gather":
        report = gather(of_before)
        again, report = report.scanned.read_again, report.measured
    elif step == "measure":
        report = measure(of_before)
        again = report.read_again
    else:
        again = scan(of_before).read_again
        assert workflow_state(of_before).read_again == 2
        report = measure(of_before)
    assert (again, report.computed) == (3, 2)
    new = of_before.load(report.key)
    known = names(of_before)
    for name, image in known.items():
        file = Path(of_before.images.path(image))
        assert new.row(image) == measure_image(read_image(file)), name
        assert (new.row(image) == old.row(image)) == (USUAL_WORDS[name] == "1"), name
    assert of_before.manifest(report.key).recipe == {**recipe([]), "reader": 2}
    assert set(of_before.images.read_otherwise) == {known["deep.png"], known["adobe.jpg"]}
    assert files_in_doubt(of_before) == workflow_state(of_before).read_again == 0
    again = measure(of_before)
    assert (again.key, again.computed, again.read_again) == (report.key, 0, 0)


def test_a_collection_of_plain_files_keeps_its_key(of_before, folder) -> None:
    for name in ("deep.png", "adobe.jpg"):
        (folder / name).unlink()
    measured = measure(of_before)
    of_before.save_files(f for f in of_before.images.files if Path(f.location).exists())
    ids = tuple(sorted(of_before.images.ids))
    plain = Artifact("features", STEP, recipe([]), ImageSet.of(ids)).key
    assert measured.computed == 0, "what is gone cannot be read again and keeps its row"
    assert (measure(of_before).key, scan(of_before).read_again) == (plain, 0)


def test_training_copies_are_made_again_of_what_was_read_wrong(of_before, folder) -> None:
    ids = tuple(sorted(of_before.images.ids))
    wrong = np.zeros((USUAL_SIZE, USUAL_SIZE, 3), np.uint8)
    TrainingCache(of_before.root, USUAL_SIZE).save(((image, wrong) for image in ids), len(ids))
    before = reading_of_images(of_before, ids)
    measure(of_before)
    for path in folder.iterdir():
        path.unlink()  # measuring left the copies behind
    there, pixels = copies(of_before, ids, USUAL_SIZE)
    assert there == ids
    made_again = {image for image, copy in zip(there, pixels, strict=True) if copy.any()}
    assert made_again == set(of_before.images.read_otherwise)
    assert (before, reading_of_images(of_before, ids)) == ({}, {"reading": {"reader": 2}})


def test_the_table_of_files_is_read_by_programs_of_before(of_before) -> None:
    scan(of_before)
    files = of_before.images.files
    data = encode_files(files, of_before.root)
    assert decode_files(data, of_before.root) == files
    assert "reader" not in parquet.decode(data)[0], "one more column is a damaged table to them"


def test_problems_of_before_are_tried_again_once(of_before, folder) -> None:
    files = [
        dataclasses.replace(file, problem="it is a HEIC photo", id=None, reader="")
        if file.path.endswith("a.jpg")
        else file
        for file in of_before.images.files
    ]
    of_before.save_files(files)
    assert scan(of_before).problems == ()
    (folder / "words.jpg").write_text("no picture at all")
    scan(of_before)
    assert scan(of_before).read_again == 0
    of_before.choose_reading_options(ReadingOptions(max_pixels=200_000_000))
    assert scan(of_before).read_again == 1, "another limit may let it in"


def test_an_option_reads_again_only_what_rests_on_it(of_before) -> None:
    measure(of_before)
    known = names(of_before)
    of_before.save_files(
        dataclasses.replace(file, reader="2 white=P99.5") if file.id == known["b.png"] else file
        for file in of_before.images.files
    )
    usual = measure(of_before)
    assert usual.computed == 1, "it has no row of the second reader yet"
    of_before.choose_reading_options(ReadingOptions(white="P90"))
    assert Workspace(of_before.root).reading_options.white == "P90"
    assert files_in_doubt(of_before) == 1
    table = recipe(["1", "2 white=P90"])
    assert table == {**recipe([]), "reader": 2, "white": "P90"}
    assert measure(of_before).read_again == 1
    of_before.choose_reading_options(ReadingOptions())
    assert "reading" not in (of_before.root / "workspace.json").read_text()


@pytest.mark.parametrize(
    ("readers", "wanted"),
    [
        ([], {}),
        (["", "1", "1 max_pixels=100000000"], {}),
        (["1", "2"], {"reader": 2}),
        (["2 white=P99.5"], {"reader": 2}),
        (["2 white=P90", "2"], {"reader": 2, "white": "P90"}),
        (["2 white=P90", "2 white=P99.5"], {"reader": 2, "white": ["P90", "P99.5"]}),
        (["2 window=40:400", "1"], {"reader": 2, "window": "40:400"}),
        (["2 window="], {"reader": 2}),
    ],
)
def test_a_question_names_what_of_reading_is_not_as_ever(readers, wanted) -> None:
    assert reading_recipe(readers) == wanted


def test_a_file_is_of_now_where_its_own_options_are() -> None:
    usual, other = ReadingOptions(), ReadingOptions(white="P90", max_pixels=50_000_000)
    assert options_of("2 white=P99.5 window=") == {"white": "P99.5", "window": ""}
    assert is_of_now("2 white=P99.5", 10, usual)
    assert not is_of_now("2 white=P99.5", 10, other)
    assert is_of_now("1", 10, other)
    assert not is_of_now("1", 60_000_000, other), "larger than what may be decoded now"
    assert is_of_now("1 max_pixels=50000000", 60_000_000, other)


def test_a_size_that_is_refused_is_read_once_more_is_allowed(tmp_path) -> None:
    home = tmp_path / "photos"
    home.mkdir()
    Image.new("L", (200, 100), 99).save(home / "large.png")
    Image.effect_noise((60, 40), 50).save(home / "small.png")
    workspace = Workspace(tmp_path / "w.contrast")
    workspace.choose_reading_options(ReadingOptions(max_pixels=10_000))
    (problem,) = scan(workspace, [home]).problems
    assert "at most 0.01 are decoded" in problem.reason
    first = measure(workspace)
    workspace.choose_reading_options(ReadingOptions())
    report = measure(workspace)
    assert (report.read_again, report.computed, report.images) == (1, 1, 2)
    workspace.choose_reading_options(ReadingOptions(max_pixels=10_000))
    assert len(scan(workspace).problems) == 1
    assert measure(workspace).key == first.key, "size decides whether, never what"


@pytest.mark.slow
def test_copies_of_the_samples_keep_every_key_and_word(tmp_path) -> None:
    samples = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[:12]
    home = tmp_path / "photos"
    home.mkdir()
    for file in samples:
        shutil.copy(file, home)
    workspace = Workspace(tmp_path / "w.contrast")
    gather(workspace, [home])
    assert workspace.images.read_otherwise == {}
    key = workspace.current("features")
    assert workspace.manifest(key).recipe == recipe([])
    assert scan(workspace).read_again == 0
