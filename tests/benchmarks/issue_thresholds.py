"""Where the limits of issues come from: how often good photographs, known changes and labelled
sets are beyond them.

    python tests/benchmarks/issue_thresholds.py FOLDER

The folder holds the sets named below (docs/methods.md#contrast-issues says whose they are). Limits
were chosen on one half of each set (by a hash of the file's name); what is printed is the other.
"""

import csv
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from contrast_engine.encoders.input_image import training_copy
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage, read_image
from contrast_engine.issues import HAZE, ISSUES
from contrast_engine.issues.veil import veil
from contrast_engine.perturb import perturbations
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.vectors import ImageId, Vectors

READ = ("sigma_l", "lum_contrast", "mean_y", "u_dr", "clip_shadows", "clip_highlights",
        "chroma_mean", "hue_diversity")  # fmt: skip
KINDS = (*ISSUES.values(), HAZE)
GOOD = ("unsplash", "shine", "day", "kodak", "scenes")
CAUSES = {
    "low_contrast": ("scale", (0.8, 0.6, 0.5, 0.4, 0.3)),
    "high_contrast": ("scale", (1.2, 1.5, 2.0, 3.0, 4.0)),
    "clipped_shadows": ("scale", (1.5, 2.0, 3.0, 4.0)),
    "clipped_highlights": ("exposure", (1.5, 2.0, 3.0, 4.0, 8.0)),
    "flat": ("haze", (0.95, 0.9, 0.8, 0.6)),
    "under_exposed": ("exposure", (0.5, 0.25, 0.125, 0.0625)),
    "over_exposed": ("exposure", (1.5, 2.0, 3.0, 4.0, 8.0)),
    "haze": ("haze", (0.98, 0.95, 0.9, 0.85, 0.8, 0.6)),
}


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every photograph with the set that it is of."""
    for name in ("photos_weather", "photos_day_night", "photos_lowlight_haze"):
        with (root / name / "labels.csv").open(encoding="utf-8") as file:
            yield from ((row["label"], root / name / row["file"]) for row in csv.DictReader(file))
    with (root / "biq2021_quality/scores.csv").open(encoding="utf-8") as file:
        known = {"authentic_ss03": "unsplash", "authentic_ss02": "exposure varied"}
        for row in csv.DictReader(file):
            yield known[row["distortion"]], root / "biq2021_quality" / row["file"]
    yield from (("kodak", f) for f in sorted((root / "tid2013_contrast/references").iterdir()))
    for kind in ("scenes", "objects", "interior_design"):
        folder = root / "savoias_complexity/images" / kind
        yield from (("scenes", path) for path in sorted(folder.iterdir()))


def is_reported(path: Path) -> bool:
    """Whether a file is of the half that nothing was chosen on; a pair stays together."""
    name = path.name.replace("_clear", "").replace("_hazy", "")
    return int(hashlib.md5(name.encode()).hexdigest(), 16) % 2 == 1


def table(images: list[LinearImage]) -> Vectors:
    """What the kinds are read from."""
    rows = [list(measure_image(image, READ).values()) for image in images]
    veils = veil(np.stack([training_copy(image.rgb, 64) for image in images]))
    ids = tuple(ImageId(f"{n:016x}") for n in range(len(images)))
    return Vectors(ids, np.column_stack([np.array(rows), veils]), (*READ, "veil"))


def flagged(found: Vectors) -> dict[str, np.ndarray]:
    """Which rows each kind flags."""
    return {kind.name: kind.score(found) < kind.threshold for kind in KINDS}


def share(flags: np.ndarray) -> str:
    """How many, with the interval of their share."""
    low, high = wilson(int(flags.sum()), len(flags))
    return f"{flags.sum():4d} of {len(flags):3d} = {flags.mean():.3f} ({low:.3f} to {high:.3f})"


def main(root: Path) -> None:
    """Print how many of each set, and of the good ones when changed, are beyond each limit."""
    sets: dict[str, list[LinearImage]] = {}
    for name, path in files(root):
        if is_reported(path):
            sets.setdefault(name, []).append(read_image(path, 256))
    for name, images in sets.items():
        found = flagged(table(images))
        print(f"== {name}, n = {len(images)}")
        for kind, flags in found.items():
            print(f"   {kind:18s} {share(flags)}")
        print(f"   {'any':18s} {share(np.any(list(found.values()), axis=0))}")
    good = [image for name in GOOD for image in sets[name]]
    found = flagged(table(good))
    print(f"== all good, n = {len(good)}")
    for kind, flags in found.items():
        print(f"   {kind:18s} {share(flags)}")
    print(f"   {'any':18s} {share(np.any(list(found.values()), axis=0))}")
    for kind, (name, strengths) in CAUSES.items():
        for strength in strengths:
            changed = [LinearImage(perturbations[name](i.rgb, strength)) for i in good]
            print(f"{kind:18s} {name} {strength:g}: {share(flagged(table(changed))[kind])}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
