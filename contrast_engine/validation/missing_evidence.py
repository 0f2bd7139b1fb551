"""What would make the results more believable, and is not there."""

from contrast_engine.results import Finding
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown

CHECK = "missing_evidence"


@checks.add(CHECK)
def missing_evidence(context: Context) -> list[Finding]:
    """What no number here can replace: people's comparisons, chance, a use."""
    notes = []
    if not context.compared:
        notes.append((
            "No person has compared pairs of images for which has more contrast, so nothing here "
            "is measured against human eyes.",
            "Compare pairs of images.",
        ))  # fmt: skip
    if context.labels and context.training.get("calibration", {}).get("coverage") is None:
        notes.append((
            "The labelled images were chosen and not drawn at random, so no error rate is promised "
            "for the whole collection; label a random sample to get one.",
            "Label a random sample.",
        ))  # fmt: skip
    if not context.downstream:
        notes.append((
            "It is not known whether these labels help any later task; compare that task's results "
            "with and without them.",
            "Compare a later task with and without the labels.",
        ))  # fmt: skip
    return [finding for note, then in notes
            for finding in unknown(CHECK, note, space="not measured", then=then)]  # fmt: skip
