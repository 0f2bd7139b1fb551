"""A small collection of real photographs in known variants, made the same way every time.

The photographs are cut from those that scikit-image and scikit-learn carry (`sources`), each
picture from its own region (`cutting`); two in three are then changed by one perturbation of known
strength (`variants`). `truth.csv` says what was done, `ORIGIN.md` who made the photographs.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.images.colour import encode_srgb
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator
from contrast_engine.samples.cutting import Take, cut, takes
from contrast_engine.samples.origin import origin
from contrast_engine.samples.variants import AS_IS, change, draw

QUALITY = 90
"""JPEG quality of the samples."""


@dataclass(frozen=True)
class Sample:
    """One picture of the collection and what is known about it.

    Args:
        file: File name.
        source: Key of its source photograph.
        crop: Which part, in pixels of the source, as WIDTHxHEIGHT+LEFT+TOP.
        variant: What was done to it.
        strength: How much, in the unit of the perturbation; 0 for a picture as is.
        jpeg: The bytes of the file.
    """

    file: str
    source: str
    crop: str
    variant: str
    strength: float
    jpeg: bytes


def make_sample(take: Take, seed: int = 0) -> Sample:
    """One picture; the same take and seed give the same bytes.

    Raises:
        CollectionError: The package with its source is not installed, or carries another file.
    """
    crop, rgb = cut(take, seed)
    variant, strength = _choose(take, seed)
    name = f"{take.source}-{take.subject}"
    name += "-2" if take.is_further else ""
    name += "" if variant == AS_IS else "-" + variant.replace(" ", "-")
    jpeg = _jpeg(change(rgb, variant, strength))
    return Sample(f"{name}.jpg", take.source, str(crop), variant, strength, jpeg)


def make_samples(
    folder: str | Path, seed: int = 0, *, overwrite: bool = True, progress: Progress = SILENT
) -> tuple[Sample, ...]:
    """Write the sample collection into a folder: pictures, `truth.csv` and `ORIGIN.md`.

    Args:
        folder: The folder, made if needed.
        seed: Of what is drawn.
        overwrite: Whether other files of these names are replaced; the same ones are no obstacle.
        progress: Told after every picture.

    Raises:
        CollectionError: A package with the photographs is missing, the folder cannot be written,
            or holds another file of one of the names that is to stay.
    """
    planned = list(takes())
    samples: list[Sample] = []
    home = Path(folder)
    try:
        home.mkdir(parents=True, exist_ok=True)
        for done, take in enumerate(planned):
            progress.tick(done, len(planned), "making sample photographs")
            samples.append(make_sample(take, seed))
            _write(home / samples[-1].file, samples[-1].jpeg, overwrite)
        _write(home / "truth.csv", truth(samples).encode(), overwrite)
        _write(home / "ORIGIN.md", origin(seed).encode(), overwrite)
    except OSError as problem:
        raise CollectionError(
            f"the samples cannot be written to {home}: {problem.strerror}; choose a folder that "
            "you may write to"
        ) from problem
    progress.tick(len(planned), len(planned), "sample photographs made")
    return tuple(samples)


def _write(file: Path, content: bytes, overwrite: bool) -> None:
    if file.exists() and file.read_bytes() == content:
        return
    if file.exists() and not overwrite:
        raise CollectionError(
            f"{file} is there already, is another file and stays as it is; name another folder, "
            "or replace it (--overwrite)"
        )
    file.write_bytes(content)


def truth(samples: Iterable[Sample]) -> str:
    """The table of what was done to each picture, as CSV sorted by file name."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "source", "crop", "variant", "strength"])
    for s in sorted(samples, key=lambda sample: sample.file):
        strength = "" if s.variant == AS_IS else f"{s.strength:g}"
        table.writerow([s.file, s.source, s.crop, s.variant, strength])
    return text.getvalue()


def _choose(take: Take, seed: int) -> tuple[str, float]:
    """What is done to a picture; a second one of a subject is changed, and otherwise."""
    first = Take(take.source, take.subject)
    besides = _choose(first, seed)[0] if take.is_further else ""
    purpose = "second" if take.is_further else "first"
    rng = generator(seed, "samples", take.source, take.subject, "variant", purpose)
    share_as_is = 0.0 if take.is_further else 0.5
    return draw(rng, cut(take, seed)[1], share_as_is, besides)


def _jpeg(rgb: Floats) -> bytes:
    code = np.round(encode_srgb(rgb) * 255).astype(np.uint8)
    data = io.BytesIO()
    Image.fromarray(code).save(data, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return data.getvalue()
