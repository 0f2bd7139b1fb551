"""The roles, what there is to do, and which role each of it takes."""

from enum import IntEnum, StrEnum

from contrast_engine.errors import OptionError


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    NOBODY = 0
    VIEWER = 1
    ANNOTATOR = 2
    OWNER = 3

    @property
    def word(self) -> str:
        """Its name, in small letters."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Role":
        """The role of a name.

        Raises:
            OptionError: There is no such role.
        """
        known = {role.word: role for role in cls if role}
        if word.strip().lower() not in known:
            raise OptionError(f"no role {word.strip()!r}; there are: {', '.join(known)}")
        return known[word.strip().lower()]


class Act(StrEnum):
    """A kind of thing to do, as it stands behind "to"."""

    LOOK = "look"
    LABEL = "label"
    RUN = "run steps"
    CHANGE = "change clusters, results and settings"
    ADD = "add, import and upload"
    TAKE_OUT = "take out and delete"
    EXPORT = "export"
    OPEN = "open files and folders of this computer"


_LEAST = {Act.LOOK: Role.VIEWER, Act.LABEL: Role.ANNOTATOR}


def least(act: Act) -> Role:
    """The least role that an act takes: owner, where nothing else was said of it."""
    return _LEAST.get(act, Role.OWNER)
