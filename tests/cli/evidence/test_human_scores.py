"""`contrast human-scores`: names the recommended number, and the set that flatters."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine.randomness import generator
from tests.cli.conftest import Contrast

FACTORS = (0.5, 0.8)


def scored(folder: Path, low: float, high: float) -> Path:
    """Four references whose code values span a range, each with its contrast lowered twice."""
    rows = ["file,score,score_kind,reference,distortion,level"]
    draw = generator(1, "tests", "human scores")
    for content in range(4):
        coarse = draw.normal(size=(6, 6)).astype(np.float32)
        plane = np.asarray(Image.fromarray(coarse).resize((40, 40), Image.BICUBIC))
        codes = low + (high - low) * (plane - plane.min()) / np.ptp(plane)
        Image.fromarray(codes.round().astype(np.uint8)).save(folder / f"{content}.png")
        for level, factor in enumerate(FACTORS, 1):
            name = f"{content}_{level}.png"
            changed = codes.mean() + factor * (codes - codes.mean())
            Image.fromarray(changed.round().astype(np.uint8)).save(folder / name)
            rows.append(f"{name},{factor + 0.01 * content},mos,{content}.png,contrast,{level}")
    (folder / "scores.csv").write_text("\n".join(rows))
    return folder


@pytest.mark.parametrize(("ends", "filled"), [((0, 255), 1.0), ((70, 160), 0.0)])
def test_a_set_whose_references_fill_the_range_is_said_to_give_the_change_away(
    contrast: Contrast, tmp_path: Path, ends: tuple[int, int], filled: float
) -> None:
    folder = scored(tmp_path, *ends)
    (group,) = contrast("human-scores", folder, "--json").json["groups"]
    assert group["references_filled"] == filled
    assert group["range_rho"] > 0.8
    said = contrast("human-scores", folder).out
    assert "recommended for the amount of contrast: amount +" in said
    assert ("4 of 4 references fill the range of tones" in said) == bool(filled)
