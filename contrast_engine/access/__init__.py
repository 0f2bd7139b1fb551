"""Who somebody is, and what they may do: viewers look, annotators label, owners do all.

Nothing is asked of a command or a notebook: whoever runs one has the files. The app asks, where it
listens beyond this machine or was told to: `judge` names whom a thread acts for, and what writes
asks `need` first, so that a page that forgets to ask is refused at the disk.
"""

from contrast_engine.access.acts import Act, Role, least
from contrast_engine.access.gate import (
    acting,
    doing,
    judge,
    may,
    need,
    need_to_write,
    on_behalf_of,
    sees_others,
    unseen,
)
from contrast_engine.access.person import Person, as_name
from contrast_engine.access.phrases import Phrases
from contrast_engine.access.role_list import RoleList
from contrast_engine.access.settings import Settings, is_loopback

__all__ = [
    "Act",
    "Person",
    "Phrases",
    "Role",
    "RoleList",
    "Settings",
    "acting",
    "as_name",
    "doing",
    "is_loopback",
    "judge",
    "least",
    "may",
    "need",
    "need_to_write",
    "on_behalf_of",
    "sees_others",
    "unseen",
]
