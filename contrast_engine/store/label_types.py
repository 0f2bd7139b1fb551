"""What a label is, who gave it, and which names a label can have."""

import unicodedata
from dataclasses import dataclass

from contrast_engine.errors import OptionError
from contrast_engine.image_id import ImageId

LONGEST_NAME = 60
"""Characters in a label's name at most, so that a button can show it."""


OVERLAP = 0.2
"""Share of randomly drawn images that every annotator labels, unless it is set otherwise."""


FROM_CLUSTER_NAMES = "from cluster names"
"""The remark on a label that is the name of a cluster: a rule gave it, and nobody looked at it."""


@dataclass(frozen=True, slots=True)
class Label:
    """The label an image has now, and who gave it."""

    image: ImageId
    label: str
    who: str
    at: str
    why: str
    seq: int

    @property
    def is_judged(self) -> bool:
        """Whether somebody gave it to this image, and not a rule by the name of its cluster."""
        return self.why != FROM_CLUSTER_NAMES


@dataclass(frozen=True, slots=True)
class Annotation:
    """One label given to some images; `label` is None where it was taken away.

    It is None too where the annotator is unsure.
    """

    seq: int
    images: tuple[ImageId, ...]
    label: str | None
    who: str
    at: str
    why: str
    is_undone: bool
    is_unsure: bool = False


@dataclass(frozen=True)
class LabelSet:
    """The labels to choose from; ordered ones go from low to high.

    `overlap` is the share of randomly drawn images that every annotator is shown. With `is_blind`
    nobody but owners sees what others said, or what a model learnt from it.
    """

    labels: tuple[str, ...] = ()
    is_ordered: bool = False
    overlap: float = OVERLAP
    is_blind: bool = False


def label_name(text: str) -> str:
    """The one spelling of a label: trimmed, Unicode-composed.

    Raises:
        OptionError: It is empty, too long, or holds characters that cannot be seen.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not name:
        raise OptionError("a label needs a name; it was empty")
    if len(name) > LONGEST_NAME:
        raise OptionError(
            f"a label has at most {LONGEST_NAME} characters, this one has {len(name)}; shorten it"
        )
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in name):
        raise OptionError(f"label {name!r} holds a control character or line break; leave it out")
    return name
