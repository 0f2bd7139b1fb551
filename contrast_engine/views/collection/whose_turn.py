"""What is next, as it is told to somebody who may not do it: whose turn it is."""

from dataclasses import replace

from contrast_engine.access import Act, Role, may
from contrast_engine.access.acts import least
from contrast_engine.views.collection.journey import PAGES, NextStep

ACTS = {PAGES["labelled"]: Act.LABEL, PAGES["exported"]: Act.EXPORT}
"""What one does on the page of a step; on all others a step is run."""


def as_told(step: NextStep) -> NextStep:
    """What is next for who is asking; where it is not theirs to do, it leads nowhere.

    Args:
        step: What is next for an owner.
    """
    act = act_on(step.page)
    if not step.page or step.is_running or may(act):
        return step
    return replace(step, words=turn(act, step.words), page="")


def act_on(page: str) -> Act:
    """What one does on the page of a step.

    Args:
        page: Its address.
    """
    return ACTS.get(page, Act.RUN)


def turn(act: Act, words: str) -> str:
    """Whose turn it is.

    Args:
        act: What is to be done.
        words: The same in a few words, as they would stand on a button.
    """
    whose = "an owner" if least(act) is Role.OWNER else f"{least(act).word}s"
    return f"Next for {whose}: {words[:1].lower()}{words[1:]}"
