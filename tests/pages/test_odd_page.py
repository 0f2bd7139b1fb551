"""The page of similar and odd images."""

import cv2
import numpy as np

from contrast_engine.randomness import generator


def written(app) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.text))


def test_odd_images_come_with_their_reason(at_stage, visit) -> None:
    at_stage("measured")
    app = visit("explore/odd.py")
    assert not app.exception
    assert "Showing 12 of 30 images" in written(app)
    assert "deviations above the rest" in written(app) or "combination" in written(app)


def test_doubles_are_counted(at_stage, visit) -> None:
    at_stage("measured")
    app = visit("explore/odd.py", view="double")
    assert not app.exception
    assert "groups, largest first" in written(app)


def test_a_file_from_outside_finds_its_like_or_says_why_not(at_stage, visit) -> None:
    at_stage("measured")
    noise = generator(5, "outside").integers(0, 256, (60, 80, 3)).astype(np.uint8)
    app = visit("explore/odd.py", view="like")
    app.file_uploader[0].set_value(
        ("new.png", cv2.imencode(".png", noise)[1].tobytes(), "image/png")
    )
    app.run()
    assert not app.exception
    assert "The 24 nearest of 30 images" in written(app)
    app.file_uploader[0].set_value(("bad.png", b"nothing", "image/png"))
    app.run()
    assert app.error
