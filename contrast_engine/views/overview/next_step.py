"""What to do next, and how each step of the journey stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.journey import Stage, next_step, stages
from contrast_engine.views.collection.progress import workflow_state
from contrast_engine.views.collection.running import Running
from contrast_engine.views.overview.card import Card


@dataclass(frozen=True, kw_only=True)
class Next(Card):
    """What a person would do next; `page` is "" where all is done.

    Args:
        words: What to do, in a few words.
        why: Why this, as a sentence.
        is_running: Whether it is being done just now.
        stages: How each step stands.
    """

    words: str
    why: str
    is_running: bool
    stages: tuple[Stage, ...]


def next_card(workspace: Workspace, running: Sequence[Running] = ()) -> Next:
    """The next step, or what is being done about it.

    Args:
        workspace: The open workspace.
        running: What is under way in it.
    """
    state = workflow_state(workspace)
    step = next_step(state, running)
    return Next(
        sentence=f"{step.words}. {step.why}",
        page=step.page,
        words=step.words,
        why=step.why,
        is_running=step.is_running,
        stages=stages(state, running),
    )
