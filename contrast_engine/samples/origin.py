"""The text that goes with the samples: whose photographs they are and what was done to them."""

from contrast_engine.perturb import perturbations
from contrast_engine.samples.sources import PACKAGES, SOURCES
from contrast_engine.samples.variants import VARIANTS

INTRODUCTION = """\
# Where these pictures come from

All pictures here are cut from real photographs that the scikit-image and scikit-learn packages
carry. They are small (at most 320 pixels), and nearly every one shows its own part of its
photograph. Three in ten are left as they are, the others were changed in one known way by a
strength drawn at random. `truth.csv` lists for every file its source, its crop
(WIDTHxHEIGHT+LEFT+TOP in pixels of the source), the variant and the strength. Nothing was enlarged,
and nothing was drawn or generated.

`contrast samples FOLDER` makes this folder again, byte for byte (seed {seed}), from the package
versions in `constraints.txt`.

## Photographs

"""

VARIATIONS = """
## Variants

A picture is reduced by area averaging in linear light, changed by one of these, and stored as sRGB
JPEG of quality 90 without colour subsampling. Strengths are drawn evenly from the range; a change
that would not show, or would leave nothing to see, is drawn again. "As is" means cut and reduced
only. One or two subjects of every source appear in the same crop in two variants; all other crops
differ. The rocket is converted from Adobe RGB to sRGB first.

| variant | perturbation | strength | unit | what one sees |
|---|---|---|---|---|
"""

LEFT_OUT = """
## Left out

Of what the two packages carry, these are not used. Not photographs: brick (a rendered texture as
far as one can tell), cell (computed from a hologram), chessboards, colour wheel, horse, logo,
phantom, binary images. Licence not stated: moon, motorcycle, page, lfw_subset. Too small:
microaneurysms.

The photographs of the pagoda and the dahlia are licensed CC BY 2.0: whoever passes on these
pictures names their authors, links the licence and says that they were changed, as this file does.
"""


def origin(seed: int) -> str:
    """The text of `ORIGIN.md`."""
    text = [INTRODUCTION.format(seed=seed)]
    for key, source in SOURCES.items():
        text.append(
            f"- **{key}-*.jpg**: {source.title}. Author: {source.author}. "
            f"Licence: {source.licence}. Source: `{source.file}` in {PACKAGES[source.package]}; "
            f"{source.origin}. SHA-256 `{source.sha256}`.\n"
        )
    text.append(VARIATIONS)
    for name, v in VARIANTS.items():
        span = f"{v.low:g}" if v.low == v.high else f"{v.low:g} to {v.high:g}"
        unit = perturbations[v.perturbation].unit
        text.append(f"| {name} | {v.perturbation} | {span} | {unit} | {v.summary} |\n")
    text.append(LEFT_OUT)
    return "".join(text)
