"""The map in a file of its own: whole, worded, and honest about what it leaves out."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import map_file, steps
from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.map_file import colour_choices, map_bytes, write_map
from contrast_engine.store import Workspace

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).parents[1] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen sample photographs, scanned and measured."""
    workspace = Workspace(tmp_path_factory.mktemp("map") / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace.root


@pytest.fixture
def measured(first: Path, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(first, tmp_path / "measured.contrast"))


@pytest.fixture
def clustered(first: Path, tmp_path: Path) -> Workspace:
    workspace = Workspace(shutil.copytree(first, tmp_path / "clustered.contrast"))
    steps.project(workspace, "pca")
    steps.cluster(workspace, "kmeans")
    return workspace


def page_of(content: bytes) -> tuple[str, dict]:
    """The words at the top of the page, and what it knows of each image."""
    text = content.decode()
    images = re.search(r'id="images">(.*?)</script>', text, re.DOTALL)
    return text[: text.index("</header>")], json.loads(images[1])


def test_a_map_is_written_with_the_words_and_pictures_of_every_image(clustered, tmp_path):
    done = write_map(clustered, tmp_path / "map.html")
    head, images = page_of((tmp_path / "map.html").read_bytes())
    assert done == {
        "path": str(tmp_path / "map.html"), "map": clustered.current("maps"),
        "colour": "cluster", "images": len(clustered.images.ids),
    }  # fmt: skip
    assert set(images) == set(clustered.images.ids)
    assert all(one["shown"].startswith("data:image/webp;base64,") for one in images.values())
    of = clustered.load(clustered.current("clusterings")).of
    for image, one in images.items():
        assert one["words"].endswith(f", Cluster {of[image]}")
    assert "Trustworthiness" in head
    assert "drawn by lot" not in head


def test_a_measure_is_said_with_its_unit_and_coloured_between_robust_limits(clustered, tmp_path):
    write_map(clustered, tmp_path / "map.html", "c_rms")
    text = (tmp_path / "map.html").read_text("utf-8")
    _, images = page_of(text.encode())
    assert all(one["words"].endswith(" ratio") for one in images.values())
    values = clustered.load(clustered.current("features")).column("c_rms")
    (low,) = re.findall(r'"cmin":([\d.e-]+)', text)
    assert float(low) == pytest.approx(np.percentile(values, 2))


def test_of_very_many_images_a_part_brings_its_picture_and_the_page_says_so(clustered, monkeypatch):
    monkeypatch.setattr(map_file, "MOST_PICTURES", 5)
    key = clustered.current("maps")
    content = map_bytes(clustered, key, f"cluster@{clustered.current('clusterings')}")
    head, images = page_of(content)
    n = len(clustered.images.ids)
    assert len(images) == n
    assert sum(bool(one["shown"]) for one in images.values()) == 5
    assert f"Pictures of 5 of {n} images, drawn by lot." in head


def test_a_map_in_depth_says_that_it_is_drawn_flat(clustered):
    key = steps.project(clustered, "pca", options={"n_components": 3})
    head, _ = page_of(map_bytes(clustered, key, f"cluster@{clustered.current('clusterings')}"))
    assert "the first two of 3 directions" in head


def test_what_cannot_be_written_is_refused_with_what_there_is(measured, clustered, tmp_path):
    with pytest.raises(NotEnoughData, match="contrast project"):
        write_map(measured, tmp_path / "map.html")
    with pytest.raises(UnknownName, match="there are: cluster"):
        write_map(clustered, tmp_path / "map.html", "charm")
    with pytest.raises(OptionError, match="no folder"):
        write_map(clustered, tmp_path / "nowhere" / "map.html")
    assert not list(tmp_path.glob("*.html"))


def test_only_what_exists_can_be_chosen_as_a_colour(measured, clustered):
    assert "cluster" not in colour_choices(measured, "0" * 16)
    choices = colour_choices(clustered, "0" * 16)
    assert "cluster" in choices
    assert "predicted" not in choices
