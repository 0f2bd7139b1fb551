"""What is said about one image: its tones, its spectrum, where it stands out."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage, read_image
from contrast_engine.steps.image.analyse import analyse, analyse_pixels
from contrast_engine.store import Workspace
from contrast_engine.views.image.analysis import image_analysis, similar_images, stands_out
from contrast_engine.views.outcomes import result_or_reason

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::24]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("anatomy") / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace


def test_the_line_through_the_spectrum_has_the_slope_that_is_measured() -> None:
    image = read_image(SAMPLES[2])
    slope = measure_image(image)["spectral_slope"]
    parts = image_analysis(analyse_pixels(image))
    assert f"{abs(slope):.2f}" in parts.spectrum_words
    line = parts.spectrum.data[0]
    x, y = np.log10(np.array(line.x)), np.log10(np.array(line.y))
    assert (y[-1] - y[0]) / (x[-1] - x[0]) == pytest.approx(slope)


def test_the_marks_on_the_tones_are_the_percentiles_that_are_measured() -> None:
    image = read_image(SAMPLES[2])
    low, high = image.lightness_range
    figure = image_analysis(analyse_pixels(image)).tones
    assert [shape.x0 for shape in figure.layout.shapes] == pytest.approx([low, high])
    assert sum(figure.data[0].y) == pytest.approx(1)


def test_a_flat_picture_has_tones_but_no_spectrum() -> None:
    parts = image_analysis(analyse_pixels(LinearImage(np.full((40, 40, 3), 0.2))))
    assert parts.spectrum is None
    assert "flat" in parts.spectrum_words


def test_a_file_that_is_gone_is_said_to_be_gone(measured: Workspace, tmp_path: Path) -> None:
    copy = tmp_path / "photo.jpg"
    copy.write_bytes(SAMPLES[0].read_bytes())
    other = Workspace(tmp_path / "other.contrast")
    steps.gather(other, [copy])
    assert result_or_reason(analyse, other, other.images.ids[0])[0] is not None
    copy.unlink()
    found, reason = result_or_reason(analyse, other, other.images.ids[0])
    assert found is None
    assert "photo.jpg" in reason


def test_a_file_whose_name_is_not_utf8_is_opened(tmp_path: Path) -> None:
    path = tmp_path / b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    path.write_bytes(SAMPLES[0].read_bytes())
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, [tmp_path])
    parts, reason = result_or_reason(analyse, workspace, workspace.images.ids[0])
    assert parts is not None, reason


def test_the_most_alike_come_nearest_first_and_without_itself(measured: Workspace) -> None:
    image = measured.images.ids[0]
    found = similar_images(steps.space(measured).vectors, image, 4)
    assert len(found) == 4
    assert image not in dict(found)
    assert [float(words) for _, words in found] == sorted(float(words) for _, words in found)


def test_only_what_is_far_from_the_middle_is_said() -> None:
    assert stands_out({"c_rms": 50.0, "sharpness": 1.0}).startswith("Close to the middle")
    said = stands_out({"c_rms": 15.0, "chroma_mean": 99.0, "mean_y": 50.0})
    assert said == "Vivid, weak overall contrast, compared with the collection."
