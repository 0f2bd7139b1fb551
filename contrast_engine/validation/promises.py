"""Does the model know what it does not know: wrong answers, stated probabilities, chosen labels."""

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.calibration import direction, optimism_words
from contrast_engine.pseudo_labels.promise import OF_BEFORE
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown

CHECK = "promises"


@checks.add(CHECK)
def promises(context: Context) -> list[Finding]:
    """How often answers are wrong against what is promised, and what else scores leave out."""
    details = context.training
    if context.predictions is None or not details.get("cross_validated"):
        return unknown(CHECK, "No model has been trained, so nothing is promised; label images of "
                       "at least two kinds and train one.")  # fmt: skip
    if not context.is_current:
        return unknown(CHECK, "Labels or images were changed since the model was trained, so what "
                       "it promised is of before; train it again.")  # fmt: skip
    if "promise" not in details:
        return unknown(CHECK, OF_BEFORE)
    space = f"{details.get('method', 'model')} in {context.space_name}"
    findings = [_answers(details, space), _calibration(details, space)]
    return [*findings, _optimism(details, space)]


def _answers(details: Json, space: str) -> Finding:
    found, chance = details["promise"], 1 - float(details["cross_validated"]["chance"])
    error, limit = found["error"], float(found["limit"])
    where = f"share of wrong answers, held-out; {space}"
    if error is None:
        return Finding(CHECK, None, 0, where, "warn", found["words"], better="lower",
                       next="Label images of the kinds that the model abstains on.")  # fmt: skip
    high = float(found["high"])
    verdict: Verdict = "pass" if found["is_kept"] else "warn" if high < chance else "fail"
    more = {
        "pass": "",
        "warn": f"More labels narrow the interval: its upper end must come down to {limit:.0%}.",
        "fail": "More labels, drawn at random, would tell whether its answers are better than "
        f"guessing: its upper end must come below {chance:.0%}.",
    }[verdict]
    return Finding(CHECK, float(error), round(found["n"]), where, verdict, found["words"],
                   float(found["low"]), high, null=chance, better="lower", next=more)  # fmt: skip


def _calibration(details: Json, space: str) -> Finding:
    found, n = details["calibration"], int(details["cross_validated"]["n"])
    where = f"accuracy less stated probability, held-out; {space}"
    low, high = found["bias_low"], found["bias_high"]
    if low is None:
        return Finding(CHECK, None, n, where, "unknown", "Too few labels to compare stated "
                       "probabilities with what came true.", better="",
                       next="Label more images.")  # fmt: skip
    verdict: Verdict = "fail" if high < 0 else "pass" if low <= 0 else "warn"
    more = {
        "pass": "",
        "warn": "Read its probabilities as too low; with more labels it dares to say more.",
        "fail": "Trust no probability of this model before it has more labels.",
    }[verdict]
    note = direction(found)
    return Finding(CHECK, float(found["bias"]), n, where, verdict, note, float(low), float(high),
                   null=0.0, better="", next=more)  # fmt: skip


def _optimism(details: Json, space: str) -> Finding:
    found, n = details["optimism"], int(details["cross_validated"]["n"])
    where = f"accuracy on the labels less that on the collection, by doubt; {space}"
    drawn, total = int(details["promise"]["drawn"]), int(details["promise"]["labels"])
    if not found:
        if drawn == total:
            return Finding(CHECK, 0.0, n, where, "pass", "All labelled images were drawn at random,"
                           " so scores on them are those of the collection.", null=0.0,
                           better="lower")  # fmt: skip
        return Finding(CHECK, None, n, where, "pass", "Every image is labelled: there is no rest "
                       "that scores could flatter.", better="lower")  # fmt: skip
    low, high = float(found["low"]), float(found["high"])
    verdict: Verdict = "warn" if low > 0 else "pass"
    more = "" if verdict == "pass" else "Label a random sample: scores on it flatter nobody."
    note = f"{optimism_words(found)} {drawn:,} of {total:,} labels were drawn at random."
    return Finding(CHECK, float(found["value"]), n, where, verdict, note, low, high, null=0.0,
                   better="lower", next=more)  # fmt: skip
