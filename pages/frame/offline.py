"""What Streamlit would do of its own accord and must not, and what it keeps in memory."""

from streamlit import net_util
from streamlit.runtime import Runtime


def no_look_ups() -> None:
    """Never ask anybody under which address this machine is seen.

    Streamlit asks a server on the internet for a websocket of an origin that it does not know, and
    at the start where it listens everywhere; by what it hears such an origin would be let in. The
    door decides that here, and names are added by CONTRAST_ALLOWED_HOSTS.
    """
    net_util.get_external_ip = _unknown
    net_util.get_internal_ip = _unknown


def _unknown() -> None:
    return None


def uploads_held() -> int:
    """Bytes of files that people have uploaded and that are in memory now."""
    if not Runtime.exists():
        return 0
    stats = Runtime.instance().uploaded_file_mgr.get_stats()
    return sum(getattr(one, "byte_length", 0) for kind in stats.values() for one in kind)
