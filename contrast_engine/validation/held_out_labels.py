"""How often is the model right about labels it has not seen?"""

from dataclasses import replace

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.baselines import MAJORITY, SINGLE, words
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown

CHECK = "held_out_labels"
ROUGH = 20
"""Labels below which no score is called good (docs/validation.md#held-out-labels)."""
MODERATE = 0.4  # Landis & Koch 1977: below it, agreement is at best fair


@checks.add(CHECK)
def held_out_labels(context: Context) -> list[Finding]:
    """Accuracy and kappa on labels held out of training, beside what guessing gives."""
    scores = context.training.get("cross_validated")
    if context.predictions is None or not scores:
        return unknown(CHECK, "No model has been trained; label images of at least two kinds and "
                       "train one.")  # fmt: skip
    if not context.is_current:
        return unknown(CHECK, "Labels or images were changed since the model was trained, or it "
                       "was judged on pictures nearly like those it had learnt; train it again to "
                       "judge it.")  # fmt: skip
    space = f"{context.training.get('method', 'model')} in {context.space_name}"
    n, chance = int(scores["n"]), float(scores["chance"])
    findings = [
        _accuracy(scores["accuracy"], scores["accuracy_low"], scores["accuracy_high"], n, chance,
                  space),
        _kappa(scores["kappa"], scores["kappa_low"], scores["kappa_high"], n, space,
               is_ordered=context.is_ordered),
    ]  # fmt: skip
    if scores.get("answered_accuracy") is not None:
        findings.append(_answered(scores, n, chance, space))
    if context.training.get("baselines"):
        findings.append(_beside(scores, context.training["baselines"], n, space))
    leaks = context.training.get("leaks", {}).get("words")
    if leaks:
        findings = [replace(one, note=f"{one.note} {leaks}") for one in findings]
    return findings


def _accuracy(value: float, low: float, high: float, n: int, chance: float, space: str) -> Finding:
    verdict = _judge(low > chance, n)
    note = (
        f"On labels it had not seen the model was right {value:.0%} of the time; always saying "
        f"the commonest label would be right {chance:.0%}. {_words(verdict, n)}"
    )
    return Finding(CHECK, value, n, f"accuracy; {space}", verdict, note, low, high, chance)


def _kappa(
    value: float, low: float, high: float, n: int, space: str, *, is_ordered: bool
) -> Finding:
    verdict: Verdict = "fail" if low <= 0 else "pass" if low >= MODERATE and n >= ROUGH else "warn"
    near = ", near misses counting less," if is_ordered else ""
    strength = {
        "pass": "clearly agrees with you beyond guessing",
        "warn": "agrees with you beyond guessing, but how well is not certain",
        "fail": "may be no better than guessing",
    }[verdict]
    note = f"The model{near} {strength} (0 is guessing, 1 is always right)."
    kind = "quadratic kappa" if is_ordered else "kappa"
    return Finding(CHECK, value, n, f"{kind}; {space}", verdict, note, low, high, null=0.0)


def _answered(scores: dict[str, float], n: int, chance: float, space: str) -> Finding:
    value, share = scores["answered_accuracy"], scores["answered"]
    low, high = scores["answered_low"], scores["answered_high"]
    verdict = _judge(low > chance, n)
    note = (
        f"Where the model dares to answer ({share:.0%} of the held-out labels) it was right "
        f"{value:.0%} of the time. {_words(verdict, n)}"
    )
    n_answered = round(share * n)
    return Finding(CHECK, value, n_answered, f"accuracy of the answered part; {space}", verdict,
                   note, low, high, chance)  # fmt: skip


def _beside(scores: dict[str, float], simpler: list[Json], n: int, space: str) -> Finding:
    """The accuracy beside that of what is simpler than the model."""
    value, low, high = scores["accuracy"], scores["accuracy_low"], scores["accuracy_high"]
    trivial = [one for one in simpler if one["name"] not in (MAJORITY, SINGLE)]
    chance = next(one["accuracy"] for one in simpler if one["name"] == MAJORITY)
    best = max(trivial, key=lambda one: one["accuracy"], default=None)
    verdict: Verdict = "pass" if low > chance and n >= ROUGH else "warn"
    then = ""
    if best is not None and best["low"] > chance and best["accuracy"] >= value:
        verdict = "warn"
        then = f" For what {best['name']} alone tells as well, no model is needed."
    note = f"Right {value:.0%} of the time; without a model: {words(simpler)}.{then}"
    null = best["accuracy"] if best is not None else chance
    to_do = (
        "Ask whether the labels mean more than that number, and label images where the two differ."
        if then
        else ""
    )
    return Finding(CHECK, value, n, f"accuracy beside simpler rules; {space}", verdict, note, low,
                   high, max(null, chance), next=to_do)  # fmt: skip


def _judge(beats_chance: bool, n: int) -> Verdict:
    if not beats_chance:
        return "fail"
    return "pass" if n >= ROUGH else "warn"


def _words(verdict: Verdict, n: int) -> str:
    if verdict == "fail":
        return "That may be luck: label more images, or the labels are not about what is measured."
    if verdict == "warn":
        return f"With only {n} labels this is very rough; label at least {ROUGH}."
    return "The labels were chosen, not drawn at random, so the whole collection may differ."
