"""The ladder table, on photographs that nothing was fitted to."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import docs
from contrast_engine.cli import main
from contrast_engine.errors import NotEnoughData
from contrast_engine.images import LinearImage, read_image
from contrast_engine.perturb import contrast_ladders, ladder
from contrast_engine.validation.ladders import run_ladder, table_ladders

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data"
AMOUNTS = ("c_rms", "sigma_l", "gcf", "rammg", "lc_mean")
SIZE = 128


@pytest.fixture(scope="module")
def as_taken() -> list[LinearImage]:
    with (SAMPLES / "truth.csv").open(encoding="utf-8", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file) if row["variant"] == "as is"]
    return [read_image(SAMPLES / name, SIZE) for name in names[::3]]


def table(images, ladders) -> dict[tuple[str, str], float]:
    return {(c.measure, c.ladder): c.rho for c in run_ladder(images, ladders, AMOUNTS)}


@pytest.mark.slow
def test_amount_follows_scale_and_haze_on_every_sample_photograph(as_taken) -> None:
    scale, haze, _ = contrast_ladders()
    assert len(as_taken) > 20
    assert min(table(as_taken, [scale, haze]).values()) >= 0.99


def test_amount_follows_an_s_curve_on_photographs_of_middle_tones(as_taken) -> None:
    # The curve pushes tones away from middle grey: a night sky or a white page has them all on
    # one side, and there it brings them closer together.
    middling = [image for image in as_taken if 40 < image.lightness.mean() < 65]
    assert len(middling) > 8
    found = table(middling, contrast_ladders()[2:])
    assert min(found.values()) >= 0.85, found


def test_the_table_is_reached_on_photographs_of_everyday_scenes(shared_data) -> None:
    files = sorted((shared_data / "tid2013_contrast" / "references").glob("*.png"))
    found = table([read_image(file, SIZE) for file in files], contrast_ladders())
    curve = {"c_rms": 0.87, "sigma_l": 0.98, "gcf": 1.0, "rammg": 0.98, "lc_mean": 0.95}
    for (measure, name), rho in found.items():
        least = curve[measure] if name == "s_curve" else 0.99
        assert rho >= least - 0.005, (measure, name)


def test_gamma_rises_as_its_exponent_falls_and_a_still_measure_counts_nothing() -> None:
    rng = np.random.default_rng(0)
    image = LinearImage(rng.uniform(0.05, 0.9, (40, 50, 3)))
    gamma = next(one for one in table_ladders() if one.perturbation == "gamma")
    assert run_ladder([image], [gamma], ["mean_y"])[0].rho == 1
    still = run_ladder([image], [ladder("chroma_rotation", [0, 10, 20])], ["c_rms"])[0]
    assert abs(still.rho) <= 1
    flat = run_ladder([LinearImage(np.full((9, 9, 3), 0.5))], [gamma], ["c_rms"])[0]
    assert (flat.rho, flat.low, flat.high, flat.n) == (0, -1, 1, 1)


def test_the_interval_is_over_photographs() -> None:
    rng = np.random.default_rng(1)
    images = [LinearImage(rng.uniform(0, 1, (20, 20, 3))) for _ in range(4)]
    found = run_ladder(images, contrast_ladders()[:1], ["c_rms"])[0]
    assert found.low <= found.rho <= found.high
    assert found.n == 4
    with pytest.raises(NotEnoughData, match="at least one photograph"):
        run_ladder([], contrast_ladders())


def rows_of(text: str) -> dict[str, list[float]]:
    """The rows of the ladder table in a text, by feature."""
    lines = text[text.index("| feature | scale |") :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: [float(value) for value in values] for name, *values in cells}


@pytest.mark.thorough
def test_the_table_in_the_documentation_holds_for_every_fifth_of_its_photographs(capsys) -> None:
    written = rows_of(docs.text("benchmarks"))
    assert main(["ladders", "--photos", "1"]) == 0
    assert list(written) == list(rows_of(capsys.readouterr().out))
    assert main(["ladders", "--photos", "16", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    of = {name: [row for row in rows if row["measure"] == name] for name in written}
    for name, values in written.items():
        for value, row in zip(values, of[name], strict=True):
            # four standard errors of so few, which see no spread where all of them agree
            assert abs(row["rho"] - value) <= row["high"] - row["low"] + 0.1, (name, row)


def test_copies_of_photographs_are_one_picture_for_the_interval() -> None:
    rng = np.random.default_rng(2)
    images = [
        LinearImage(np.kron(rng.uniform(0.1, 0.9, (5, 5, 1)), np.ones((8, 8, 3)))) for _ in range(7)
    ]
    change = [ladder("gamma", [0.5, 1, 1.5, 2.2])]
    alone, copied = (run_ladder(shown, change, ["sigma_l"])[0] for shown in (images, images * 3))
    assert (alone.n, alone.contents, copied.n, copied.contents) == (7, 7, 21, 7)
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))
