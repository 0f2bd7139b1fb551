"""How other tools name the file of an image: addresses of their servers, of buckets, of disks."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from contrast_engine.store.spellings import remote

_LOCAL_FILES = "/data/local-files/"
_UPLOAD = re.compile(r"/data/upload/(?:\d+/)?(?:[0-9a-f]{8}-)?(?=[^/])")
"""Label Studio puts eight digits before the name of a file that was uploaded."""


def path_of_url(text: str) -> str:
    """The path in an address: of Label Studio's local files, of an upload, of a server, a bucket.

    A plain path, and a `file://` address, stay as they are.
    """
    text = text.strip()
    scheme = remote(text)
    if not scheme and not text.startswith("/data/"):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    path = unquote(parts.path) if scheme in {"http", "https", ""} else parts.path
    if path.endswith((_LOCAL_FILES, _LOCAL_FILES.rstrip("/"))):
        return parse_qs(parts.query).get("d", [path])[0].lstrip("/")
    if upload := _UPLOAD.search(path):
        return path[upload.end() :]
    return path.lstrip("/") if scheme else path
