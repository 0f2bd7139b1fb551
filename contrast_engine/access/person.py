"""A person: a name that is data, and a role."""

import re
import unicodedata
from dataclasses import dataclass

from contrast_engine.access.acts import Act, Role, least
from contrast_engine.errors import OptionError
from contrast_engine.simulated import a_person

LONGEST_NAME = 60
"""Characters of a name that stands beside every label."""

_NOT_IN_NAMES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""What is not seen, or moves what is: controls, marks of direction, halves of characters."""

_LEAVES_NO_TRACE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that are not seen: by one of them somebody would look as somebody else.

Source: Default_Ignorable_Code_Point of Unicode 16 without the categories above, and blank Braille.
"""


@dataclass(frozen=True)
class Person:
    """Somebody who is in.

    Args:
        name: Under which they label; "" where they have not said it, as on one's own machine.
        role: What they may do.
        is_known: Whether they logged in; else the name is what was typed, and may be typed anew.
    """

    name: str
    role: Role
    is_known: bool = False

    def may(self, act: Act) -> bool:
        """Whether their role is enough."""
        return self.role >= least(act)


def as_name(text: str) -> str:
    """A name from outside as it is kept: one line of characters that are seen.

    Raises:
        OptionError: It is empty, too long, holds what is not seen, or is a simulated annotator's.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise OptionError("a name needs at least one letter, got nothing; say who you are")
    if len(name) > LONGEST_NAME:
        raise OptionError(
            f"a name has at most {LONGEST_NAME} characters, got {len(name)}; shorten it"
        )
    if _LEAVES_NO_TRACE.search(name) or any(
        unicodedata.category(one) in _NOT_IN_NAMES for one in name
    ):
        raise OptionError("a name must be letters and signs that can be seen; type it anew")
    return a_person(name)
