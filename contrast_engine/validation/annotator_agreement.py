"""Do annotators mean the same by their labels? If not, no model of them can be judged."""

from contrast_engine.errors import NotEnoughData
from contrast_engine.ranking.agreement import HOPELESS, TENTATIVE, agreement
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown

CHECK = "people_agree"


@checks.add(CHECK)
def people_agree(context: Context) -> list[Finding]:
    """How far several annotators agree about the same images, beyond chance.

    Source: Krippendorff 2011; docs/validation.md#annotator-agreement for what a value allows.
    """
    if context.ratings is None or not context.ratings.people:
        return unknown(CHECK, "Nobody has labelled anything yet; label a few images first.")
    if len(context.ratings.people) < 2:
        return unknown(CHECK, "All labels are those of one annotator; have a second one label "
                       "some of the same images to see whether annotators agree.")  # fmt: skip
    try:
        found = agreement(context.ratings, seed=context.seed)
    except NotEnoughData as error:
        return unknown(CHECK, f"It is not known whether annotators agree: {error}.")
    verdict: Verdict = (
        "fail" if found.alpha < HOPELESS else "warn" if found.alpha < TENTATIVE else "pass"
    )
    who = ", ".join(found.people)
    note = f"{found.verdict[0].upper()}{found.verdict[1:]}."
    space = f"Krippendorff's alpha on images that at least two of {who} labelled"
    return [Finding(CHECK, found.alpha, found.n, space, verdict, note, found.low, found.high, 0.0)]
