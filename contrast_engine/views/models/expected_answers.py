"""What share of a collection a model will answer, said before anybody has labelled anything."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """What so many labels gave in simulation (docs/benchmarks.md#promises-about-answers).

    Args:
        labels: How many.
        answered: Share of the other images that got an answer, and
        wrong: share of those answers that were wrong, for labels drawn at random.
        answered_chosen, wrong_chosen: The same for representatives.
    """

    labels: int
    answered: float
    wrong: float
    answered_chosen: float
    wrong_chosen: float


SIMULATED = (
    Expected(20, 0.63, 0.32, 0.55, 0.27),
    Expected(40, 0.68, 0.28, 0.61, 0.24),
    Expected(100, 0.72, 0.25, 0.71, 0.30),
)


def expected_words(n_labels: int) -> str:
    """What share will be answered with random and with chosen labels; "" once a model can tell.

    Args:
        n_labels: Labels so far.
    """
    if n_labels >= SIMULATED[0].labels:
        return ""
    parts = "; ".join(
        f"{one.labels} labels answer {one.answered:.0%} of the other images if drawn at random "
        f"({one.wrong:.0%} of the answers wrong) and {one.answered_chosen:.0%} if they are "
        f"representatives ({one.wrong_chosen:.0%})"
        for one in SIMULATED
    )
    return (
        f"What to expect, from simulations on three collections of photographs: {parts}. How often "
        "your model is wrong is told exactly only by labels drawn at random."
    )
