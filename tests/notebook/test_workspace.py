"""What a notebook asks of a workspace: typed results, and outputs that show what they are."""

import inspect
import re
import typing
from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import (
    Clustering,
    NotEnoughData,
    OptionError,
    Predictions,
    Report,
    UnknownName,
    Vectors,
    Workspace,
)
from contrast_engine.notebook.workspace import GETTERS
from contrast_engine.store import workspace as store
from contrast_engine.store.artifacts import KINDS

TYPES = {"features": Vectors, "map": Vectors, "clustering": Clustering, "evidence": Report,
         "predictions": Predictions, "embedding": Vectors}  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "w.contrast")


def test_every_kind_of_result_that_people_ask_for_has_a_getter() -> None:
    assert {*GETTERS} == {*KINDS} - {"attributes", "neighbours"}
    assert {getter for getter, _ in GETTERS.values()} == {*TYPES}


@pytest.mark.parametrize(("kind", "getter"), [(kind, one) for kind, (one, _) in GETTERS.items()])
def test_a_getter_gives_its_type_by_key_or_what_is_in_use(
    whole: Workspace, empty: Workspace, kind: str, getter: str
) -> None:
    get = getattr(Workspace, getter)
    assert typing.get_type_hints(get)["return"] is TYPES[getter]
    key = whole.current(kind)
    if kind != "embeddings":
        assert key is not None
        assert isinstance(get(whole), TYPES[getter])
        assert repr(get(whole, key)) == repr(get(whole))
    with pytest.raises(NotEnoughData, match=r"there (is|are) no \w+ yet; .*steps\."):
        get(empty)
    with pytest.raises(UnknownName, match="no result 'nothing'"):
        get(whole, "nothing")
    other = whole.current("maps" if kind != "maps" else "features")
    with pytest.raises(UnknownName, match=rf"is not one of the {kind}.* workspace\.\w+\('{other}'"):
        get(whole, other)


def test_an_image_is_found_by_path_copy_or_id(whole: Workspace, tmp_path: Path) -> None:
    image = whole.images.ids[5]
    path = Path(whole.images.paths[image])
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(path.read_bytes())
    assert whole.find(path) == whole.find(str(copy)) == whole.find(image) == image
    with pytest.raises(UnknownName):
        whole.find("nowhere.jpg")


def test_what_the_outputs_of_cells_say_is_text(whole: Workspace) -> None:
    shown = whole._repr_html_()
    assert "14 images" in shown
    assert "1 file<" in shown
    assert "1 annotator and 1 simulated annotator" in shown
    evidence = whole.evidence()._repr_html_()
    assert "&lt;s&gt;" in evidence
    assert "a &amp; b" in evidence
    assert "0.4 to 0.6" in evidence
    pictures = whole.pictures(whole.images.ids)._repr_html_()
    assert "&lt;b&gt;&amp;.jpg" in pictures
    assert pictures.count("data:image/webp;base64,") == 14
    for html in (shown, evidence, pictures):
        assert not re.search(r"<(b|i|s|script)>|https?://", html)


def test_pictures_say_how_many_of_how_many_they_show(whole: Workspace) -> None:
    ids = whole.images.ids
    few = whole.pictures(ids, most=3)
    assert (len(few), few.of) == (3, 14)
    assert "showing 3 of 14 images" in few._repr_html_()
    assert repr(few).startswith("Pictures(3 of 14 images: ")
    named = whole.pictures(ids[:2], {ids[0]: "soft"})
    assert named.captions == ("soft", "")
    assert whole.pictures(ids[:2], ["a", "b"]).captions == ("a", "b")
    with pytest.raises(OptionError, match="2 images need as many captions, got 1"):
        whole.pictures(ids[:2], ["a"])
    with pytest.raises(UnknownName, match="no image 'x'"):
        whole.pictures(["x"])  # type: ignore[list-item]


def test_results_say_in_one_line_what_they_are(whole: Workspace) -> None:
    lines = {name: repr(getattr(whole, name)()) for name in TYPES if name != "embedding"}
    assert re.fullmatch(
        r"Clustering\(14 images: 2 clusters \(0: \d+, 1: \d+\)\)", lines["clustering"]
    )
    assert re.fullmatch(
        r"Predictions\(14 images: '\w+': \d+, '\w+': \d+; abstains: \d+\)", lines["predictions"]
    )
    assert lines["map"] == "Vectors(14 images, 2 columns: map_x, map_y)"
    assert lines["evidence"] == "Report(1 finding: 1 pass)"
    assert all(len(line) < 120 for line in lines.values())


def test_the_workspace_of_python_is_that_of_the_store_and_more(empty: Workspace) -> None:
    assert isinstance(empty, store.Workspace)
    own = {name for name in vars(Workspace) if not name.startswith("_")}
    assert not own & {*dir(store.Workspace)}
    assert isinstance(Workspace.open(empty.root), Workspace)
    for name in own:
        made: Callable[..., object] = getattr(Workspace, name)
        assert inspect.getdoc(made)


def test_an_image_shows_itself(whole: Workspace) -> None:
    from contrast_engine import read_image

    image = read_image(whole.original(whole.images.ids[0]))
    assert image._repr_png_().startswith(b"\x89PNG")
    assert re.fullmatch(r"LinearImage\(48 x 48; 8 bits, .*\)", repr(image))
    small = read_image(whole.original(whole.images.ids[0]), 24)
    assert repr(small).startswith("LinearImage(24 x 24 of 48 x 48; ")
