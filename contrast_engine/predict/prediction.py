"""What a model says about one image."""

from dataclasses import dataclass

from contrast_engine.imageset import ImageId


@dataclass(frozen=True)
class Prediction:
    """What the model says about one image, or the problem that kept it from saying anything.

    Args:
        path: The file, or the name under which its contents were given.
        label: The most probable label, also where the model abstains.
        probability: How probable the model holds it.
        abstains: The model does not know enough to be believed.
        cluster: The nearest cluster, None without a clustering.
        problem: Why the image could not be used; then all that follows from looking is None.
        id: Name of the content, None where no file could be read.
        probabilities: Of every label.
        cluster_name: What people call the cluster; None where it has no name.
        tier: Which of the model's ways to an answer gave it.
    """

    path: str
    label: str | None = None
    probability: float | None = None
    abstains: bool | None = None
    cluster: int | None = None
    problem: str | None = None
    id: ImageId | None = None
    probabilities: dict[str, float] | None = None
    cluster_name: str | None = None
    tier: str | None = None
