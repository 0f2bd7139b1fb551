"""What an image is called: by its content, so that labels follow the picture and not its name."""

import hashlib
import re
from typing import NewType

ImageId = NewType("ImageId", str)
"""16 hex digits of the file's content hash: labels follow the picture, not its name."""

_ID = re.compile(r"[0-9a-f]{16}")


def is_id(text: object) -> bool:
    """Whether a text is an id: 16 hex digits."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def content_name(data: bytes) -> ImageId:
    """The id of the file that holds these bytes, wherever it lies."""
    return ImageId(hashlib.blake2b(data, digest_size=8).hexdigest())
