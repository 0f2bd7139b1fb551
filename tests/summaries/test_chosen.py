"""Some images against the rest: what is said, when it is warned of, what is handed out."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.randomness import generator
from contrast_engine.selection import togetherness
from contrast_engine.store import Workspace
from contrast_engine.summaries import chosen_bytes, chosen_words
from contrast_engine.vectors import ImageId, Vectors

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::30]


def two_groups() -> Vectors:
    """Forty images in one group, ten in another that is brighter, named by their row."""
    values = generator(1, "chosen").normal(size=(50, 3))
    values[40:, 0] += 12
    ids = tuple(ImageId(f"{row:016x}") for row in range(50))
    return Vectors(ids, values, ("mean_y", "skew", "gcf"))


def test_a_group_is_said_to_be_what_it_is_and_not_warned_of() -> None:
    space = two_groups()
    found = chosen_words(space, space.ids[40:])
    assert "other 40 images: **bright" in found.sentence
    assert "higher in 100% of pairs" in found.sentence
    assert found.warning == ""
    bars = found.bars.data[0]
    assert bars.x[0] == pytest.approx(1)
    assert len(bars.error_x.array) == len(bars.x) == 3


def test_images_from_everywhere_are_warned_of() -> None:
    space = two_groups()
    scattered = space.ids[::5]
    found = togetherness(space, scattered)
    assert found is not None
    assert found.share < 0.5 * found.possible
    assert "not in the space of all measures" in chosen_words(space, scattered).warning


def test_a_ball_around_one_image_is_a_neighbourhood_at_the_edge_too() -> None:
    space = two_groups()
    edge = space.values[np.abs(space.values[:, 1]).argmax()]
    near = np.argsort(np.square(space.values - edge).sum(axis=1))[:12]
    found = togetherness(space, [space.ids[row] for row in near])
    assert found is not None
    assert found.is_neighbourhood


def test_of_very_few_and_of_most_images_nothing_is_claimed() -> None:
    space = two_groups()
    assert togetherness(space, space.ids[:2]) is None
    assert togetherness(space, space.ids[:30]) is None
    assert chosen_words(space, space.ids).bars is None
    assert chosen_words(space, space.ids[:1]).bars is None


def test_a_selection_is_handed_out_with_its_files_and_what_was_left_out(tmp_path: Path) -> None:
    for folder, sample in (("one", SAMPLES[0]), ("two", SAMPLES[1]), ("two", SAMPLES[2])):
        (tmp_path / folder).mkdir(exist_ok=True)
        name = "same.jpg" if sample != SAMPLES[2] else "gone.jpg"
        (tmp_path / folder / name).write_bytes(sample.read_bytes())
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, [tmp_path / "one", tmp_path / "two", SAMPLES[3]])
    ids = [workspace.images.find(p) for p in sorted(tmp_path.glob("*/*.jpg"))]
    (tmp_path / "two" / "gone.jpg").unlink()
    rows = list(csv.DictReader(io.StringIO(chosen_bytes(workspace, ids, "csv").decode())))
    assert {row["id"] for row in rows} == set(ids)
    packed = zipfile.ZipFile(io.BytesIO(chosen_bytes(workspace, ids, "zip")))
    names = packed.namelist()
    assert sum(name.endswith("same.jpg") for name in names) == 2
    assert {"table.csv", "left-out.txt"} <= set(names)
    assert "gone.jpg" in packed.read("left-out.txt").decode()
    assert packed.read("same.jpg") == SAMPLES[0].read_bytes()
    assert chosen_bytes(workspace, ids, "parquet").startswith(b"PAR1")
