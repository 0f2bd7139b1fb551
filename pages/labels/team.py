"""People who label together: signs of life of this page, and the images it was handed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from contrast_engine import access, server
from contrast_engine.as_written import markdown
from contrast_engine.store.team import AHEAD
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.labels.queue_strategies import LabelRequest
from contrast_engine.views.labels.team import team_now
from contrast_engine.views.outcomes import result_or_reason
from pages.common import faults, identity
from pages.components import team

TAB, AGAIN, HOLDS = "team.tab", "team.again", "team.holds"


@dataclass(frozen=True)
class Handed:
    """What this tab may label next while others are at work.

    Args:
        held: Images in the hands of others, with the name of each.
        own: Images that are this person's to label; None where that cannot be told.
        others: How many others are here.
    """

    held: dict[ImageId, str] = field(default_factory=dict)
    own: tuple[ImageId, ...] | None = None
    others: int = 0


@st.fragment(key="labels-team")
@faults.boundary
def line(workspace: Workspace, page: str, doing: str = "") -> None:
    """Draw who else is here; the page is told of to others, where its person said a name.

    Args:
        workspace: The open workspace.
        page: Its address.
        doing: What is done there, such as the queue that is labelled.
    """
    who, is_heard = identity.who(), _may_be_heard(workspace)

    def sign(is_here: bool) -> None:
        if not is_here:
            result_or_reason(workspace.team.leave, who, tab())
            return
        held, _ = result_or_reason(workspace.team.here, who, tab(), page, doing)
        # what was held ran out, as in a tab that slept; or it had none, and some may be free now
        if held == 0 and HOLDS in st.session_state:
            st.session_state[AGAIN] = True

    if is_heard and st.session_state.get("team.at") != (workspace.id, who, page, doing):
        result_or_reason(workspace.team.here, who, tab(), page, doing)
        st.session_state["team.at"] = (workspace.id, who, page, doing)
    found, reason = result_or_reason(team_now, workspace)
    team.show(
        key=f"team.{workspace.id}",
        team=found or {"people": [], "labelled": 0, "images": 0},
        url=server.Urls(workspace.id).team,
        who=who,
        is_heard=is_heard,
        on_sign=sign,
    )
    if reason:
        st.caption("Who else is here cannot be told now.", help=markdown(reason))
    if st.session_state.pop(AGAIN, False):
        st.rerun()


def tab() -> str:
    """What names this tab; a reload is another one."""
    return str(st.session_state.setdefault(TAB, secrets.token_hex(8)))


def arrived(workspace: Workspace, name: str, image: ImageId, *, is_past: bool) -> None:
    """Note where in a queue this tab's person is.

    Args:
        workspace: The open workspace.
        name: Names the queue.
        image: The image they last did something about.
        is_past: They went on from it.
    """
    st.session_state[f"team.place.{workspace.id}.{name}"] = (image, is_past)


def handed(
    workspace: Workspace, name: str, queue: Sequence[LabelRequest], most: int = AHEAD
) -> Handed:
    """The next images of a queue, which nobody else is given while they are on this screen.

    Where it cannot be told who holds what, as in a workspace that is read-only, everybody may
    label everything: two labels of an image do no harm.

    Args:
        workspace: The open workspace.
        name: Names the queue.
        queue: The queue as this person sees it.
        most: How many at a time.
    """
    if not _may_be_heard(workspace):
        return Handed()
    image, is_past = st.session_state.get(f"team.place.{workspace.id}.{name}", ("", False))
    place = next((k for k, one in enumerate(queue) if one.image == image), -1)
    ahead = queue[max(place + is_past, 0) :]
    wanted = [one.image for one in ahead if one.is_open]
    everybodys = [one.image for one in queue if one.is_shared]
    shared = frozenset(everybodys)
    out, _ = result_or_reason(
        workspace.team.hand_out, identity.who(), tab(), wanted, most=most, shared=shared
    )
    if out is None:
        return Handed()
    st.session_state[HOLDS] = True
    held = {image: who for image, who in out.held.items() if image not in shared}
    return Handed(held, (*out.own, *everybodys), out.others)


def _may_be_heard(workspace: Workspace) -> bool:
    """Whether others are told of this page: its person labels, and it can be written down."""
    return bool(identity.who()) and access.may(access.Act.LABEL) and workspace.team.is_writable
