"""Does any of it help to predict what happened to the images later?"""

from dataclasses import replace

from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.outcome_gain import BASELINE, Gain

CHECK = "downstream"

LEAST, LEAST_OF_KIND = 30, 8
"""Different pictures an outcome needs, and images of each of its kinds."""

SHOWS = 40.0
"""A help of this over the number of pictures is found two times of three (docs/validation.md)."""

MATTERS = 0.05
"""Help, as a share of the variation, that an interval must exclude to say "does not help"."""

ENOUGH = 400
"""Different pictures below which "does not help" is no verdict."""

_ASK = (
    "Give a later result of each image, below on the page Evidence or by: "
    "contrast downstream WS outcomes.csv"
)


@checks.add(CHECK)
def downstream(context: Context) -> list[Finding]:
    """Whether features, labels or an embedding help to predict a later result.

    Source: docs/validation.md#downstream.
    """
    if context.downstream:
        return list(context.downstream)
    none = unknown(
        CHECK,
        "It is not known whether any of this helps a later task: no later result of the images (a "
        "detector's error, accepted or not, a rating) was given.",
    )
    return [replace(one, next=_ASK) for one in none]


def judge(gain: Gain, outcome: str, unit: str, others: int = 0) -> Finding:
    """The finding of what one source adds to brightness and bytes.

    Args:
        gain: The comparison.
        outcome: What is predicted.
        unit: What the value is a share of.
        others: Other outcomes that were asked about; chance had so many more occasions.
    """
    gain = replace(gain, p_holm=min(1.0, gain.p_holm * (1 + others)))
    is_told = gain.high < MATTERS and gain.pictures >= ENOUGH
    verdict: Verdict = "pass" if gain.is_sure else "fail" if is_told else "warn"
    said = sentence(gain, outcome)
    note = f"{said[0].upper()}{said[1:]}."
    if others:
        note += f" p is corrected for {others + 1} outcomes that were asked about."
    if not gain.is_sure:
        note += f" A help below {plain(SHOWS / gain.pictures)} is easily missed with "
        note += f"{gain.pictures:,} pictures."
    return Finding(CHECK, gain.value, gain.n, f"{unit}; {gain.source} beside {BASELINE}", verdict,
                   note, gain.low, gain.high, 0.0, next=_next(verdict, gain))  # fmt: skip


def sentence(gain: Gain, outcome: str) -> str:
    """One comparison in words: "contrast features do not help to predict accepted ...: +.01"."""
    number = (f"{plain(gain.value, sign=True)} ({plain(gain.low, sign=True)} to "
              f"{plain(gain.high, sign=True)}), p = {plain(gain.p_holm)}")  # fmt: skip
    is_beside = gain.against == BASELINE and gain.model != gain.source
    verb = "help to predict" if is_beside else "predict"
    if gain.is_sure:
        does = verb
    else:
        does = f"are not shown to {verb}" if gain.high >= MATTERS else f"do not {verb}"
    if is_beside:
        return f"{gain.source} {does} {outcome} beyond {BASELINE}: {number}"
    alone = " alone" if gain.against == BASELINE else ""
    return f"{gain.source}{alone} {does} {outcome} better than {gain.against}: {number}"


def plain(value: float, *, sign: bool = False) -> str:
    """A number below one as papers write it: .04, -.12; p below a thousandth as such."""
    if not sign and 0 < value < 0.01:
        return f"{value:.3f}".lstrip("0") if value >= 0.0005 else ".0005 or less"
    text = f"{value:+.2f}" if sign else f"{value:.2f}"
    return text.replace("0.", ".", 1) if abs(value) < 0.995 else text


def _next(verdict: Verdict, gain: Gain) -> str:
    if verdict == "pass":
        return "Outcomes of images taken elsewhere, on which it does not hold, would."
    if verdict == "fail":
        return "An outcome that depends more on contrast, or an embedding of more than contrast."
    needed = max(ENOUGH, 2 * gain.pictures)
    return f"Outcomes of {needed:,} different pictures or more; there are {gain.pictures:,}."
