"""Who is logged in on this machine: the name under which a command labels and decides."""

import contextlib
import getpass


def login_name() -> str:
    """The name of who is logged in; "me" on a system that knows none, as in some containers."""
    # OSError, KeyError, ImportError: by Python's version; AttributeError: a system without users
    with contextlib.suppress(OSError, KeyError, ImportError, AttributeError):
        return getpass.getuser().strip() or "me"
    return "me"
