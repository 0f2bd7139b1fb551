"""The map in a file of its own: whole, worded, and honest about what it leaves out."""

import json
import re
import shutil
from base64 import b64decode
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


def parts_of(content: bytes) -> tuple[str, dict]:
    """The whole page, and what its map is made of."""
    text = content.decode()
    parts = re.search(r'id="parts">(.*?)</script>', text, re.DOTALL)
    return text, json.loads(parts[1])


def array(url: str, kind: str) -> np.ndarray:
    return np.frombuffer(b64decode(url.partition(",")[2]), dtype=kind)


def test_a_map_is_written_with_places_names_pictures_and_clusters_of_every_image(
    clustered, tmp_path
):
    clustering, key = clustered.current("clusterings"), clustered.current("maps")
    clustered.labels.name_cluster(clustering, 1, "</script><b>", "ann")
    done = write_map(clustered, tmp_path / "map.html")
    text, parts = parts_of((tmp_path / "map.html").read_bytes())
    n = len(clustered.images.ids)
    assert done == {
        "path": str(tmp_path / "map.html"), "map": key, "colour": "cluster", "images": n,
    }  # fmt: skip
    place, urls, first = clustered.load(key), parts["urls"], parts["colourings"][0]
    assert array(urls["xy"], "<f4").tolist() == place.values.astype("<f4").ravel().tolist()
    assert array(urls["ids"], "u1").tobytes().hex() == "".join(place.ids)
    assert all(urls["thumb"][image].startswith("data:image/webp;base64,") for image in place.ids)
    assert set(parts["names"]) == set(place.ids)
    names = [name for name, _, _ in first["legend"]["entries"]]
    assert names[1] == "</script><b>"
    assert text.count("<b>") == 0, "a name is data, never markup"
    of = clustered.load(clustering).of
    codes = array(first["colour"], "u1").tolist()
    assert codes == [of[image] for image in place.ids]
    assert "Trustworthiness" in text
    assert "drawn by lot" not in text


def test_every_colour_comes_along_the_one_asked_for_first(clustered, monkeypatch):
    key, measured = clustered.current("maps"), clustered.current("features")
    table = clustered.load(measured)
    what = f"feature.c_rms@{measured}"
    _, parts = parts_of(map_bytes(clustered, key, what))
    first, *others = parts["colourings"]
    assert first["legend"]["kind"] == "scale"
    assert first["legend"]["low"] == pytest.approx(np.percentile(table.column("c_rms"), 2))
    assert array(first["values"], "<f4") == pytest.approx(table.column("c_rms"))
    wanted = {words for name, (words, _) in colour_choices(clustered, key).items()
              if name not in ("strangers", "torn")}  # fmt: skip
    assert {one["words"] for one in (first, *others)} == wanted
    assert len(others) == len(wanted) - 1
    monkeypatch.setattr(map_file, "MOST_RECOLOURED", 5)
    assert len(parts_of(map_bytes(clustered, key, what))[1]["colourings"]) == 1


def test_of_very_many_images_a_part_brings_its_picture_and_the_page_says_so(clustered, monkeypatch):
    monkeypatch.setattr(map_file, "MOST_PICTURES", 5)
    key = clustered.current("maps")
    text, parts = parts_of(map_bytes(clustered, key, f"cluster@{clustered.current('clusterings')}"))
    assert len(parts["urls"]["thumb"]) == 5
    assert f"Pictures of 5 of {len(clustered.images.ids)}, drawn by lot." in text


def test_a_map_in_depth_can_be_turned_there_too(clustered):
    key = steps.project(clustered, "pca", options={"n_components": 3})
    _, parts = parts_of(map_bytes(clustered, key, f"cluster@{clustered.current('clusterings')}"))
    points = array(parts["urls"]["xyz"], "<f4")
    assert points.tolist() == clustered.load(key).values.astype("<f4").ravel().tolist()
    assert "xy" not in parts["urls"]
    assert not parts["axes"]["ticks"]


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
