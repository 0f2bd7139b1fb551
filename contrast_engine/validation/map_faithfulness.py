"""Are neighbours on the map neighbours in the measurements?"""

from contrast_engine.projections.quality import continuity, trustworthiness
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown

CHECK = "map_faithfulness"
BY_CHANCE = 0.5
GOOD, USABLE = 0.9, 0.8  # own choice: PCA of real photographs lies between, t-SNE above


@checks.add(CHECK)
def map_faithfulness(context: Context) -> list[Finding]:
    """Whether images shown side by side are alike, and alike images are shown side by side."""
    if "map" in context.outdated:
        return unknown(CHECK, "The map was made before images were measured anew; draw it again to "
                       "judge it.")  # fmt: skip
    if context.map is None or context.space is None:
        return unknown(CHECK, "There is no map yet; draw one to see whether it can be believed.")
    images = context.map.images & context.space.images
    if len(images) < 3:
        return unknown(CHECK, "A map of fewer than 3 images has no neighbours; add images.")
    space, shown = (
        vectors if len(vectors) == len(images) else vectors.take(images)
        for vectors in (context.space, context.map)
    )
    findings = []
    for name, measure, words in (
        ("trustworthiness", trustworthiness, "Images shown side by side on the map"),
        ("continuity", continuity, "Alike images"),
    ):
        value, n = measure(space, shown, seed=context.seed)
        verdict: Verdict = "pass" if value >= GOOD else "warn" if value >= USABLE else "fail"
        drawn = "" if n == len(images) else f", {n:,} images drawn from {len(images):,}"
        findings.append(
            Finding(CHECK, value, n, f"{name} of {context.map_name} in {context.space_name}{drawn}",
                    verdict, f"{words} {_ENDS[name][verdict]}", null=BY_CHANCE)
        )  # fmt: skip
    return findings


_ENDS = {
    "trustworthiness": {
        "pass": "really are alike.",
        "warn": "are mostly alike, with false neighbours among them.",
        "fail": "are often false neighbours: look images up by likeness, not by place on the map.",
    },
    "continuity": {
        "pass": "are shown side by side.",
        "warn": "are mostly shown side by side, but some neighbours are missing there.",
        "fail": "are often not neighbours on the map: a gap on it means little.",
    },
}
