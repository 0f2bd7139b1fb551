"""How often a model abstains among some images, with its interval."""

from dataclasses import dataclass

from contrast_engine.pseudo_labels.scores import wilson


@dataclass(frozen=True)
class Share:
    """A share of images.

    Args:
        count: How many of them.
        n: Of how many.
        value: The share; None of no images.
        low, high: Its 95 % interval.
    """

    count: int
    n: int
    value: float | None
    low: float
    high: float

    @property
    def words(self) -> str:
        """The share, its interval and its n."""
        if self.value is None:
            return "of no images"
        return f"{self.value:.0%} ({self.low:.0%} to {self.high:.0%}, n = {self.n:,})"


def share(count: int, n: int) -> Share:
    """The share of `count` among `n`, with Wilson's interval."""
    if not n:
        return Share(0, 0, None, 0.0, 1.0)
    low, high = wilson(count, n)
    return Share(count, n, count / n, low, high)
