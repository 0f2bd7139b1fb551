"""New photographs on the pages of a collection that is mapped, clustered and learnt from."""

from pathlib import Path

import cv2
import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.colouring import map_colouring
from contrast_engine.steps.structure.placed import placed_images
from contrast_engine.store import Workspace
from contrast_engine.views.structure.placing import FAR, PLACED, placed_as, to_place
from tests.pages.conftest import N_IMAGES, photograph

PAGES = ("structure/map.py", "structure/clusters.py", "models/model.py")


def words(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.success)
    return "\n".join(str(part.value) for part in parts)


def gathered(workspace: Workspace, folder: Path, count: int = 2, *, place: bool = False) -> None:
    folder.mkdir(exist_ok=True)
    for row in range(N_IMAGES, N_IMAGES + count):
        cv2.imwrite(str(folder / f"photo {row:02d}.png"), photograph(row))
    steps.gather(workspace, [folder], place=place)


def test_a_button_places_new_images_in_all_that_is_in_use(
    at_stage, visit, finish, tmp_path: Path
) -> None:
    workspace = at_stage("trained")
    gathered(workspace, tmp_path / "new")
    key = str(workspace.current("maps"))
    assert to_place(workspace, key) == 2
    app = visit("structure/clusters.py")
    assert not app.exception, [e.message for e in app.exception]
    button = next(one for one in app.button if one.label == "Place the new images (2)")
    app = button.click().run()
    finish(workspace)
    assert not app.exception, [e.message for e in app.exception]
    for page in PAGES:
        app = visit(page)
        assert not app.exception, [e.message for e in app.exception]
        said = words(app)
        assert "2 more were placed" in said, page
        assert "Out of date" not in said, page
    decision = workspace.decision("maps")
    assert decision is not None
    assert decision.who == "me"


def test_a_placed_image_is_said_to_be_placed(at_stage, visit, tmp_path: Path) -> None:
    workspace = at_stage("trained")
    gathered(workspace, tmp_path / "new", place=True)
    key = str(workspace.current("maps"))
    image = placed_images(workspace, key)[0]
    assert placed_as(workspace, key, image).startswith("placed")
    assert not placed_as(workspace, key, workspace.load(key).ids[0])
    app = visit("structure/map.py", image=image, colour="placed")
    assert not app.exception, [e.message for e in app.exception]
    assert "On the map: placed" in words(app)
    legend = map_colouring(workspace, key, f"placed@{key}").legend
    assert {name for name, _, _ in legend.entries} & {PLACED, FAR}


@pytest.mark.parametrize(
    "page", ["overview/overview.py", "evidence/evidence.py", "labels/label.py"]
)
def test_other_pages_go_on_with_what_has_grown(page: str, at_stage, visit, tmp_path: Path) -> None:
    workspace = at_stage("validated")
    gathered(workspace, tmp_path / "new", place=True)
    app = visit(page)
    assert not app.exception, [e.message for e in app.exception]
    assert "images were added since" not in words(app)


def test_photographs_that_are_added_on_the_page_are_placed(
    at_stage, visit, finish, tmp_path: Path
) -> None:
    workspace = at_stage("trained")
    folder = tmp_path / "new"
    folder.mkdir()
    cv2.imwrite(str(folder / "photo.png"), photograph(N_IMAGES))
    app = visit("collection/collection.py")
    app.text_input(key="collection.source").set_value(str(folder))
    app = next(one for one in app.button if one.label == "Scan and measure").click().run()
    assert not app.exception, [e.message for e in app.exception]
    finish(workspace)
    assert len(workspace.images) == N_IMAGES + 1
    assert len(placed_images(workspace, str(workspace.current("maps")))) == 1
