"""What is promised of a model's answers: how many of them are wrong at most, and how it is kept.

Coverage of sets says nothing about single answers, so the error is measured among the answers
themselves, on labels that the answering models never saw, and told with an exact upper end for
the images that have no label. How sure an answer must be is chosen so that this end keeps a
limit; where no choice does, the plain rule answers and its error is told instead.
"""

from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json

LEVEL = 0.95
"""How often the stated upper end of the error holds."""

LIMIT = 0.2
"""Share of the answers that may be wrong: one in five (own choice)."""

SURENESS = (0.55, 0.4)
"""How sure an answer must be, tried in this order before the plain rule's own sureness.

Fixed before any label is seen, the one that labels bear out most easily first: a test stops at
the first that fails, so what comes before costs the others nothing (docs/methods.md#promise).
"""

_MOST = 5000
"""Answers beyond which a bound for so many is that for any number, to within 0.01."""


OF_BEFORE = (
    "This model was trained by an earlier version, which promised how often sets of labels hold "
    "the true one and nothing about its answers. Train it again to see how often they are wrong."
)


def promise_words(details: Json) -> str:
    """How often a model's answers are wrong, in words; what to do for one of before.

    Args:
        details: What was saved with its predictions.
    """
    return str(details["promise"]["words"]) if "promise" in details else OF_BEFORE


@dataclass(frozen=True)
class Promise:
    """How often answers are wrong, and what limit that keeps.

    Args:
        sureness: An image is answered if its best probability rises so far from guessing (0)
            towards certainty (1), and it is not far from the labelled ones.
        limit: Share of answers that may be wrong.
        is_kept: Answering from `sureness` on keeps the limit; else it is the plain rule's.
        answered: Share of the labels that models which had not seen them would have answered.
        error: Share of those answers that were wrong; None without any.
        low, high: Ends for the answers to images without a label, `high` not above the limit
            where it is kept; it holds in at least `LEVEL` of cases.
        n: How many answers that rests on, those to labels of nearly one picture counted once.
        labels: Different pictures with a label, and how many of them were
        drawn: at random.
        optimism: How much easier the labels are than the collection, as a share of answers; it
            raises the upper end, or lowers the lower one below 0. 0 if all were drawn at random.
    """

    sureness: float
    limit: float
    is_kept: bool
    answered: float
    error: float | None
    low: float
    high: float
    n: float
    labels: int
    drawn: int
    optimism: float = 0.0

    def unsure(self, probability: Floats) -> Bools:
        """True where the best of the (..., k) probabilities does not make an answer."""
        unsure: Bools = sureness_of(probability) < self.sureness
        return unsure

    @property
    def words(self) -> str:
        """What is promised, in two sentences or three."""
        return " ".join(part for part in (self._measured, self._kept, self._basis) if part)

    @property
    def short(self) -> str:
        """The error among answers with its ends, in a few words."""
        if self.error is None:
            return "not known yet"
        return f"{self.error:.0%} ({self.low:.0%} to {self.high:.0%})"

    @property
    def _measured(self) -> str:
        if self.error is None:
            return (
                "The model would have answered none of the labels held back from it, so nothing is "
                "known of the error among its answers."
            )
        return (
            f"Of its answers to labels it had not seen {self.error:.0%} were wrong; of those to "
            f"the images without a label {self.low:.0%} to {self.high:.0%} are, the upper end "
            f"holding in {LEVEL:.0%} of cases (n = {self.n:.0f} answers to {self.labels:,} labels)."
        )

    @property
    def _kept(self) -> str:
        if self.is_kept:
            return f"It answers only as far as at most {self.limit:.0%} wrong can be promised."
        return (
            f"These are too few labels to promise that at most {self.limit:.0%} of the answers are "
            "wrong, so it answers by the plain rule."
        )

    @property
    def _basis(self) -> str:
        if self.drawn == self.labels:
            return ""
        rest = f"{self.drawn:,} of the labels were drawn at random and the others chosen"
        if self.optimism <= 0:
            return f"{rest}, so this holds as far as those are like the collection."
        return (
            f"{rest}; they seem easier than the collection by {100 * self.optimism:.1f} points, "
            "which the upper end allows for."
        )

    def as_json(self) -> Json:
        """The promise as details and command line give it."""
        return {**asdict(self), "level": LEVEL, "words": self.words}


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a promise rests on: m labels and what models said that had not seen them.

    Args:
        wrong: (repeats, m) the most probable label was not the given one.
        sureness: (repeats, m) from guessing (0) to certainty (1).
        is_far: (repeats, m) too far from the labels the model had seen to be answered.
        shares: (m,) how much each label counts, every picture 1.
        is_drawn: (m,) the image was drawn at random.
        rest: Sureness of the finished model of images without a label, none of them far.
        optimism: How much easier the labels are than the collection, a share.
    """

    wrong: Bools
    sureness: Floats
    is_far: Bools
    shares: Floats
    is_drawn: Bools
    rest: Floats
    optimism: float = 0.0

    @classmethod
    def of(
        cls,
        codes: Ints,
        held_out: Floats,
        is_far: Bools,
        shares: Floats,
        is_drawn: Bools,
        rest: Floats,
        optimism: float = 0.0,
    ) -> "Evidence":
        """That of (repeats, m, k) held-out and (n, k) probabilities of images without a label."""
        wrong: Bools = held_out.argmax(axis=2) != codes
        return cls(wrong, sureness_of(held_out), is_far, shares, is_drawn, sureness_of(rest),
                   optimism)  # fmt: skip

    def counts(self, sureness: float) -> tuple[float, float, int]:
        """Held-out answers, how many of them are wrong, and answers without a label."""
        answers = (self.sureness >= sureness) & ~self.is_far
        n, wrong = (float((which * self.shares).sum() / len(which))
                    for which in (answers, answers & self.wrong))  # fmt: skip
        return n, min(wrong, n), int((self.rest >= sureness).sum())


def promise(evidence: Evidence, plain: float, limit: float = LIMIT) -> Promise:
    """The promise that labels bear out, of as many answers as can be.

    Half of the 5 % in which the upper end may fail goes to the limit and half to the plain rule,
    so it does not matter which of them is taken in the end.

    Source: selective guaranteed risk, Geifman & El-Yaniv 2017; fixed-sequence testing of
    thresholds as in Learn then Test, Angelopoulos, Bates, Candès, Jordan & Lei 2021.
    Deviates: models of folds stand for the final one, which has seen a little more; the bound is
    for the images of this collection, so few of them make it wider.

    Args:
        evidence: Held-out answers.
        plain: Sureness from which the plain rule answers.
        limit: Share of the answers that may be wrong.
    """
    tail = (1 - LEVEL) / 2
    taken = None
    for sureness in (*(tried for tried in SURENESS if tried > plain), plain):
        if _upper(evidence, sureness, tail) > limit:
            break
        taken = sureness
    sureness = plain if taken is None else taken
    n, wrong, _ = evidence.counts(sureness)
    high = limit if taken is not None else _upper(evidence, sureness, tail)
    low = _lower(evidence, sureness, tail)
    total = float(evidence.shares.sum())
    return Promise(
        sureness=sureness,
        limit=limit,
        is_kept=taken is not None,
        answered=min(1.0, n / total),
        error=wrong / n if n else None,
        low=min(low, wrong / n) if n else 0.0,
        high=max(high, wrong / n) if n else 1.0,
        n=n,
        labels=round(total),
        drawn=round(float(evidence.shares[evidence.is_drawn].sum())),
        optimism=evidence.optimism,
    )


def upper_end(wrong: float, n: float, rest: int, tail: float) -> float:
    """Share of `rest` further answers that are wrong at most, if `wrong` of `n` were.

    It fails for at most `tail` of draws from one pool of answers: the exact hypergeometric
    bound, in the form of a beta-binomial that also takes fractions; Clopper and Pearson's (1934)
    for any number of further answers, and where there are none.
    """
    from scipy.special import betaincinv

    if wrong >= n:
        return 1.0
    anything = float(betaincinv(wrong + 1, n - wrong, 1 - tail))
    if not 0 < rest <= _MOST:
        return anything
    # the largest count that is not too unlikely to be reached
    beyond = np.cumsum(_beta_binomial(rest, wrong + 1, n - wrong)[::-1])[::-1]
    return int(np.flatnonzero(beyond > tail)[-1]) / rest


def sureness_of(probability: Floats) -> Floats:
    """(...) how far the best of (..., k) probabilities rises from guessing towards certainty."""
    k = probability.shape[-1]
    sureness: Floats = (probability.max(axis=-1) - 1 / k) / (1 - 1 / k)
    return sureness


def _upper(evidence: Evidence, sureness: float, tail: float) -> float:
    n, wrong, rest = evidence.counts(sureness)
    if n <= 0:
        return 1.0
    more = wrong + n * max(evidence.optimism, 0.0)
    return upper_end(min(more, n), n, rest, tail)


def _lower(evidence: Evidence, sureness: float, tail: float) -> float:
    n, wrong, rest = evidence.counts(sureness)
    if n <= 0:
        return 0.0
    less = wrong + n * min(evidence.optimism, 0.0)
    return 1 - upper_end(n - max(less, 0.0), n, rest, tail)


def _beta_binomial(n: int, a: float, b: float) -> Floats:
    """(n + 1,) probability of each count."""
    from scipy.special import betaln

    k = np.arange(n + 1)
    chance: Floats = np.exp(
        betaln(k + a, n - k + b) - betaln(a, b) - betaln(n - k + 1, k + 1) - np.log(n + 1)
    )
    return chance
